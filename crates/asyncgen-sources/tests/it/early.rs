//! Leaving early: nothing stays behind.

use std::fs::OpenOptions;
use std::future::Future;
use std::io::Write;
use std::pin::pin;
use std::process::Stdio;
use std::task::{Context, Waker};

use asyncgen_sources::{Batches, Feed, Input, lines};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::support::{Folder, alone, count, run, settle, text};

/// Enough for several batches.
fn long_text() -> String {
    text(300_000, |n| format!("{n}\n"))
}

/// Polls once, which starts the producer; true if it has given nothing yet.
fn start(batches: &mut Batches) -> bool {
    pin!(batches.next()).poll(&mut Context::from_waker(Waker::noop())).is_pending()
}

#[test]
fn two_hundred_early_drops_leave_nothing_behind() {
    if !alone("early::two_hundred_early_drops_leave_nothing_behind", Stdio::piped()) {
        return;
    }
    let folder = Folder::new();
    let long = folder.file("long.txt", long_text());
    let silent = folder.fifo("silent");
    let leave_all = || {
        let mut read = lines(long.clone()).batches();
        assert!(pollster::block_on(read.next()).unwrap().is_ok());
        start(&mut lines(long.clone()).batches());
        assert!(start(&mut lines(silent.clone()).batches()));
        assert!(start(&mut lines(Input::stdin()).batches()));
        let (feed, input) = Input::feed("<feed>").unwrap();
        assert!(start(&mut lines(input).batches()));
        drop(feed);
        drop(lines(long.clone()).batches());
    };
    leave_all();
    settle("the first threads have no end", || count("task") <= threads_at_rest());
    let (descriptors, threads) = (count("fd"), count("task"));
    for _ in 0..200 {
        leave_all();
    }
    settle("descriptors are left", || count("fd") <= descriptors);
    settle("threads are left", || count("task") <= threads);
}

/// The main thread, the test's, and the runtime's workers.
fn threads_at_rest() -> usize {
    2 + std::thread::available_parallelism().unwrap().get().clamp(2, 4)
}

#[test]
fn a_fifo_waits_for_its_writer() {
    let folder = Folder::new();
    let path = folder.fifo("fifo");
    let mut batches = lines(path.clone()).batches();
    assert!(start(&mut batches));
    // Opens when the source has opened the other end.
    let mut writer = OpenOptions::new().write(true).open(path).unwrap();
    for line in ["one\n", "two\n"] {
        writer.write_all(line.as_bytes()).unwrap();
        let batch = pollster::block_on(batches.next()).unwrap().unwrap();
        assert_eq!(batch.get(0).unwrap().get(0).unwrap(), line.trim_end());
    }
    writer.write_all(b"three").unwrap();
    drop(writer);
    let batch = pollster::block_on(batches.next()).unwrap().unwrap();
    assert_eq!(batch.get(0).unwrap().get(0).unwrap(), "three");
    assert!(pollster::block_on(batches.next()).is_none());
}

/// What goes through the FIFO.
const MIB: usize = 200;

#[test]
fn memory_is_bounded_whatever_the_input() {
    if !alone("early::memory_is_bounded_whatever_the_input", Stdio::null()) {
        return;
    }
    let folder = Folder::new();
    let path = folder.fifo("fifo");
    let mebibyte = text(1 << 12, |_| format!("{}\n", "x".repeat(255)));
    let mut batches = lines(path.clone()).batches();
    start(&mut batches);
    let before = peak_memory();
    let writer = std::thread::spawn(move || {
        let mut writer = OpenOptions::new().write(true).open(path).unwrap();
        for _ in 0..MIB {
            writer.write_all(mebibyte.as_bytes()).unwrap();
        }
    });
    let mut records = 0;
    while let Some(batch) = pollster::block_on(batches.next()) {
        records += batch.unwrap().len();
    }
    writer.join().unwrap();
    assert_eq!(records, MIB << 12);
    let grown = (peak_memory() - before) >> 10;
    assert!(grown < 16, "memory grew by {grown} MiB");
}

/// The most memory this process has had, in KiB.
fn peak_memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Two batches wait in the queue, one is in the producer's hand.
#[test]
fn the_producer_stays_close_to_the_consumer() {
    const AHEAD: u64 = 3;
    let mut batches = lines(Input::bytes(text(400_000, |n| format!("{n:07}\n")))).batches();
    let in_a_chunk = 256 * 1024 / 8;
    let mut delivered = 0;
    while let Some(batch) = pollster::block_on(batches.next()) {
        delivered += batch.unwrap().len() as u64;
        for _ in 0..1000 {
            std::thread::yield_now();
            let ahead = batches.progress().records - delivered;
            assert!(ahead <= AHEAD * in_a_chunk, "{ahead} records ahead");
        }
    }
    assert_eq!(delivered, 400_000);
}

#[test]
fn a_feed_is_told_that_its_consumer_is_gone() {
    for polled in [false, true] {
        let (feed, input) = Input::feed("<feed>").unwrap();
        let readable = || {
            let mut one = [PollFd::from_borrowed_fd(feed.closed(), PollFlags::IN)];
            poll(&mut one, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).unwrap() == 1
        };
        let mut batches = lines(input).batches();
        if polled {
            start(&mut batches);
        }
        assert!(!readable() && !feed.is_closed());
        drop(batches);
        settle("the feed is not told", readable);
        assert!(feed.is_closed());
        assert!(feed.push("more").is_err());
    }
}

#[test]
fn a_feed_is_read_to_its_end() {
    let fed = |push: fn(Feed)| {
        let (feed, input) = Input::feed("<fed>").unwrap();
        let thread = std::thread::spawn(move || push(feed));
        let outcome = run(lines(input).batches());
        thread.join().unwrap();
        let error = outcome.error(&Folder::new());
        (outcome.records.join(" "), error)
    };
    let finished = fed(|feed| {
        feed.push("one\ntw").unwrap();
        feed.push(vec![]).unwrap();
        feed.push("o\n").unwrap();
        feed.finish();
    });
    assert_eq!(finished, ("one two".to_owned(), "no error".to_owned()));
    let dropped = fed(|feed| feed.push("one\ntw").unwrap());
    let expected = "<fed>: cannot read: the feed was dropped before its end";
    assert_eq!(dropped, ("one".to_owned(), expected.to_owned()));
    let failed = fed(|feed| {
        feed.push("one\ntwo\n").unwrap();
        feed.fail("the dog ate it");
    });
    let expected = "<fed>: cannot read: the dog ate it";
    assert_eq!(failed, ("one two".to_owned(), expected.to_owned()));
}

/// So that Ctrl-C interrupts the program's own thread, wherever that waits.
#[test]
fn no_thread_of_ours_takes_signals() {
    run(lines(Input::bytes("start the runtime")).batches());
    let mut found = 0;
    for task in std::fs::read_dir("/proc/self/task").unwrap() {
        let path = task.unwrap().path();
        // A thread can end while it is looked at.
        let Ok(status) = std::fs::read_to_string(path.join("status")) else { continue };
        let value = |key: &str| status.lines().find_map(|line| line.strip_prefix(key));
        if value("Name:\t") == Some("asyncgen") {
            found += 1;
            let blocked = u64::from_str_radix(value("SigBlk:\t").unwrap(), 16).unwrap();
            for signal in [1, 2, 15] {
                assert!(blocked & (1 << (signal - 1)) != 0, "signal {signal}: {blocked:x}");
            }
        }
    }
    assert!(found >= 2, "{found} threads");
}
