//! HTTPS: whom it trusts, and HTTP/2 where the server offers it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use asyncgen_sources::{ErrorKind, Pages, pages};
use bytes::Bytes;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::support::run;

/// The protocol and the number of the connection that each request came by.
type Seen = Arc<Mutex<Vec<(&'static str, usize)>>>;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/tls").join(name)
}

/// A server that speaks `protocols`, in this order, and gives `[page]` for `?page=…` up to 5.
fn serve(protocols: &[&str]) -> (String, Seen) {
    let mut config =
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                CertificateDer::pem_file_iter(file("server.pem"))
                    .unwrap()
                    .map(Result::unwrap)
                    .collect(),
                PrivateKeyDer::from_pem_file(file("server.key")).unwrap(),
            )
            .unwrap();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let seen = Seen::default();
    let told = Arc::clone(&seen);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::from_std(listener).unwrap();
            for number in 0.. {
                let (connection, _) = listener.accept().await.unwrap();
                let (acceptor, told) = (acceptor.clone(), Arc::clone(&told));
                tokio::spawn(async move {
                    // A client that does not trust the certificate leaves.
                    let Ok(connection) = acceptor.accept(connection).await else { return };
                    if connection.get_ref().1.alpn_protocol() == Some(b"h2") {
                        second(connection, number, &told).await;
                    } else {
                        first(connection, number, &told).await;
                    }
                });
            }
        });
    });
    (url, seen)
}

fn body(target: &str) -> String {
    let page = target.split("page=").nth(1).unwrap();
    if page.parse::<u32>().unwrap() <= 5 { format!("[{page}]") } else { "[]".to_owned() }
}

async fn second(connection: TlsStream<TcpStream>, number: usize, seen: &Seen) {
    let mut connection = h2::server::handshake(connection).await.unwrap();
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        seen.lock().unwrap().push(("h2", number));
        let text = body(request.uri().query().unwrap());
        let mut sent = respond.send_response(http::Response::new(()), false).unwrap();
        sent.send_data(Bytes::from(text), true).unwrap();
    }
}

async fn first(mut connection: TlsStream<TcpStream>, number: usize, seen: &Seen) {
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            match connection.read_u8().await {
                Ok(byte) => head.push(byte),
                Err(_) => return,
            }
        }
        seen.lock().unwrap().push(("http/1.1", number));
        let head = String::from_utf8(head).unwrap();
        let text = body(head.split(' ').nth(1).unwrap());
        let answer = format!("HTTP/1.1 200 X\r\nContent-Length: {}\r\n\r\n{text}", text.len());
        if connection.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

fn counted(url: &str) -> Pages {
    pages(url).next("page".parse().unwrap())
}

#[test]
fn http2_is_spoken_where_it_is_offered() {
    for (offered, spoken) in
        [(&["h2", "http/1.1"][..], "h2"), (&["http/1.1"], "http/1.1"), (&[], "http/1.1")]
    {
        for concurrency in [1, 8] {
            let (url, seen) = serve(offered);
            let source = counted(&url).ca(file("ca.pem")).concurrency(concurrency);
            let outcome = run(source.batches());
            assert_eq!(outcome.records, ["1", "2", "3", "4", "5"]);
            outcome.end.unwrap();
            let seen = seen.lock().unwrap();
            assert!(seen.len() >= 6, "{seen:?}");
            assert!(seen.iter().all(|(protocol, _)| *protocol == spoken), "{seen:?}");
            // Pages that are asked for one after the other share a connection.
            let one = seen.iter().all(|(_, number)| *number == 0);
            assert!(one || concurrency > 1, "{seen:?}");
        }
    }
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_refused_at_once() {
    let (url, seen) = serve(&["h2", "http/1.1"]);
    for (ca, expected) in [
        // That of the server is not one of an authority.
        (Some(file("server.pem")), "connection failed: invalid peer certificate: "),
        (Some(file("server.key")), "connection failed: there is no certificate in "),
        (Some(file("none.pem")), "connection failed: "),
    ] {
        let source = counted(&url);
        let source = if let Some(ca) = ca { source.ca(ca) } else { source };
        let error = run(source.batches()).end.unwrap_err();
        let ErrorKind::Connect { attempts, .. } = error.kind() else { panic!("{error}") };
        assert_eq!(*attempts, 1, "{error}");
        assert!(error.message().starts_with(expected), "{error}");
    }
    assert!(seen.lock().unwrap().is_empty());
    let name = url.replace("127.0.0.1", "127.0.0.2");
    let error = run(counted(&name).ca(file("ca.pem")).batches()).end.unwrap_err();
    assert!(error.message().contains("connection failed"), "{error}");
}
