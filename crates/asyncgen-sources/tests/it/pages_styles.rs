//! Every way from page to page, one page at a time and several at once, from the start and resumed
//! behind each item.

use asyncgen_sources::{Batches, Next, Onward, Pages, pages};

use crate::server::{Request, Server, json, status};
use crate::support::drain;

const COUNT: usize = 10;
const SIZE: usize = 3;

/// The items of the page that begins with `from`, and where the next one begins.
fn slice(from: usize, size: usize) -> (String, Option<usize>) {
    let to = (from + size).min(COUNT);
    let items: Vec<String> = (from.min(to)..to).map(|item| item.to_string()).collect();
    (format!("[{}]", items.join(",")), (to < COUNT).then_some(to))
}

fn number(text: Option<&str>) -> usize {
    text.map_or(0, |text| text.parse().unwrap())
}

fn or_null(value: Option<usize>) -> String {
    value.map_or("null".to_owned(), |value| value.to_string())
}

/// Ten items, three a page, told in each style.
fn answer(request: &Request) -> Vec<u8> {
    let from = number(request.param("from"));
    let with = |headers: &str, body: &str| {
        status(200, &format!("Content-Type: application/json\r\n{headers}"), body)
    };
    match request.path() {
        "/link" => {
            let (items, next) = slice(from, SIZE);
            let link = next.map(|next| format!("Link: <?from={next}>; rel=\"next\"\r\n"));
            with(&link.unwrap_or_default(), &items)
        }
        "/url" => {
            let (items, next) = slice(from, SIZE);
            let next = next.map_or("null".to_owned(), |next| format!("\"/url?from={next}\""));
            json(&format!("{{\"data\": {{\"rows\": {items}}}, \"meta\": {{\"next\": {next}}}}}"))
        }
        "/header" => {
            let (items, next) = slice(from, SIZE);
            let link = next.map(|next| format!("X-Next: /header?from={next}\r\n"));
            with(&link.unwrap_or_default(), &items)
        }
        "/cursor" => {
            assert_eq!(request.param("q"), Some("x"), "a parameter goes with each request");
            let (items, next) = slice(number(request.param("after")), SIZE);
            json(&format!("{{\"items\": {items}, \"end\": {}}}", or_null(next)))
        }
        "/cursor-in-headers" => {
            let (items, next) = slice(number(request.header("x-after")), SIZE);
            let header = next.map(|next| format!("X-End: {next}\r\n"));
            with(&header.unwrap_or_default(), &items)
        }
        "/cursor-in-body" => {
            assert!(request.head.starts_with("post"), "{}", request.head);
            assert_eq!(request.header("content-type"), Some("application/json"));
            assert!(request.body.contains("\"filter\":"), "{}", request.body);
            let after = request.body.split("\"after\":\"").nth(1);
            let (items, next) = slice(number(after.map(|rest| &rest[..1])), SIZE);
            let next = next.map_or("\"\"".to_owned(), |next| format!("\"{next}\""));
            json(&format!("{{\"items\": {items}, \"end\": {next}}}"))
        }
        "/number" => {
            let page = number(request.param("page"));
            json(&slice((page - 1) * SIZE, SIZE).0)
        }
        "/number-404" => {
            let page = number(request.param("p"));
            if page * SIZE >= COUNT {
                return status(404, "", "{\"detail\": \"Invalid page.\"}");
            }
            json(&slice(page * SIZE, SIZE).0)
        }
        "/number-in-body" => {
            let page = number(request.body.split("\"page\":").nth(1).map(|rest| &rest[..1]));
            json(&slice((page - 1) * SIZE, SIZE).0)
        }
        // Never more than three at once, whatever is asked for.
        "/offset" => {
            let size = request.param("limit").map_or(SIZE, |limit| limit.parse().unwrap());
            json(&slice(number(request.param("offset")), size.min(SIZE)).0)
        }
        "/graphql" | "/graphql-edges" => {
            let after = request.body.split("\"after\":\"").nth(1);
            let (items, next) = slice(number(after.map(|rest| &rest[..1])), SIZE);
            let items = if request.path() == "/graphql" {
                format!("\"nodes\": {items}")
            } else {
                let nodes = items.trim_matches(['[', ']']).split(',');
                let edges: Vec<_> = nodes.map(|node| format!("{{\"node\":{node}}}")).collect();
                format!("\"edges\": [{}]", edges.join(","))
            };
            let end = next.map_or("null".to_owned(), |next| format!("\"{next}\""));
            let info = format!("{{\"hasNextPage\": {}, \"endCursor\": {end}}}", next.is_some());
            json(&format!(
                "{{\"data\": {{\"repo\": {{\"issues\": {{\"pageInfo\": {info}, {items}}}}}}}}}"
            ))
        }
        path => panic!("nobody asks for {path}"),
    }
}

fn check(path: &str, plan: &str, options: impl Fn(Pages) -> Pages) {
    let server = Server::new(answer);
    for concurrency in [1, 2, 8] {
        let make = || options(pages(&server.at(path))).concurrency(concurrency);
        let mut batches = make().batches();
        pollster::block_on(every_item_once(&mut batches, &make));
        assert_eq!(batches.plan().as_deref(), Some(plan), "{path} at {concurrency}");
    }
}

/// Reads all items, and behind each goes on with another source, which has the rest.
async fn every_item_once(batches: &mut Batches, make: &dyn Fn() -> Pages) {
    let all: Vec<String> = (0..COUNT).map(|item| item.to_string()).collect();
    let mut items = Vec::new();
    while let Some(batch) = batches.next().await {
        for record in &batch.unwrap() {
            assert_eq!(record.position().record, items.len() as u64);
            items.push(record.get(0).unwrap().to_owned());
            let position = batches.position_after(items.len() as u64).unwrap().unwrap();
            let rest = drain(make().resume(position).batches()).await.records;
            assert_eq!(rest, all[items.len()..], "behind {} items", items.len());
        }
    }
    assert_eq!(items, all);
}

fn parsed(next: &'static str) -> impl Fn(Pages) -> Pages {
    move |pages| pages.next(next.parse().unwrap())
}

#[test]
fn links() {
    check("/link", "link: the Link header", parsed("link"));
    check("/link", "link: the Link header", |pages| pages);
    check("/url", "url: /meta/next", |pages| pages.items("data.rows"));
    check("/url", "url: $.meta.next", |pages| parsed("$.meta.next")(pages).items("/data/rows"));
    check("/header", "url: header:x-next", parsed("header:X-Next"));
}

#[test]
fn cursors() {
    let of = |next| move |pages: Pages| parsed(next)(pages).param("q", "x");
    check("/cursor", "cursor: /end -> after", of("cursor:after=/end"));
    let next = "cursor:header:X-After=header:X-End";
    check("/cursor-in-headers", "cursor: header:x-end -> header:x-after", parsed(next));
    let filter = r#"{"filter": {"x": [1]}}"#;
    let next = "cursor:/page/after=$.end";
    let options = |pages: Pages| parsed(next)(pages).json(filter);
    check("/cursor-in-body", "cursor: $.end -> /page/after", options);
}

#[test]
fn numbers() {
    check("/number", "page: page from 1", parsed("page"));
    check("/number?page=7", "page: page from 1", parsed("page"));
    check("/number-404", "page: p from 0", parsed("page:p:0"));
    let options = |pages: Pages| parsed("page:/page")(pages).json("{}");
    check("/number-in-body", "page: /page from 1", options);
}

#[test]
fn offsets() {
    check("/offset", "offset: offset, limit", parsed("offset"));
    check("/offset", "offset: offset, limit 2", parsed("offset:offset:limit:2"));
    check("/offset", "offset: offset, limit 3", parsed("offset:::3"));
    check("/offset", "offset: offset, limit 100", parsed("offset:::100"));
}

#[test]
fn connections() {
    let query = r#"{"query": "{ repo { issues } }", "variables": {"first": 3}}"#;
    for path in ["/graphql", "/graphql-edges"] {
        let next = "relay:data.repo.issues";
        let options = |pages: Pages| parsed(next)(pages).json(query);
        check(path, "relay: data.repo.issues -> /variables/after", options);
        let options = |pages: Pages| pages.json(query);
        check(path, "relay: /data/repo/issues -> /variables/after", options);
    }
}

#[test]
fn functions() {
    check("/url", "by a function", |pages| {
        let next = Next::by(async |page| {
            assert_eq!(page.status, 200);
            assert!(page.headers.iter().any(|(name, _)| name == "content-type"));
            let next = page.body.split("\"next\": \"").nth(1);
            Ok(next.and_then(|next| next.split('"').next()).map(str::to_owned))
        });
        pages.next(next).items("data.rows")
    });
    check("/number", "by a function", |pages| {
        let next = Next::chosen(async |page| {
            Ok(match page.items {
                0 => Onward::End,
                _ => Onward::With(vec![("page".to_owned(), (page.number + 1).to_string())]),
            })
        });
        pages.next(next).param("page", "1")
    });
}
