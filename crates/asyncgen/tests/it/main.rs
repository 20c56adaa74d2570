//! Behaviour of generators, one module an area.

mod fetch_pages;
mod holes;
mod items;
mod protocol;
mod reexported;
mod yields;
