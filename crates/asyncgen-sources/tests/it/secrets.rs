//! Secrets: each place that one can stand in, and that it is told nowhere.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use asyncgen_sources::{Auth, Batches, Next, Pages, pages, sse};

use crate::server::{Request, Server, json, redirect, status};
use crate::support::{drain, run};

const SECRET: &str = "pl4nted";

fn linked(link: &str) -> Vec<u8> {
    status(200, &format!("Content-Type: application/json\r\nLink: <{link}>; rel=next\r\n"), "[1]")
}

/// Each place that a source can be given a secret in.
const PLANTS: [fn(&Server) -> Pages; 16] = [
    |s| pages(&s.at(&format!("/?token={SECRET}"))),
    |s| pages(&s.at("/").replace("http://", &format!("http://{SECRET}:{SECRET}@"))),
    |s| pages(&s.at("/").replace("http://", &format!("http://{SECRET}@"))),
    |s| pages(&s.at("/")).param("api_key", SECRET),
    |s| pages(&s.at("/")).param("hapikey", SECRET),
    |s| pages(&s.at("/")).header("X-Secret", SECRET),
    |s| pages(&s.at("/")).header("Cookie", &format!("theme=dark; id={SECRET}")),
    |s| pages(&s.at("/")).auth(Auth::Bearer(SECRET.to_owned())),
    |s| {
        pages(&s.at("/")).auth(Auth::Basic { user: SECRET.to_owned(), password: SECRET.to_owned() })
    },
    |s| pages(&s.at("/")).auth(Auth::Header { name: "X-Odd".to_owned(), value: SECRET.to_owned() }),
    |s| pages(&s.at("/")).auth(Auth::Query { name: "odd".to_owned(), value: SECRET.to_owned() }),
    |s| pages(&s.at("/")).auth(Auth::Cookie { name: "odd".to_owned(), value: SECRET.to_owned() }),
    |s| {
        let headers = || vec![("X-Odd".to_owned(), format!("Odd {SECRET}"))];
        pages(&s.at("/")).auth(Auth::by(move || async move { Ok(headers()) }))
    },
    |s| pages(&s.at("/")).json(format!("{{\"login\": [{{\"password\": \"{SECRET}\"}}]}}")),
    |s| pages(&s.at("/")).form([("client_secret", SECRET)]),
    |s| pages(&s.at("/")).data(format!("key={SECRET}")).header("X-Token", SECRET),
];

/// Each place that a server can give it back in.
const ANSWERS: [fn(&Request) -> Vec<u8>; 26] = [
    |_| status(500, "", "pl4nted"),
    |_| status(403, "", "pl4nted"),
    |_| status(401, "WWW-Authenticate: Bearer realm=pl4nted\r\n", "pl4nted"),
    |_| status(429, "Retry-After: pl4nted\r\n", "pl4nted"),
    |_| status(200, "", "<html>pl4nted"),
    |_| status(200, "Content-Type: text/html; x=pl4nted\r\n", "<html>pl4nted"),
    |_| json("{\"pl\": \"pl4nted\"}"),
    |_| json("[1, \"pl4nted\" 2]"),
    |_| json("{\"error\": \"pl4nted\", \"items\": []}"),
    |_| json("{\"next_cursor\": \"pl4nted\", \"items\": [1]}"),
    |_| redirect(302, "https://me:pl4nted@other.example/?a=pl4nted"),
    |_| redirect(302, "http://[pl4nted"),
    |_| redirect(302, "pl4nted:pl4nted@h/"),
    |_| redirect(302, "?page=pl4nted"),
    |r| linked(&format!("{}#pl4nted", r.target)),
    |_| linked("/?next=pl4nted&access_token=pl4nted"),
    |_| linked("/?page=pl4nted&size=pl4nted&odd=pl4nted"),
    |_| linked("/?c=x&odd=pl4nted"),
    |_| linked("/?c=1%20pl4nted%20&odd"),
    |_| linked("/?pl4nted"),
    |_| linked("/pl%34nted/2"),
    |_| linked("http://pl4nted:pl4nted@other.example/"),
    |_| json("{\"next\": \"/?a=pl4nted\", \"items\": [1]}"),
    |_| json("{\"nextPageToken\": \"pl4nted\", \"items\": [1]}"),
    |_| json("{\"nextPageToken\": \"a-pl4nted-b\", \"items\": [1]}"),
    |_| b"HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\n[1, \"pl4nted".to_vec(),
];

/// All that is told of a source, while it runs to its end.
fn told(source: &Pages) -> Vec<String> {
    let mut batches = source.clone().batches();
    let mut told = vec![format!("{source:?}"), format!("{batches:?}"), batches.name().to_string()];
    let mut records = 0;
    while let Some(batch) = pollster::block_on(batches.next()) {
        told.push(format!("{batches:?} {:?} {:?}", batches.plan(), batches.progress()));
        match batch {
            Ok(batch) => records += batch.len() as u64,
            Err(error) => {
                told.push(format!("{error} {error:?}"));
                told.push(format!("{:?} {:?}", error.place(), error.snippet()));
            }
        }
        for records in 0..=records {
            told.push(format!("{:?}", batches.position_after(records)));
        }
    }
    told
}

/// Looks through what libraries log, at every level.
struct Log;

/// Whether a line had the secret.
static LOGGED: AtomicBool = AtomicBool::new(false);

impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        if record.args().to_string().contains(SECRET) {
            LOGGED.store(true, Relaxed);
        }
    }

    fn flush(&self) {}
}

#[test]
fn a_planted_secret_is_told_nowhere() {
    log::set_logger(&Log).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    log::info!("it hears a {SECRET} secret");
    assert!(LOGGED.swap(false, Relaxed));
    for plant in PLANTS {
        for answer in ANSWERS {
            let server = Server::new(move |request| match request.before {
                0 | 1 => answer(request),
                _ => json("[2]"),
            });
            for told in told(&plant(&server).retry(0)) {
                assert!(!told.contains(SECRET), "{told}");
            }
            assert!(!LOGGED.load(Relaxed));
        }
    }
}

#[test]
fn an_event_whose_id_is_a_secret_has_no_position() {
    for (id, known) in [("s3cret", false), ("a-s3cret-b", false), ("7", true), ("s3cre", true)] {
        let body = format!("id: {id}\ndata: 1\n\n");
        let server =
            Server::new(move |_| status(200, "Content-Type: text/event-stream\r\n", &body));
        let source = sse(&server.url).auth(Auth::Bearer("s3cret".to_owned())).reconnect(false);
        let mut events = source.batches();
        assert_eq!(pollster::block_on(events.next()).unwrap().unwrap().len(), 1);
        match events.position_of_event(id).unwrap() {
            Ok(position) => assert!(known && position.contains(id), "{position}"),
            Err(error) => {
                let expected = "a position here would hold a secret: credentials in the id";
                assert_eq!((error.message(), known), (expected.to_owned(), false));
            }
        }
    }
}

#[test]
fn a_page_that_is_looked_at_shows_no_secret() {
    let server =
        Server::new(|_| status(200, &format!("X-Odd: {SECRET}\r\n"), &format!("[\"{SECRET}\"]")));
    let next = Next::by(async |page| Err(format!("{page:?}")));
    let source = pages(&server.at(&format!("/?odd={SECRET}"))).next(next);
    let error = run(source.batches()).end.unwrap_err().to_string();
    assert!(error.contains("Seen { url: "), "{error}");
    assert!(!error.contains(SECRET), "{error}");
}

/// The position after the first `records` items.
fn position(batches: &mut Batches, records: u64) -> Result<String, String> {
    let mut count = 0;
    while count < records {
        count += pollster::block_on(batches.next()).unwrap().unwrap().len() as u64;
    }
    batches.position_after(records).unwrap().map_err(|error| error.message())
}

#[test]
fn a_position_that_would_hold_a_secret_is_refused() {
    let check = |link: &'static str, options: fn(Pages) -> Pages, expected: &str| {
        let server = Server::new(move |request| match request.before {
            0 => linked(link),
            _ => json("[2, 3]"),
        });
        let mut batches = options(pages(&server.at("/"))).batches();
        let error = position(&mut batches, 2).unwrap_err();
        assert_eq!(error, format!("a position here would hold a secret: {expected}"));
    };
    let named = "the parameter access_token of the page's URL";
    check("/2?cursor=a&access_token=s3cret", |pages| pages, named);
    let token = |pages: Pages| pages.auth(Auth::Bearer("s3cret".to_owned()));
    check("/2?odd=s3cret", token, "credentials in the page's URL");
    check("/s3cret", token, "credentials in the page's URL");
    let header = |pages: Pages| pages.header("X-Token", "s3cret");
    check("/2?odd=s3cret", header, "credentials in the page's URL");
}

#[test]
fn credentials_are_found_as_they_are_sent() {
    // `me?:s3cret~~`, whose Base64 has a character in each of its alphabets that the other has not.
    let sent = ["bWU/OnMzY3JldH5+", "bWU_OnMzY3JldH5-"];
    let known: [fn(Pages) -> Pages; 2] = [
        |pages| pages.auth(Auth::Basic { user: "me?".into(), password: "s3cret~~".into() }),
        |pages| pages.header("Authorization", "Basic bWU/OnMzY3JldH5+"),
    ];
    for know in known {
        for secret in ["s3cret~~", sent[0], sent[1]] {
            let server = Server::new(move |request| match request.before {
                0 => linked(&format!("/2?odd={}", secret.replace('/', "%2F").replace('+', "%2B"))),
                _ => json("[2, 3]"),
            });
            let error = position(&mut know(pages(&server.at("/"))).batches(), 2).unwrap_err();
            let expected = "a position here would hold a secret: credentials in the page's URL";
            assert_eq!(error, expected, "{secret}");
        }
    }
}

#[test]
fn a_cursor_or_parameters_with_a_secret_are_in_no_position() {
    let check = |next: &dyn Fn() -> Next, expected: &str| {
        let server = Server::new(|_| json("{\"c\": \"s3cret\", \"items\": [1]}"));
        let source = pages(&server.at("/")).auth(Auth::Bearer("s3cret".to_owned()));
        let mut batches = source.next(next()).batches();
        let error = position(&mut batches, 2).unwrap_err();
        assert_eq!(error, format!("a position here would hold a secret: {expected}"));
    };
    check(&|| "cursor:c=/c".parse().unwrap(), "credentials in the cursor");
    let with = |name: &'static str, value: &'static str| {
        move || {
            Next::chosen(move |_| async move {
                Ok(asyncgen_sources::Onward::With(vec![(name.to_owned(), value.to_owned())]))
            })
        }
    };
    check(&with("odd", "a s3cret"), "credentials in the parameters");
    check(&with("oauth_token", "other"), "the parameter oauth_token");
}

#[test]
fn a_key_that_a_server_gives_back_in_its_links_is_put_in_again() {
    let server = Server::new(|request| match request.path() {
        _ if request.param("odd") != Some("s3cret") => status(401, "", ""),
        "/" if request.param("p").is_none() => linked("/?odd=s3cret&p=2&&q=%7e"),
        "/" => linked("/3?odd=s3cret"),
        _ => json("[2, 3]"),
    });
    let key = Auth::Query { name: "odd".to_owned(), value: "s3cret".to_owned() };
    let source = || pages(&server.at("/")).auth(key.clone());
    for (records, rest) in [(0, "1 1 2 3"), (1, "1 2 3"), (2, "2 3"), (3, "3")] {
        let mut batches = source().batches();
        pollster::block_on(batches.next()).unwrap().unwrap();
        let position = if records == 0 {
            batches.position_after(0).unwrap().unwrap()
        } else {
            position(&mut source().batches(), records).unwrap()
        };
        assert!(!position.contains("s3cret") && !position.contains("odd"), "{position}");
        let outcome = pollster::block_on(drain(source().resume(position).batches()));
        assert_eq!(outcome.records.join(" "), rest);
    }
    // A circle is seen, whether the key stands in the link or not.
    let server = Server::new(|_| linked("/?odd=s3cret"));
    let outcome = run(pages(&server.at("/")).auth(key).batches());
    assert_eq!(outcome.records, ["1"]);
    assert!(outcome.end.unwrap_err().to_string().contains("the pages go in a circle"));
}
