//! A server of scripted bytes, for HTTP that is broken as well as whole.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// The path with its query.
    pub(crate) target: String,
    /// The head, in lower case.
    pub(crate) head: String,
    /// The body, as long as the head says.
    pub(crate) body: String,
    /// Requests that came before it.
    pub(crate) before: usize,
}

/// A server on loopback that answers each request with the bytes that a function makes of it,
/// then closes the connection. It ends with the process.
pub(crate) struct Server {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub(crate) fn new(answer: impl Fn(&Request) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (Arc::clone(&requests), Arc::new(answer));
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                std::thread::spawn(move || serve(connection.unwrap(), &seen, &*answer));
            }
        });
        Self { url, requests }
    }

    /// A server that knows these targets, and 404 for all others.
    pub(crate) fn of(targets: &[(&str, Vec<u8>)]) -> Self {
        let targets: Vec<_> =
            targets.iter().map(|(target, bytes)| ((*target).to_owned(), bytes.clone())).collect();
        Self::new(move |request| {
            let found = targets.iter().find(|(target, _)| *target == request.target);
            found.map_or_else(|| status(404, "", "{}"), |(_, bytes)| bytes.clone())
        })
    }

    pub(crate) fn at(&self, target: &str) -> String {
        format!("{}{target}", self.url)
    }

    /// The targets asked for.
    pub(crate) fn targets(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.target).collect()
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

fn serve(
    mut connection: TcpStream,
    seen: &Mutex<Vec<Request>>,
    answer: &dyn Fn(&Request) -> Vec<u8>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        match connection.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let target = head.split(' ').nth(1).unwrap().to_owned();
    let head = head.to_ascii_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    if connection.read_exact(&mut body).is_err() {
        return;
    }
    let body = String::from_utf8(body).unwrap();
    let request = {
        let mut seen = seen.lock().unwrap();
        let before = seen.len();
        seen.push(Request { target, head, body, before });
        seen[before].clone()
    };
    // A client that left early breaks the pipe.
    let _ = connection.write_all(&answer(&request));
}

impl Request {
    /// The parameter `name` of the query.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        let (_, query) = self.target.split_once('?')?;
        query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    }

    /// The path, without the query.
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The header `name`, in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let name = format!("{name}: ");
        self.head.lines().find_map(|line| line.strip_prefix(&*name))
    }
}

/// A whole response with these headers, each ended by CRLF.
pub(crate) fn status(code: u16, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {code} X\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    )
    .into_bytes()
}

/// A response with these headers that says it has `length` bytes, and has `body`.
pub(crate) fn short(code: u16, headers: &str, length: usize, body: impl AsRef<[u8]>) -> Vec<u8> {
    let head = format!("HTTP/1.1 {code} X\r\nContent-Length: {length}\r\n{headers}\r\n");
    [head.as_bytes(), body.as_ref()].concat()
}

/// The first byte that a request asks for.
pub(crate) fn first(request: &Request) -> usize {
    let range = request.header("range").unwrap_or("bytes=0-");
    range.strip_prefix("bytes=").unwrap().strip_suffix('-').unwrap().parse().unwrap()
}

pub(crate) fn text(body: &str) -> Vec<u8> {
    status(200, "Content-Type: text/plain\r\n", body)
}

pub(crate) fn json(body: &str) -> Vec<u8> {
    status(200, "Content-Type: application/json\r\n", body)
}

pub(crate) fn redirect(code: u16, location: &str) -> Vec<u8> {
    status(code, &format!("Location: {location}\r\n"), "")
}
