//! A record of fields as a value of a type: by the names of its columns, or in their order.

use std::cell::Cell as Shared;
use std::fmt;

use asyncgen_formats::Record;
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer,
    MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use crate::kind::boolean::boolean;

/// What `record` says; a field that is one of `nulls` says nothing.
pub(super) fn value<T: DeserializeOwned>(record: Record<'_>, nulls: &[String]) -> Result<T, Wrong> {
    let at = Shared::new(None);
    let row = Row { record, nulls, next: 0, at: &at };
    T::deserialize(row).map_err(|fault| match (fault, at.get()) {
        (Fault::Not(expected), Some(index)) => Wrong::Cell { index, expected },
        (fault, index) => Wrong::Other { index, message: fault.to_string() },
    })
}

/// Why a record is not of a type.
#[derive(Debug)]
pub(super) enum Wrong {
    /// The field with this number, counted from 0, is not what it should be: `a u64`.
    Cell {
        /// Which.
        index: usize,
        /// What it should be.
        expected: &'static str,
    },
    /// It is something else, of this field or of all.
    Other {
        /// Which.
        index: Option<usize>,
        /// What is wrong.
        message: String,
    },
}

#[derive(Debug)]
enum Fault {
    /// A text is not this.
    Not(&'static str),
    Message(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Not(expected) => write!(f, "it is not {expected}"),
            Self::Message(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Fault {}

impl serde::de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Message(message.to_string())
    }
}

/// A record, from the field `next` on.
struct Row<'de> {
    record: Record<'de>,
    nulls: &'de [String],
    next: usize,
    /// The field that is read.
    at: &'de Shared<Option<usize>>,
}

impl<'de> Row<'de> {
    /// Reads the next field; `None` behind the last.
    fn field<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        let Some(text) = self.record.get(self.next) else { return Ok(None) };
        self.at.set(Some(self.next));
        let value = seed.deserialize(Field { text, nulls: self.nulls })?;
        self.at.set(None);
        self.next += 1;
        Ok(Some(value))
    }
}

impl<'de> Deserializer<'de> for Row<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.record.columns().is_some() {
            visitor.visit_map(self)
        } else {
            self.deserialize_seq(visitor)
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Fault> {
        let value = visitor.visit_seq(&mut self)?;
        match self.record.len() {
            found if found == self.next => Ok(value),
            found => Err(Fault::custom(format!("{found} fields, expected {}", self.next))),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct map struct enum identifier ignored_any
    }
}

impl<'de> SeqAccess<'de> for &mut Row<'de> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fault> {
        self.field(seed)
    }
}

impl<'de> MapAccess<'de> for Row<'de> {
    type Error = Fault;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fault> {
        if self.next >= self.record.len() {
            return Ok(None);
        }
        let name = self.record.columns().and_then(|columns| columns.get(self.next));
        let Some(name) = name else {
            return Err(Fault::custom(format!("there are {} columns", self.next)));
        };
        let name: StrDeserializer<'_, Fault> = (**name).into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        self.field(seed)?.ok_or_else(|| Fault::custom("no such field"))
    }
}

/// A field.
#[derive(Clone, Copy)]
struct Field<'de> {
    text: &'de str,
    nulls: &'de [String],
}

impl Field<'_> {
    fn is_null(&self) -> bool {
        self.nulls.iter().any(|null| null == self.text)
    }
}

/// What is read as the standard library reads it.
macro_rules! parsed {
    ($($method:ident, $visit:ident, $expected:literal;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            match self.text.trim_ascii().parse() {
                Ok(value) => visitor.$visit(value),
                Err(_) => Err(Fault::Not($expected)),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Field<'de> {
    type Error = Fault;

    parsed! {
        deserialize_i8, visit_i8, "an i8";
        deserialize_i16, visit_i16, "an i16";
        deserialize_i32, visit_i32, "an i32";
        deserialize_i64, visit_i64, "an i64";
        deserialize_i128, visit_i128, "an i128";
        deserialize_u8, visit_u8, "a u8";
        deserialize_u16, visit_u16, "a u16";
        deserialize_u32, visit_u32, "a u32";
        deserialize_u64, visit_u64, "a u64";
        deserialize_u128, visit_u128, "a u128";
        deserialize_f32, visit_f32, "an f32";
        deserialize_f64, visit_f64, "an f64";
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_borrowed_str(self.text)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let value = boolean(self.text.trim_ascii().as_bytes());
        visitor.visit_bool(value.ok_or(Fault::Not("a bool"))?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_enum(self)
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
        ignored_any
    }
}

impl<'de> EnumAccess<'de> for Field<'de> {
    type Error = Fault;
    type Variant = Bare;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Bare), Fault> {
        Ok((seed.deserialize(self)?, Bare))
    }
}

/// A variant of an enum: a field is its name, and nothing else.
struct Bare;

impl Bare {
    fn has_none<T>() -> Result<T, Fault> {
        Err(Fault::custom("a field is the name of a variant without values"))
    }
}

impl<'de> VariantAccess<'de> for Bare {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, _: S) -> Result<S::Value, Fault> {
        Self::has_none()
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Fault> {
        Self::has_none()
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Fault> {
        Self::has_none()
    }
}
