//! How much memory pages take, however long they are.

use std::io::Write;
use std::net::TcpListener;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use asyncgen_sources::pages;

use crate::pages_faults::read_head;
use crate::server::{Server, json};
use crate::support::{alone, run};

/// The resident memory of this process, in MB.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096 / 1_000_000
}

#[test]
fn an_endless_page_is_read_in_bounded_memory() {
    if !alone("pages_memory::an_endless_page_is_read_in_bounded_memory", Stdio::null()) {
        return;
    }
    // A gigabyte where there is time for it.
    let items = if std::env::var_os("ASYNCGEN_SOAK").is_some() { 3_400_000 } else { 100_000 };
    let item = format!("{{\"text\": \"{}\"}}", "x".repeat(286));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        read_head(&mut connection);
        connection.write_all(b"HTTP/1.1 200 X\r\n\r\n[0").unwrap();
        let many = format!(",{item}").repeat(1000);
        for _ in 0..items / 1000 {
            connection.write_all(many.as_bytes()).unwrap();
        }
        connection.write_all(b"]").unwrap();
    });
    let mut batches = pages(&url).batches();
    let (mut count, mut before, mut most) = (0, None, 0);
    while let Some(batch) = pollster::block_on(batches.next()) {
        count += batch.unwrap().len();
        let now = resident();
        most = most.max(now);
        before.get_or_insert(now);
    }
    assert_eq!(count, items + 1);
    let grown = most - before.unwrap();
    assert!(grown <= 16, "{grown} MB more for a page of {} MB", items * 300 / 1_000_000);
}

/// More pages are asked for ahead than at once, each longer than its share: those behind wait for those before.
#[test]
fn long_pages_far_ahead_do_not_wait_for_one_another() {
    let server = Server::new(|request| {
        let page: usize = request.param("page").unwrap().parse().unwrap();
        let items =
            vec![format!("\"{page} {}\"", "x".repeat(1000)); if page > 12 { 0 } else { 600 }];
        json(&format!("[{}]", items.join(",")))
    });
    let (done, told) = std::sync::mpsc::channel();
    let url = server.at("/");
    std::thread::spawn(move || {
        for _ in 0..3 {
            let source = pages(&url).next("page".parse().unwrap()).concurrency(1).prefetch(200);
            done.send(run(source.batches()).records.len()).unwrap();
        }
    });
    for _ in 0..3 {
        assert_eq!(told.recv_timeout(Duration::from_secs(60)), Ok(12 * 600));
    }
}

#[test]
fn long_pages_ahead_are_held_in_bounded_memory() {
    if !alone("pages_memory::long_pages_ahead_are_held_in_bounded_memory", Stdio::null()) {
        return;
    }
    let Grown { most, sent, .. } = grown_by(144, 0);
    assert!(most <= 45, "{most} MB for pages of {sent} MB");
}

/// Of a page whose turn has come all is there, several times: as it came and as it was read.
#[test]
fn what_stands_around_the_items_ahead_is_held_in_bounded_memory() {
    if !alone(
        "pages_memory::what_stands_around_the_items_ahead_is_held_in_bounded_memory",
        Stdio::null(),
    ) {
        return;
    }
    let Grown { before_turn, sent, .. } = grown_by(1, 8_000_000);
    assert!(before_turn <= 36, "{before_turn} MB for pages of {sent} MB");
}

/// How much memory pages took, in MB.
struct Grown {
    /// All but the first, before its turn was over.
    before_turn: usize,
    most: usize,
    /// How much was sent.
    sent: usize,
}

/// What eight pages take that are asked for at once, with `blocks` of 64 KB of items and `around` bytes around them each. The
/// first page has no byte before the others have had the time to fill all memory they can.
fn grown_by(blocks: usize, around: usize) -> Grown {
    const PAGES: usize = 8;
    const BLOCK: usize = 64;
    let [written, waiting] = [0, 0].map(|count| Arc::new(AtomicUsize::new(count)));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sent, still) = (Arc::clone(&written), Arc::clone(&waiting));
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let (sent, still) = (Arc::clone(&sent), Arc::clone(&still));
            let mut connection = connection.unwrap();
            std::thread::spawn(move || {
                let head = read_head(&mut connection);
                let page = head.split("page=").nth(1).unwrap().split(' ').next().unwrap();
                let page: usize = page.parse().unwrap();
                if page > PAGES {
                    let _ = connection.write_all(&json("[]"));
                    return;
                }
                if page == 1 {
                    until_still(&sent);
                    still.store(resident(), Ordering::Relaxed);
                }
                let mut write = |text: &[u8]| {
                    let is_sent = connection.write_all(text).is_ok();
                    sent.fetch_add(text.len(), Ordering::Relaxed);
                    is_sent
                };
                let mut goes_on = write(b"HTTP/1.1 200 X\r\n\r\n{\"pad\": \"");
                for _ in 0..around / 1000 {
                    goes_on = goes_on && write(&[b'x'; 1000]);
                }
                goes_on = goes_on && write(b"\", \"items\": [");
                for block in 0..blocks {
                    let items: Vec<_> = (0..BLOCK)
                        .map(|item| {
                            let number = ((page - 1) * blocks + block) * BLOCK + item;
                            format!("\"{number} {}\"", "x".repeat(1000))
                        })
                        .collect();
                    let comma = if block == 0 { "" } else { "," };
                    goes_on = goes_on && write(format!("{comma}{}", items.join(",")).as_bytes());
                }
                write(b"]}");
            });
        }
    });
    let source =
        pages(&url).next("page".parse().unwrap()).concurrency(u32::try_from(PAGES).unwrap());
    let before = resident();
    let mut batches = source.batches();
    let (mut count, mut most) = (0, 0);
    while let Some(batch) = pollster::block_on(batches.next()) {
        for record in &batch.unwrap() {
            let item = record.get(0).unwrap();
            assert!(item.starts_with(&format!("\"{count} ")), "{}", &item[..20]);
            count += 1;
        }
        most = most.max(resident());
    }
    assert_eq!(count, PAGES * blocks * BLOCK);
    Grown {
        before_turn: waiting.load(Ordering::Relaxed).saturating_sub(before),
        most: most - before,
        sent: written.load(Ordering::Relaxed) >> 20,
    }
}

/// Returns when `count` has not grown for a while.
fn until_still(count: &AtomicUsize) {
    let mut before = usize::MAX;
    while before != count.load(Ordering::Relaxed) {
        before = count.load(Ordering::Relaxed);
        std::thread::park_timeout(Duration::from_millis(300));
    }
}
