//! A paged API on loopback in the place of the one that the pages name.
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

const JSON: &str = "content-type: application/json\r\n";

const CHAT: &str =
    "data: {\"text\": \"Hello\"}\n\ndata: {\"text\": \" world\"}\n\ndata: [DONE]\n\n";

const ROWS: &str = "{\"id\": 1}\n{\"id\": 2}\n";

/// The address of `path` at a server that lives as long as this process.
///
/// `/items` has two pages, the first with a `Link` to the next, `/chat` is an event stream, `/query` NDJSON. Its twin is in `python/tests/stand_in.py`.
///
/// # Panics
/// When loopback cannot be listened on.
pub fn url(path: &str) -> &'static str {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = listener.local_addr().expect("a bound listener has an address");
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            // A client that goes away early is part of what the pages show.
            let _ = answer(&connection);
        }
    });
    Box::leak(format!("http://{address}{path}").into_boxed_str())
}

fn answer(connection: &TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(connection);
    let mut lines = reader.by_ref().lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    let mut length = 0;
    for line in lines {
        let line = line?.to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().unwrap_or(0);
        }
    }
    reader.read_exact(&mut vec![0; length])?;
    let target = request.split(' ').nth(1).unwrap_or("/");
    let (status, header, body) = match target {
        "/chat" => ("200 OK", "content-type: text/event-stream\r\n", CHAT),
        "/query" => ("200 OK", "content-type: application/x-ndjson\r\n", ROWS),
        _ if !target.starts_with("/items") => {
            ("404 Not Found", JSON, r#"{"error": "no such page"}"#)
        }
        _ if target.contains("page=2") => ("200 OK", JSON, r#"[{"id": 3, "name": "three"}]"#),
        _ => (
            "200 OK",
            "content-type: application/json\r\nlink: </items?page=2>; rel=\"next\"\r\n",
            r#"[{"id": 1, "name": "one"}, {"id": 2, "name": "two"}]"#,
        ),
    };
    let length = body.len();
    let mut out = connection;
    write!(
        out,
        "HTTP/1.1 {status}\r\n{header}content-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    )
}
