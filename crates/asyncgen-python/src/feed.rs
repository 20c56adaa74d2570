//! What a source reads, and the way in for bytes that Python reads.

use std::{
    os::fd::{AsRawFd, RawFd},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use asyncgen_sources::{Error, ErrorKind, Malformed, Place};
use pyo3::{
    exceptions::{PyRuntimeError, PyValueError},
    prelude::*,
};

use crate::{
    asker::Questions,
    errors::to_pyerr,
    exit::Stay,
    hand::Hand,
    reader::Reader,
    request::{RequestOption, reader, with_request},
};

/// What a source is to read; given to one source.
#[pyclass(frozen, module = "asyncgen._asyncgen")]
pub(crate) struct Input(Mutex<Option<Taken>>);

/// An input, and what of Python reads for it.
type Taken = (asyncgen_sources::Input, Option<Reader>);

impl Input {
    /// The input and what reads for it; once.
    pub(crate) fn take(&self) -> PyResult<Taken> {
        let taken = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        taken.ok_or_else(|| PyRuntimeError::new_err("the input was used already"))
    }

    fn new(input: asyncgen_sources::Input, reader: Option<Reader>) -> Self {
        Self(Mutex::new(Some((input, reader))))
    }
}

#[pymethods]
impl Input {
    /// A path, or an http(s) URL unless `http` is false.
    #[staticmethod]
    fn text(text: &str, http: bool) -> Self {
        Self::new(asyncgen_sources::Input::from(text).http(http), None)
    }

    /// Says how the bytes are to be read.
    fn reading(
        &self,
        py: Python<'_>,
        compression: &str,
        encoding: Option<&str>,
        errors: &str,
        max_decoded: Option<u64>,
        max_ratio: Option<u64>,
    ) -> PyResult<()> {
        let (input, reader) = self.take()?;
        let read = || {
            let compression = compression.parse().map_err(|()| {
                let message = format!(
                    "compression must be 'infer', 'none', 'gzip', 'zstd', 'bzip2' or 'xz', not \
                     {compression:?}"
                );
                usage(message)
            })?;
            let malformed = match errors {
                "strict" => Malformed::Refuse,
                "replace" => Malformed::Replace,
                "ignore" => Malformed::Ignore,
                _ => {
                    let message = "errors must be 'strict', 'replace' or 'ignore', not";
                    return Err(usage(format!("{message} {errors:?}")));
                }
            };
            let input = input.compression(compression).malformed(malformed);
            let input = input.max_decoded(max_decoded).max_ratio(max_ratio);
            match encoding {
                Some(encoding) => input.encoding(encoding),
                None => Ok(input),
            }
        };
        let input = read().map_err(|error| to_pyerr(py, &error))?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((input, reader));
        Ok(())
    }

    /// The answer to a request; `asker` gives credentials for it.
    #[staticmethod]
    fn request(
        options: RequestOption,
        asker: Option<(Py<PyAny>, Py<Questions>)>,
        http: bool,
    ) -> PyResult<Self> {
        let questions = asker.as_ref().map(|(_, questions)| questions);
        let request = asyncgen_sources::request(&options.url);
        let input = asyncgen_sources::Input::from(with_request!(request, options, questions));
        Ok(Self::new(input.http(http), asker.map(reader)))
    }

    /// A path, whatever it looks like.
    #[staticmethod]
    fn path(path: PathBuf) -> Self {
        Self::new(path.into(), None)
    }

    /// These bytes.
    #[staticmethod]
    fn data(data: &[u8]) -> Self {
        Self::new(asyncgen_sources::Input::bytes(data.to_vec()), None)
    }

    /// The files that `inputs` are, one after the other.
    #[staticmethod]
    fn several(inputs: Vec<PyRef<'_, Self>>) -> PyResult<Self> {
        let taken = inputs.into_iter().map(|input| Ok(input.take()?.0));
        let inputs: Vec<asyncgen_sources::Input> = taken.collect::<PyResult<_>>()?;
        Ok(Self::new(asyncgen_sources::Input::several(inputs), None))
    }

    /// What `reader` pushes into `feed`, once its `start` was called.
    #[staticmethod]
    fn fed(feed: &Feed, reader: Py<PyAny>) -> PyResult<Self> {
        let input = feed.input.lock().unwrap_or_else(PoisonError::into_inner).take();
        let input = input.ok_or_else(|| PyRuntimeError::new_err("the feed was used already"))?;
        Ok(Self::new(input, Some(Reader::Thread(reader))))
    }

    /// What the coroutines of `puller` give to `hand`.
    #[staticmethod]
    fn pulled(hand: &Hand, puller: Py<PyAny>) -> PyResult<Self> {
        let (input, hand) = hand.take()?;
        Ok(Self::new(input, Some(Reader::Puller(puller, hand))))
    }
}

/// The producing end of an input, for a thread of Python.
#[pyclass(frozen, module = "asyncgen._asyncgen")]
pub(crate) struct Feed {
    feed: Mutex<Option<Arc<asyncgen_sources::Feed>>>,
    input: Mutex<Option<asyncgen_sources::Input>>,
}

#[pymethods]
impl Feed {
    #[new]
    fn new(name: &str) -> PyResult<Self> {
        let (feed, input) = asyncgen_sources::Input::feed(name)?;
        Ok(Self { feed: Mutex::new(Some(Arc::new(feed))), input: Mutex::new(Some(input)) })
    }

    /// Hands over a chunk, waiting for room; false when nobody wants it any more.
    fn push(&self, py: Python<'_>, chunk: &[u8]) -> bool {
        let Some(feed) = self.feed() else { return false };
        Stay::begin(py).detached(py, || feed.push(chunk.to_vec()).is_ok())
    }

    /// Says that the input has ended.
    fn finish(&self, py: Python<'_>) {
        if let Some(feed) = self.take() {
            Stay::begin(py).detached(py, || feed.finish());
        }
    }

    /// Says that reading failed.
    fn fail(&self, py: Python<'_>, message: String) {
        if let Some(feed) = self.take() {
            Stay::begin(py).detached(py, || feed.fail(message));
        }
    }

    /// A descriptor that is readable when nobody wants more; valid until the feed has ended.
    fn fileno(&self) -> PyResult<RawFd> {
        let feed = self.feed().ok_or_else(|| PyValueError::new_err("the feed has ended"))?;
        Ok(feed.closed().as_raw_fd())
    }
}

impl Feed {
    fn feed(&self) -> Option<Arc<asyncgen_sources::Feed>> {
        self.feed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The feed itself, out of its place; `None` while it is being pushed into.
    fn take(&self) -> Option<asyncgen_sources::Feed> {
        let feed = self.feed.lock().unwrap_or_else(PoisonError::into_inner).take();
        feed.and_then(Arc::into_inner)
    }
}

fn usage(message: String) -> Error {
    Error::new(ErrorKind::Usage(message), Place::default())
}
