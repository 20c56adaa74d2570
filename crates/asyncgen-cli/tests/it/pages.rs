//! `asyncgen pages`: every way from page to page, and each option.

use std::sync::{Arc, Mutex};

use crate::{
    command::{Folder, check},
    server::serve,
};

const JSON: &str = "Content-Type: application/json\r\n";

/// The value of a parameter of the query.
fn param<'t>(target: &'t str, name: &str) -> Option<&'t str> {
    let (_, query) = target.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// Ten items, three a page, told in each style at once: by link, header, URL, cursor, connection or not at all.
fn answer(target: &str, header: &[String]) -> (u16, String, String) {
    let asked = |name: &str| {
        header.iter().find_map(|line| {
            line.to_ascii_lowercase().strip_prefix(&format!("{name}: ")).map(str::to_owned)
        })
    };
    let number = |text: Option<&str>| text.map(|text| text.parse::<usize>().expect("a number"));
    let page = number(param(target, "page")).map(|page| (page - 1) * 3);
    let from = number(param(target, "from"))
        .or(page)
        .or(number(asked("x-from").as_deref()))
        .unwrap_or_default();
    let size = number(param(target, "limit")).unwrap_or(3);
    let to = (from + size).min(10);
    let items: Vec<String> = (from.min(to)..to).map(|item| item.to_string()).collect();
    let (more, items) = (to < 10, items.join(","));
    let (mut url, mut cursor, mut headers) = ("null".to_owned(), "null".to_owned(), String::new());
    if more {
        (url, cursor) = (format!("\"/?from={to}\""), to.to_string());
        headers = format!("Link: </?from={to}>; rel=next\r\nX-Url: ?from={to}\r\nX-To: {to}\r\n");
    }
    let info = format!("{{\"hasNextPage\":{more},\"endCursor\":\"{to}\"}}");
    let body = format!(
        "{{\"items\":[{items}],\"url\":{url},\"to\":{cursor},\"total\":10,\
         \"data\":{{\"all\":{{\"pageInfo\":{info},\"nodes\":[{items}]}}}}}}"
    );
    (200, format!("{JSON}{headers}"), body)
}

#[test]
fn every_way_from_page_to_page() {
    let all = (0..10).map(|item| format!("{item}\n")).collect::<Vec<_>>().concat();
    for next in [
        "auto",
        "link",
        "/url",
        "$.url",
        "header:X-Url",
        "cursor:from=/to",
        "cursor:from=header:X-To",
        "cursor:header:X-From=$.to",
        "page",
        "page:page:1",
        "offset:from:limit",
        "offset:from:limit:4",
        "relay:data.all:from",
    ] {
        for concurrency in ["1", "8"] {
            let url = serve(answer) + "/";
            let args = ["pages", &url, "--next", next, "--concurrency", concurrency];
            check(&[&args[..], &["--items", "/items"]].concat(), "", &all, "", 0);
        }
    }
}

/// What `args` write, and the targets that were asked for.
fn asked(args: &[&str], answer: fn(&str) -> (u16, String)) -> (String, String, Vec<String>) {
    let targets = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&targets);
    let url = serve(move |target, _| {
        told.lock().unwrap().push(target.to_owned());
        let (status, body) = answer(target);
        (status, format!("{JSON}Retry-After: 0\r\n"), body)
    });
    let next: &[&str] = if args.contains(&"--next") { &[] } else { &["--next", "page"] };
    let ran = Folder::with(&[]).run(&[&["pages", &url], next, args].concat(), b"");
    let targets = targets.lock().unwrap().clone();
    (ran.stdout.replace('\n', " "), ran.stderr.replace(&url, "S"), targets)
}

/// Page after page: the second has no item, the fourth is the last, what follows is an error.
fn numbered(target: &str) -> (u16, String) {
    let page: usize = param(target, "page").expect("a page").parse().expect("a number");
    let item = if page == 2 { String::new() } else { page.to_string() };
    let status = if page > 4 { 418 } else { 200 };
    (status, format!("{{\"items\":[{item}],\"more\":{},\"total\":2}}", page < 3))
}

#[test]
fn when_a_walk_ends() {
    for (args, expected, pages) in [
        (&[][..], "1 ", 2),
        (&["--stop-empty", "false", "--stop-status", "418"], "1 3 4 ", 5),
        (&["--stop-empty", "false", "--max-pages", "3"], "1 3 ", 3),
        (&["--stop-empty", "false", "--stop-total", "/total"], "1 3 ", 3),
        (&["--stop-has-more", "/more"], "1 3 ", 3),
    ] {
        let (out, error, targets) = asked(args, numbered);
        assert_eq!((&*out, &*error, targets.len()), (expected, "", pages), "{args:?}");
    }
    let same = |_: &str| (200, "[1]".to_owned());
    let (out, error, _) = asked(&[], same);
    let expected = "S/?page=2: page 2: the pages go in a circle, S/?page=2 comes again\n";
    assert_eq!((&*out, &*error), ("1 ", expected));
    let (out, error, _) = asked(&["--on-repeat", "stop"], same);
    assert_eq!((&*out, &*error), ("1 ", ""));
}

#[test]
fn what_each_option_does() {
    let (out, ..) = asked(&["--max-pages", "1", "--by-page", "--select", "number,items"], numbered);
    assert_eq!(out, "{\"number\":1,\"items\":[1]} ");
    let shifted = |target: &str| match param(target, "page") {
        Some("1") => (200, "[{\"id\":1},{\"id\":2}]".to_owned()),
        Some("2") => (200, "[{\"id\":2},{\"id\":3}]".to_owned()),
        _ => (404, String::new()),
    };
    let (out, ..) = asked(&["--unique-by", "id"], shifted);
    assert_eq!(out, "{\"id\":1} {\"id\":2} {\"id\":3} ");
    let narrow = |target: &str| match (param(target, "n"), param(target, "at")) {
        (Some("2"), Some("0")) => (200, "[1,2]".to_owned()),
        (Some("2"), _) => (200, "[3]".to_owned()),
        _ => (500, String::new()),
    };
    let args = ["--next", "offset:at:n:4", "--shrink", "n", "--max-pages", "2"];
    let (out, error, targets) = asked(&args, narrow);
    assert_eq!((&*out, &*error, targets.len()), ("1 2 3 ", "", 3));
    let (_, error, _) = asked(&["--max-item", "3"], |_| (200, "[1, \"long\"]".to_owned()));
    assert!(error.contains("record 2 is longer than the limit of 3 bytes"), "{error}");
    let faulty = |_: &str| (200, "[1, oops]".to_owned());
    for (args, shown) in [(&[][..], false), (&["--debug-body"], true)] {
        let (_, error, _) = asked(args, faulty);
        assert_eq!(error.contains("oops"), shown, "{error}");
    }
}

#[test]
fn how_often_and_how_long_a_server_is_asked() {
    let busy = |_: &str| (503, String::new());
    for (args, requests) in [
        (&["--retry", "0"][..], 1),
        (&["--retry", "2"], 3),
        (&["--retry", "9", "--retry-budget", "1"], 2),
        (&["--retry", "3", "--retry-base", "86400", "--retry-longest", "0"], 4),
        (&["--retry", "3", "--retry-base", "0"], 4),
        (&["--retry", "2", "--json", "{}"], 1),
        (&["--retry", "2", "--json", "{}", "--retry-post"], 3),
    ] {
        assert_eq!(asked(args, busy).2.len(), requests, "{args:?}");
    }
    // For a day.
    let url = serve(|_, _| (429, "Retry-After: 86400\r\n".to_owned(), String::new()));
    let args = ["pages", &url, "--retry", "1", "--retry-after", "0.01"];
    let ran = Folder::with(&[]).run(&args, b"");
    assert!(ran.stderr.ends_with("429 Too Many Requests after 2 attempts\n"), "{}", ran.stderr);
}

#[test]
fn what_a_server_says_of_its_limits_can_be_passed_over() {
    let url = serve(|target, _| {
        let headers = "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 86400\r\n";
        let page = param(target, "page").expect("a page");
        let items = if page == "3" { "" } else { page };
        (200, format!("{JSON}{headers}"), format!("[{items}]"))
    });
    // With the headers it would wait for hours.
    let limits = ["--rate", "1000/s", "--rate-headers", "false", "--retry-after", "86400"];
    check(&[&["pages", &url, "--next", "page"][..], &limits].concat(), "", "1\n2\n", "", 0);
}

/// A server that says nothing.
fn silent() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    // Connections are kept as long as the test runs.
    std::thread::spawn(move || listener.incoming().collect::<Vec<_>>());
    url
}

#[test]
fn how_long_a_server_is_waited_for() {
    let url = silent();
    for (option, expected) in [
        ("--read-timeout", "the server was silent for 0.05 seconds"),
        ("--timeout", "the answer was not whole within 0.05 seconds"),
    ] {
        let args = ["pages", &url, option, "0.05", "--retry", "0"];
        let ran = Folder::with(&[]).run(&args, b"");
        assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    }
}

#[test]
fn who_asks() {
    for (auth, expected) in [
        ("bearer:t", "authorization: Bearer t"),
        ("basic:me:pw", "authorization: Basic bWU6cHc="),
        ("header:X-Key=k", "x-key: k"),
        ("query:key=k", "/?key=k"),
        ("cookie:id=k", "cookie: id=k"),
    ] {
        let url = serve(move |target, header| {
            let is_it = |line: &String| line.eq_ignore_ascii_case(expected);
            let status = if target == expected || header.iter().any(is_it) { 200 } else { 401 };
            (status, JSON.to_owned(), "[1]".to_owned())
        });
        check(&["pages", &format!("{url}/"), "--auth", auth], "", "1\n", "", 0);
    }
}

#[test]
fn another_host_is_asked_only_where_it_is_named() {
    let other = serve(|_, header| {
        assert!(header.iter().any(|line| line.eq_ignore_ascii_case("x-key: k")), "{header:?}");
        (200, JSON.to_owned(), "[2]".to_owned())
    });
    let elsewhere = other.replace("127.0.0.1", "localhost");
    let link = elsewhere.clone();
    let url =
        serve(move |_, _| (200, format!("{JSON}Link: <{link}/>; rel=next\r\n"), "[1]".to_owned()));
    let args = ["pages", &url, "-H", "X-Key: k"];
    let refused = format!("{url}/: page 1: refused to go to another origin, {elsewhere}\n");
    check(&args, "", "1\n", &refused, 1);
    let named = elsewhere.replace("http://", "");
    check(&[&args[..], &["--allow-host", &named]].concat(), "", "1\n2\n", "", 0);
}
