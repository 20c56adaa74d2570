//! A paged JSON API on loopback, one request a connection.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

/// What the API takes for a page, as the blog's does.
const DELAY: Duration = Duration::from_millis(500);

/// How long a client may be silent; the only client is this process.
const PATIENCE: Duration = Duration::from_secs(5);

/// The most of a request that is read.
const REQUEST_LIMIT: u64 = 16 * 1024;

/// `/pages?page=N` answers `{"results": [{"page": N, "data": "Content N"}], "next": URL or null}`
/// half a second after it is asked. Dropping it ends its thread at the next connection.
pub(super) struct Server {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
}

impl Server {
    /// Starts it on a free port.
    pub(super) fn start(pages: u64) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        thread::Builder::new().name("demo-server".to_owned()).spawn(move || {
            for connection in listener.incoming() {
                if stopped.load(Relaxed) {
                    break;
                }
                // A broken connection is the client's to report.
                let _ = connection.and_then(|connection| answer(&connection, pages));
            }
        })?;
        Ok(Self { address, stop })
    }

    /// The URL of the first page.
    pub(super) fn url(&self) -> String {
        format!("http://{}/pages?page=1", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Relaxed);
        // Wakes the thread out of `accept`, so that it sees the flag.
        let _ = TcpStream::connect_timeout(&self.address, PATIENCE);
    }
}

fn answer(connection: &TcpStream, pages: u64) -> io::Result<()> {
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.set_write_timeout(Some(PATIENCE))?;
    let target = request_target(connection)?;
    let page = target.strip_prefix("/pages?page=").and_then(|page| page.parse::<u64>().ok());
    match page.filter(|page| (1..=pages).contains(page)) {
        None => respond(connection, "404 Not Found", r#"{"error": "no such page"}"#),
        Some(page) => {
            writeln!(io::stdout(), "Fetching page {page}...")?;
            thread::sleep(DELAY);
            let next = if page < pages {
                format!(r#""/pages?page={}""#, page + 1)
            } else {
                "null".to_owned()
            };
            let item = format!(r#"{{"page": {page}, "data": "Content {page}"}}"#);
            respond(connection, "200 OK", &format!(r#"{{"results": [{item}], "next": {next}}}"#))
        }
    }
}

/// Reads a request to its empty line, and gives what it asks for.
fn request_target(connection: &TcpStream) -> io::Result<String> {
    let mut lines = BufReader::new(connection.take(REQUEST_LIMIT)).lines();
    let first = lines.next().unwrap_or_else(|| Ok(String::new()))?;
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    Ok(first.split(' ').nth(1).unwrap_or_default().to_owned())
}

fn respond(mut connection: &TcpStream, status: &str, body: &str) -> io::Result<()> {
    let length = body.len();
    write!(
        connection,
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    )
}
