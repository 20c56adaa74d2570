//! The values of one column, as they are gathered.

use std::mem;
use std::sync::Arc;

use arrow_array::builder::{
    ArrayBuilder, BooleanBufferBuilder, GenericStringBuilder, StringViewBuilder,
};
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{ArrayRef, BooleanArray, OffsetSizeTrait, PrimitiveArray};
use arrow_buffer::{NullBufferBuilder, ScalarBuffer};
use arrow_schema::{DataType, TimeUnit};

use super::cells::{Cells, Nulls};
use super::{Column, Kind, decimal, number};
use crate::kind::boolean::boolean;
use crate::kind::moment::{Moment, date, moment};
use crate::kind::number::double;

/// The values of a column.
pub(super) trait Values: Send {
    /// Looks for cells that are not what they should be, and gives the numbers of those to `bad`. Numbers and the
    /// like are taken at once, so that nothing is read twice.
    fn check(&mut self, cells: Cells<'_>, bad: &mut dyn FnMut(usize));

    /// Takes cells that are as they should be.
    fn take(&mut self, cells: Cells<'_>) {
        self.check(cells, &mut |_| {});
    }

    /// Whether to check is to take.
    fn is_checked_in(&self) -> bool {
        true
    }

    /// Forgets all but the first values; of who takes at once.
    fn truncate(&mut self, len: usize);

    /// The bytes of text there are, where there is a limit for them: the offsets of `Utf8` have 31 bits.
    fn text(&self) -> Option<usize> {
        None
    }

    /// Gives what there is, to begin again.
    fn finish(&mut self) -> ArrayRef;
}

/// What gathers the values of `column`, as Arrow calls them; `None` of a type that no text is read as.
pub(super) fn of(column: &Column, data_type: &DataType, nulls: &Nulls) -> Option<Box<dyn Values>> {
    let nulls = if column.nulls { nulls.clone() } else { Nulls::default() };
    let rules = Rules { nulls, nullable: column.nullable, data_type: data_type.clone() };
    Some(match data_type {
        DataType::Boolean => Box::new(Flags {
            rules,
            values: BooleanBufferBuilder::new(0),
            validity: NullBufferBuilder::new(0),
        }),
        DataType::Int8 => typed::<Int8Type, _>(rules, number::signed),
        DataType::Int16 => typed::<Int16Type, _>(rules, number::signed),
        DataType::Int32 => typed::<Int32Type, _>(rules, number::signed),
        DataType::Int64 => typed::<Int64Type, _>(rules, number::signed),
        DataType::UInt8 => typed::<UInt8Type, _>(rules, number::unsigned),
        DataType::UInt16 => typed::<UInt16Type, _>(rules, number::unsigned),
        DataType::UInt32 => typed::<UInt32Type, _>(rules, number::unsigned),
        DataType::UInt64 => typed::<UInt64Type, _>(rules, number::unsigned),
        DataType::Float32 => typed::<Float32Type, _>(rules, number::single),
        DataType::Float64 => typed::<Float64Type, _>(rules, double),
        DataType::Date32 => typed::<Date32Type, _>(rules, date),
        DataType::Timestamp(unit, zone) => {
            let is_of = zone.is_some();
            let at = move |text: &[u8]| moment(text).filter(|at| at.has_offset() == is_of);
            match unit {
                TimeUnit::Second => typed::<TimestampSecondType, _>(rules, move |text| {
                    at(text).and_then(Moment::seconds)
                }),
                TimeUnit::Millisecond => typed::<TimestampMillisecondType, _>(rules, move |text| {
                    at(text).and_then(Moment::millis)
                }),
                TimeUnit::Microsecond => typed::<TimestampMicrosecondType, _>(rules, move |text| {
                    at(text).map(Moment::micros)
                }),
                TimeUnit::Nanosecond => typed::<TimestampNanosecondType, _>(rules, move |text| {
                    at(text).and_then(Moment::nanos)
                }),
            }
        }
        DataType::Decimal128(precision, scale) => {
            let (precision, scale) = (*precision, *scale);
            typed::<Decimal128Type, _>(rules, move |text| decimal::scaled(text, precision, scale))
        }
        DataType::Utf8View => texts(rules, column.kind, StringViewBuilder::new()),
        DataType::Utf8 => texts(rules, column.kind, GenericStringBuilder::<i32>::new()),
        DataType::LargeUtf8 => texts(rules, column.kind, GenericStringBuilder::<i64>::new()),
        _ => return None,
    })
}

/// What a column asks of its cells.
struct Rules {
    nulls: Nulls,
    nullable: bool,
    data_type: DataType,
}

impl Rules {
    /// The text of a cell; `None` where it stands for no value.
    #[inline]
    fn value<'b>(&self, cell: Option<&'b str>) -> Option<&'b str> {
        cell.filter(|text| !self.nulls.have(text))
    }

    /// The value that `parse` reads in a cell, without the white space round it; calls `bad` where there should be one.
    #[inline]
    fn read<V>(
        &self,
        cell: Option<&str>,
        parse: impl FnOnce(&str) -> Option<V>,
        bad: impl FnOnce(),
    ) -> Option<V> {
        let text = self.value(cell);
        let value = text.and_then(|text| parse(text.trim_ascii()));
        if value.is_none() && (text.is_some() || !self.nullable) {
            bad();
        }
        value
    }
}

/// Values of one size, each read by `parse`.
struct Typed<T: ArrowPrimitiveType, P> {
    rules: Rules,
    parse: P,
    values: Vec<T::Native>,
    validity: NullBufferBuilder,
}

fn typed<T, P>(rules: Rules, parse: P) -> Box<dyn Values>
where
    T: ArrowPrimitiveType,
    P: Fn(&[u8]) -> Option<T::Native> + Send + 'static,
{
    Box::new(Typed::<T, P> {
        rules,
        parse,
        values: Vec::new(),
        validity: NullBufferBuilder::new(0),
    })
}

impl<T, P> Values for Typed<T, P>
where
    T: ArrowPrimitiveType,
    P: Fn(&[u8]) -> Option<T::Native> + Send,
{
    fn check(&mut self, cells: Cells<'_>, bad: &mut dyn FnMut(usize)) {
        let Self { rules, parse, values, validity } = self;
        values.reserve(cells.len());
        cells.each(|row, cell| {
            let value = rules.read(cell, |text| parse(text.as_bytes()), || bad(row));
            validity.append(value.is_some());
            values.push(value.unwrap_or_default());
        });
    }

    fn truncate(&mut self, len: usize) {
        self.values.truncate(len);
        self.validity.truncate(len);
    }

    fn finish(&mut self) -> ArrayRef {
        let values = ScalarBuffer::from(mem::take(&mut self.values));
        let array = PrimitiveArray::<T>::new(values, self.validity.finish());
        Arc::new(array.with_data_type(self.rules.data_type.clone()))
    }
}

/// Booleans, which are bits.
struct Flags {
    rules: Rules,
    values: BooleanBufferBuilder,
    validity: NullBufferBuilder,
}

impl Values for Flags {
    fn check(&mut self, cells: Cells<'_>, bad: &mut dyn FnMut(usize)) {
        let Self { rules, values, validity } = self;
        cells.each(|row, cell| {
            let value = rules.read(cell, |text| boolean(text.as_bytes()), || bad(row));
            validity.append(value.is_some());
            values.append(value.unwrap_or_default());
        });
    }

    fn truncate(&mut self, len: usize) {
        self.values.truncate(len);
        self.validity.truncate(len);
    }

    fn finish(&mut self) -> ArrayRef {
        Arc::new(BooleanArray::new(self.values.finish(), self.validity.finish()))
    }
}

/// Texts, which take no longer to check and then to copy than to copy and forget.
struct Texts<B> {
    rules: Rules,
    /// What they should be texts of.
    kind: Kind,
    builder: B,
}

fn texts<B: Gather + 'static>(rules: Rules, kind: Kind, builder: B) -> Box<dyn Values> {
    Box::new(Texts { rules, kind, builder })
}

impl<B: Gather> Values for Texts<B> {
    fn check(&mut self, cells: Cells<'_>, bad: &mut dyn FnMut(usize)) {
        let Self { rules, kind, .. } = self;
        if *kind == Kind::Str && rules.nullable {
            return;
        }
        cells.each(|row, cell| {
            rules.read(cell, |text| kind.is(text).then_some(()), || bad(row));
        });
    }

    fn take(&mut self, cells: Cells<'_>) {
        let Self { rules, kind, builder } = self;
        // What has a type is written without the white space round it.
        let trims = *kind != Kind::Str;
        cells.each(|_, cell| match rules.value(cell) {
            Some(text) if trims => builder.add(text.trim_ascii()),
            Some(text) => builder.add(text),
            None => builder.add_null(),
        });
    }

    fn is_checked_in(&self) -> bool {
        false
    }

    fn truncate(&mut self, _len: usize) {}

    fn text(&self) -> Option<usize> {
        self.builder.text()
    }

    fn finish(&mut self) -> ArrayRef {
        self.builder.finish()
    }
}

/// What Arrow's own builders of texts have in common.
trait Gather: ArrayBuilder + Send {
    fn add(&mut self, text: &str);
    fn add_null(&mut self);

    /// As [`Values::text`].
    fn text(&self) -> Option<usize> {
        None
    }
}

impl Gather for StringViewBuilder {
    #[inline]
    fn add(&mut self, text: &str) {
        self.append_value(text);
    }

    fn add_null(&mut self) {
        self.append_null();
    }
}

impl<O: OffsetSizeTrait> Gather for GenericStringBuilder<O> {
    #[inline]
    fn add(&mut self, text: &str) {
        self.append_value(text);
    }

    fn add_null(&mut self) {
        self.append_null();
    }

    fn text(&self) -> Option<usize> {
        (!O::IS_LARGE).then(|| self.values_slice().len())
    }
}
