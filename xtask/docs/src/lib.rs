//! The Rust blocks of README.md and of the pages in docs/, as doc tests.
//!
//! The build script puts [`file()`] and [`url()`] in the place of the names that the blocks use.

mod stand_in;

pub use stand_in::url;

/// The path of a file that the pages name.
pub fn file(name: &str) -> &'static str {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/docs");
    Box::leak(format!("{folder}/{name}").into_boxed_str())
}

#[cfg(doctest)]
#[doc = include_str!(concat!(env!("OUT_DIR"), "/README.md"))]
pub struct Readme;

#[cfg(doctest)]
#[doc = include_str!(concat!(env!("OUT_DIR"), "/guide.md"))]
pub struct Guide;

#[cfg(doctest)]
#[doc = include_str!(concat!(env!("OUT_DIR"), "/errors.md"))]
pub struct Errors;
