//! One batch of Arrow.

use arrow_array::{Array, RecordBatch, StructArray, ffi::FFI_ArrowArray};
use arrow_schema::{ArrowError, Schema, ffi::FFI_ArrowSchema};
use pyo3::{
    exceptions::PyValueError,
    prelude::*,
    types::{PyCapsule, PyTuple},
};

/// Rows by column, which any library that knows Arrow takes without a copy.
#[pyclass(frozen, module = "asyncgen", name = "ArrowBatch")]
pub(crate) struct ArrowBatch(RecordBatch);

impl ArrowBatch {
    pub(super) fn object(py: Python<'_>, batch: RecordBatch) -> PyResult<Bound<'_, PyAny>> {
        Ok(Bound::new(py, Self(batch))?.into_any())
    }
}

#[pymethods]
impl ArrowBatch {
    /// The batch as capsules: `arrow_schema` and `arrow_array`. It is given as it is, whatever is requested.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        drop(requested_schema);
        let rows = StructArray::from(self.0.clone());
        let array = FFI_ArrowArray::new(&rows.to_data());
        let array = PyCapsule::new_with_value(py, array, c"arrow_array")?;
        Ok((self.__arrow_c_schema__(py)?, array))
    }

    /// The names and types of the columns as a capsule.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, &self.0.schema())
    }

    /// The number of rows.
    fn __len__(&self) -> usize {
        self.0.num_rows()
    }

    /// The names of the columns.
    #[getter]
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let schema = self.0.schema();
        PyTuple::new(py, schema.fields().iter().map(|field| field.name().as_str()))
    }

    fn __repr__(&self) -> String {
        let schema = self.0.schema();
        let columns: Vec<String> = schema
            .fields()
            .iter()
            .map(|field| format!("{}: {}", field.name(), field.data_type()))
            .collect();
        let rows = self.0.num_rows();
        let noun = if rows == 1 { "row" } else { "rows" };
        format!("<ArrowBatch of {rows} {noun}: {}>", columns.join(", "))
    }
}

fn schema_capsule<'py>(py: Python<'py>, schema: &Schema) -> PyResult<Bound<'py, PyCapsule>> {
    let told = |error: ArrowError| PyValueError::new_err(error.to_string());
    let schema = FFI_ArrowSchema::try_from(schema).map_err(told)?;
    PyCapsule::new_with_value(py, schema, c"arrow_schema")
}
