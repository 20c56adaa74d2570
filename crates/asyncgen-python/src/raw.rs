//! The C API where `PyO3` has nothing: the one place of this crate with `unsafe` of ours.
//!
//! It is for the cost of one record, for a slot that `PyO3` does not know, and for what it does not tell
//! of the interpreter.
#![expect(unsafe_code, reason = "the cost of one record, see above; each block has its reason")]

mod call;
mod capsule;
mod cell;
mod filled;
mod finalize;
mod frame;
mod grown;
mod index;
mod interpreter;
mod sequence;
mod slots;
mod stop;
mod strings;

pub(crate) use call::{call, call_method};
pub(crate) use capsule::arrow_schema;
pub(crate) use cell::GilCell;
pub(crate) use filled::{list, tuple};
pub(crate) use finalize::{Finalize, finalizer};
pub(crate) use frame::{Answer, is_async_generator, is_native, learn, resume};
pub(crate) use grown::{append, dict, set};
pub(crate) use index::index;
pub(crate) use interpreter::{check_main_interpreter, interrupt, is_torn_down};
pub(crate) use sequence::sequence;
pub(crate) use slots::{
    Advance, Iterate, Resume, Subscript, async_iterator, awaitable, caught, iterator, panicked,
    subscriptable,
};
pub(crate) use stop::{Spare, stop_iteration};
pub(crate) use strings::{is_held_once, is_unique, string};
