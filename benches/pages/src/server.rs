//! A server whose pages are made before they are asked for: what it does is write.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Result, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// How many a page has: as most APIs, about 32 KB.
pub(crate) const ITEMS: u64 = 100;

/// How many different pages there are; what is asked for is one of them.
const DIFFERENT: u64 = 100;

/// Tells where it is, then answers `?page=1` and so on, until it is killed.
pub(crate) fn serve(delay: Duration, pages: u64) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("http://{}/items", listener.local_addr()?);
    let answers: Arc<[Vec<u8>]> = (0..DIFFERENT).map(|number| answer(&page(number))).collect();
    let end: Arc<[u8]> = answer(r#"{"items": []}"#).into();
    for connection in listener.incoming() {
        let (connection, answers, end) = (connection?, Arc::clone(&answers), Arc::clone(&end));
        thread::spawn(move || {
            // It ends when the client has gone.
            let _ = talk(&connection, delay, |number| {
                let place = usize::try_from(number % DIFFERENT).unwrap_or_default();
                if (1..=pages).contains(&number) { &answers[place] } else { &end }
            });
        });
    }
    Ok(())
}

fn talk<'a>(
    connection: &TcpStream,
    delay: Duration,
    answer: impl Fn(u64) -> &'a [u8],
) -> Result<()> {
    connection.set_nodelay(true)?;
    let (mut reader, mut line, mut number) = (BufReader::new(connection), String::new(), 0);
    while reader.read_line(&mut line)? > 0 {
        if let Some((_, rest)) = line.split_once("?page=") {
            let digits = rest.split(' ').next().unwrap_or_default();
            number = digits.parse().unwrap_or_default();
        }
        if line == "\r\n" {
            thread::sleep(delay);
            { connection }.write_all(answer(number))?;
        }
        line.clear();
    }
    Ok(())
}

fn answer(body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// A page of items of about 320 bytes.
fn page(number: u64) -> String {
    let mut text = r#"{"total": 1000000, "items": ["#.to_owned();
    for item in 0..ITEMS {
        let (id, user) = (number * ITEMS + item, item % 97);
        let score = item / 8;
        let eighths = item % 8 * 125;
        let comma = if item > 0 { "," } else { "" };
        let filler = "x".repeat(180);
        write!(
            text,
            r#"{comma}{{"id":{id},"name":"item {item} of page {number}","score":{score}.{eighths:03},"tags":["a","bc","def"],"owner":{{"login":"user{user}","admin":false,"parent":null}},"text":"{filler}"}}"#
        )
        .expect("a String takes all");
    }
    text + "]}"
}
