//! A small HTTP server on loopback.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    thread,
};

/// Starts a server that answers each request with what `answer` gives for its target and its
/// header lines: a status, header lines and a body. Gives the origin, `http://127.0.0.1:PORT`.
pub(crate) fn serve(
    answer: impl Fn(&str, &[String]) -> (u16, String, String) + Send + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    // Ends with the test process.
    thread::spawn(move || {
        for connection in listener.incoming() {
            let connection = connection.expect("a connection");
            let Some(lines) = request(&connection) else { continue };
            let target = lines[0].split(' ').nth(1).expect("a target").to_owned();
            let (status, header, body) = answer(&target, &lines[1..]);
            let length = body.len();
            // The client may have gone.
            let _ = write!(
                &connection,
                "HTTP/1.1 {status} X\r\n{header}Content-Length: {length}\r\nConnection: close\r\n\
                 \r\n{body}"
            );
        }
    });
    origin
}

fn request(connection: &TcpStream) -> Option<Vec<String>> {
    let lines: Vec<_> = BufReader::new(connection)
        .lines()
        .map_while(Result::ok)
        .take_while(|l| !l.is_empty())
        .collect();
    (!lines.is_empty()).then_some(lines)
}
