//! A cleanup that did not run: a debug build says so on standard error, with its place.

use std::env;
use std::pin::{Pin, pin};
use std::process::Command;
use std::task::{Context, Poll, Waker};

use asyncgen::{BoxGen, Generator, Next, Owned, Yields, gen_fn, stream};

/// What a process of this test is to do, if it is not the first.
const CASE: &str = "ASYNCGEN_TEST_WARNING";

#[test]
fn a_cleanup_that_did_not_run_is_told_of() {
    if let Ok(case) = env::var(CASE) {
        return run(&case);
    }
    for (warned, mark) in [
        ("finally!", "// here"),
        ("boxed", "// here"),
        ("owned without a hook", "// here"),
        ("defer!", "// defer"),
        ("Co::finally", "// Co"),
    ] {
        let (said, line) = (said(warned), line_of(mark));
        if !cfg!(debug_assertions) {
            assert_eq!(said, "", "{warned}");
            continue;
        }
        let place =
            format!("the body of the `finally!` at crates/asyncgen/tests/warning.rs:{line}:");
        assert!(said.starts_with("warning: a generator was dropped in "), "{warned}: {said:?}");
        assert!(said.contains(&place), "{warned}: {said:?} does not name line {line}");
        assert_eq!(said.lines().count(), 1, "{warned}: {said:?}");
    }
    for unwarned in ["closed", "at its end", "not begun"] {
        assert_eq!(said(unwarned), "", "{unwarned}");
    }
}

/// What a process says on standard error that does this.
fn said(case: &str) -> String {
    let mut test = Command::new(env::current_exe().unwrap());
    test.args(["--nocapture", "--exact", "a_cleanup_that_did_not_run_is_told_of"]);
    let output = test.env(CASE, case).output().unwrap();
    assert!(output.status.success(), "{case}");
    String::from_utf8(output.stderr).unwrap()
}

fn line_of(mark: &str) -> usize {
    let source = include_str!("warning.rs");
    1 + source.lines().position(|line| line.ends_with(mark)).unwrap()
}

fn run(case: &str) {
    match case {
        "finally!" => begin(pin!(guarded())),
        "boxed" => begin(pin!(stream!(async move { yield_all!(BoxGen::new(guarded())) }))),
        "owned without a hook" => begin(pin!(Owned::new(guarded()))),
        "defer!" => begin(pin!(stream!(async move {
            defer!({}); // defer
            yield 1;
        }))),
        "Co::finally" => begin(pin!(gen_fn(async |mut co| {
            co.finally(async |co| co.yield_(1).await, async |_| {}).await; // Co
        }))),
        "closed" => {
            let mut generator = pin!(guarded());
            begin(generator.as_mut());
            assert_eq!(now(generator.close()), Ok(None));
        }
        "at its end" => {
            let mut generator = pin!(guarded());
            begin(generator.as_mut());
            assert_eq!(now(generator.next()), None);
        }
        "not begun" => drop(guarded()),
        _ => unreachable!("{case}"),
    }
}

fn guarded() -> impl Yields<u32> + Send {
    stream!(async move {
        finally!({ yield 1 }, {}); // here
    })
}

fn begin(mut generator: Pin<&mut impl Yields<u32>>) {
    assert_eq!(now(generator.next()), Some(1));
}

fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("nothing waits"),
    }
}
