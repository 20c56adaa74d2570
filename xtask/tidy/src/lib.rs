//! The rules of the house that no compiler checks, each a function from the files to the complaints.
//!
//! `tests/repository.rs` holds them against this repository; beside each rule a test shows that it can fail.

pub mod allows;
pub mod commands;
pub mod dependencies;
pub mod imports;
pub mod length;
mod tree;
pub mod unsafe_code;
pub mod whitespace;
pub mod words;

pub use tree::{File, Tree};

/// A broken rule: `path:line: what is wrong`.
pub type Complaint = String;
