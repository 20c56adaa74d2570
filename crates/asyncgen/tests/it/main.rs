//! Behaviour of generators, one module an area.

mod async_for;
mod auto_traits;
mod delegation;
mod drive;
mod executors;
mod fetch_pages;
mod finally;
mod holes;
mod hooks;
mod hostile;
mod items;
mod ledger;
mod model;
mod nested_executors;
mod pep525;
mod protocol;
mod reexported;
mod tokio_finalizer;
mod yields;
