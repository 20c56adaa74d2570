//! What the generators may cost, in instructions, which are the same in each run: a test of the code the compiler makes.
//!
//! An inlining that fails is seen nowhere else: the items are right, and the time drowns in noise.
use Cost::{Instructions, Times};

use crate::figure::Figure;
use crate::{callgrind, table};

const LIMITS: &[Limit] = &[
    // The slot and the phase are held in registers, as the fields of a state machine are. One function that takes
    // their address and is not inlined undoes it.
    flat("flat", "asyncgen stream!"),
    flat("flat", "asyncgen gen_fn"),
    flat("flat", "asyncgen, sent and thrown"),
    flat("send", "asyncgen, sent and thrown"),
    // A body that yields into the slot of the outermost generator costs what one generator does.
    flat("three deep flat", "asyncgen yield_all!"),
    // About 35 are forced: the virtual call, the state of the body loaded and stored, the item out through memory.
    Limit { shape: "boxed", peer: "asyncgen stream!", at_most: Instructions(40.0) },
    Limit { shape: "boxed", peer: "asyncgen BoxGen", at_most: Instructions(40.0) },
    // Three more to look for an answer, one to tell it from an error.
    Limit { shape: "boxed", peer: "asyncgen, sent and thrown", at_most: Instructions(46.0) },
    Limit { shape: "three deep boxed", peer: "asyncgen yield_all!", at_most: Instructions(60.0) },
    // What async-stream takes. Nine, as long as no part of the frame is split into bytes.
    Limit { shape: "suspending", peer: "asyncgen stream!", at_most: Instructions(32.0) },
    // What a task sees that awaits each item: slot and phase lie in memory, because the task may be put aside at any.
    Limit { shape: "awaited", peer: "asyncgen stream!", at_most: Instructions(38.0) },
    // All that tokio does for a task included. One that stores the context, which must lie in memory then, is above.
    Limit {
        shape: "suspending in a task",
        peer: "asyncgen stream!",
        at_most: Times(1.0, "async-stream"),
    },
    // The same where something is waited for.
    Limit {
        shape: "waiting at a channel",
        peer: "asyncgen stream!",
        at_most: Times(1.0, "async-stream"),
    },
    // There the consumer is a call, as it is too large to be inlined, and that of async-stream is not, by a little.
    Limit {
        shape: "suspending in tokio",
        peer: "asyncgen stream!",
        at_most: Times(1.05, "async-stream"),
    },
];

/// What costs no more than a hand-written stream where the compiler sees all of it.
const fn flat(shape: &'static str, peer: &'static str) -> Limit {
    Limit { shape, peer, at_most: Times(1.1, "hand-written") }
}

struct Limit {
    shape: &'static str,
    peer: &'static str,
    /// Above this the test fails; a little above what was measured, because compilers differ.
    at_most: Cost,
}

#[derive(Clone, Copy)]
enum Cost {
    Instructions(f64),
    /// A multiple of what another peer takes in the same shape.
    Times(f64, &'static str),
}

/// Looks at the items of all, counts what has a limit, and fails when one is passed.
pub(crate) fn check() -> Result<(), String> {
    table::all().iter().try_for_each(Figure::check_items)?;
    if !cfg!(target_arch = "x86_64") {
        println!("skipped: the limits were measured on x86-64");
        return Ok(());
    }
    if !callgrind::is_there() {
        println!("skipped: no valgrind on the PATH");
        return Ok(());
    }
    let mut passed = Vec::new();
    for limit in LIMITS {
        let Limit { shape, peer, .. } = limit;
        let counted = counted(shape, peer)?;
        let at_most = instructions(limit.at_most, shape)?;
        println!("{peer}, {shape}: {counted:.1} instructions an item; at most {at_most:.1}");
        if counted > at_most {
            passed.push(format!(
                "{peer}, {shape}: {counted:.1} instructions an item are more than {at_most:.1}"
            ));
        }
    }
    if passed.is_empty() { Ok(()) } else { Err(passed.join("\n")) }
}

fn instructions(cost: Cost, shape: &str) -> Result<f64, String> {
    match cost {
        Instructions(number) => Ok(number),
        Times(times, peer) => Ok(times * counted(shape, peer)?),
    }
}

fn counted(shape: &str, peer: &str) -> Result<f64, String> {
    callgrind::instructions_an_item(&table::find(shape, peer)?)
}
