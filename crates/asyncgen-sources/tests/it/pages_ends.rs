//! How a walk ends, and what must not end it.

use asyncgen_sources::{Next, Pages, Repeat, Stop, pages};

use crate::server::{Server, json, status};
use crate::support::run;

/// What `pages` gives of a server that gives `bodies` for `?page=1` and so on, then `{"items": []}`.
fn read(bodies: &[&str], options: impl Fn(Pages) -> Pages) -> (String, String, usize) {
    let bodies: Vec<String> = bodies.iter().map(|body| (*body).to_owned()).collect();
    let server = Server::new(move |request| {
        let page: usize = request.param("page").map_or(1, |page| page.parse().unwrap());
        let body = bodies.get(page - 1).map_or("{\"items\": []}", String::as_str);
        match body.strip_prefix('!') {
            Some(code) => status(code.parse().unwrap(), "", "{}"),
            None => json(body),
        }
    });
    let outcome = run(options(pages(&server.at("/"))).batches());
    let end = outcome.end.map_or_else(|error| error.to_string(), |_| "the end".to_owned());
    (outcome.records.join(" "), end.replace(&server.url, "S"), server.targets().len())
}

fn numbered(stop: Stop) -> impl Fn(Pages) -> Pages {
    move |pages| pages.next("page".parse().unwrap()).stop(stop.clone())
}

fn linked(stop: Stop) -> impl Fn(Pages) -> Pages {
    move |pages| pages.next("/next".parse().unwrap()).stop(stop.clone())
}

fn path(text: &str) -> String {
    text.to_owned()
}

fn ends((found, end, all): (String, String, usize), records: &str, asked: usize) {
    assert_eq!((&*found, &*end, all), (records, "the end", asked));
}

#[test]
fn counted_pages_end_where_one_is_empty_or_missing() {
    let none = Stop::default;
    ends(read(&["[1,2]", "[3]", "[4,5]"], numbered(none())), "1 2 3 4 5", 4);
    ends(read(&["[1]", "!404"], numbered(none())), "1", 2);
    let stop = Stop { status: Some(vec![400, 410]), ..none() };
    ends(read(&["[1]", "!400"], numbered(stop.clone())), "1", 2);
    let (records, error, _) = read(&["[1]", "!404"], numbered(stop));
    assert_eq!(records, "1");
    assert_eq!(error, "S/?page=2: page 2: the server answered 404 Not Found");
    let (_, error, _) = read(&["!404"], numbered(none()));
    assert_eq!(error, "S/?page=1: page 1: the server answered 404 Not Found");
    ends(read(&["[1]", "!204"], numbered(none())), "1", 2);
}

#[test]
fn an_empty_page_in_the_middle_is_passed() {
    let stop = Stop { empty: Some(false), total: Some(path("/total")), ..Stop::default() };
    let bodies = [
        r#"{"total": 3, "items": [1]}"#,
        r#"{"total": 3, "items": []}"#,
        r#"{"total": 3, "items": null}"#,
        r#"{"total": 3, "items": [2, 3]}"#,
    ];
    ends(read(&bodies, numbered(stop)), "1 2 3", 4);
    let bodies = [
        r#"{"next": "?page=2", "items": [1]}"#,
        r#"{"next": "?page=3", "items": []}"#,
        r#"{"next": null, "items": [2]}"#,
    ];
    ends(read(&bodies, linked(Stop::default())), "1 2", 3);
    let stop = Stop { empty: Some(true), ..Stop::default() };
    ends(read(&bodies, linked(stop)), "1", 2);
}

#[test]
fn a_short_page_in_the_middle_is_passed_by_what_was_asked_for() {
    let expected: Vec<usize> = (0..14).filter(|item| ![5, 9].contains(item)).collect();
    let shown = expected.clone();
    let server = Server::new(move |request| {
        let from: usize = request.param("offset").unwrap().parse().unwrap();
        json(&format!(
            "{:?}",
            shown.iter().filter(|at| (from..from + 4).contains(*at)).collect::<Vec<_>>()
        ))
    });
    for concurrency in [1, 4] {
        let source = pages(&server.at("/")).next("offset:::4".parse().unwrap());
        let outcome = run(source.concurrency(concurrency).batches());
        assert!(outcome.end.is_ok());
        assert!(
            outcome.records.iter().eq(&expected.iter().map(usize::to_string).collect::<Vec<_>>())
        );
    }
}

#[test]
fn a_page_can_say_that_it_is_the_last() {
    let has_more = || Stop { has_more: Some(path("$.page.more")), ..Stop::default() };
    let bodies = [
        r#"{"page": {"more": true}, "items": []}"#,
        r#"{"page": {"more": true}, "items": [1]}"#,
        r#"{"page": {"more": false}, "items": [2]}"#,
    ];
    ends(read(&bodies, numbered(has_more())), "1 2", 3);
    let (_, error, _) = read(&[r#"{"page": {"more": 1}, "items": [1]}"#], numbered(has_more()));
    assert_eq!(error, "S/?page=1: page 1: has_more, $.page.more, is not a boolean");
    // The total may change on the way.
    let total = Stop { total: Some(path("/total")), ..Stop::default() };
    let bodies = [r#"{"total": 2, "items": [1]}"#, r#"{"total": 3, "items": [2]}"#, "[3]"];
    ends(read(&bodies, numbered(total)), "1 2 3", 4);
}

#[test]
fn there_are_limits() {
    let most = |max_pages, max_items| Stop { max_pages, max_items, ..Stop::default() };
    let bodies = ["[1,2]", "[3,4]", "[5]"];
    ends(read(&bodies, numbered(most(Some(2), None))), "1 2 3 4", 2);
    ends(read(&bodies, numbered(most(None, Some(3)))), "1 2 3", 2);
    ends(read(&bodies, numbered(most(None, Some(2)))), "1 2", 1);
    ends(read(&bodies, numbered(most(Some(0), None))), "", 0);
}

#[test]
fn what_comes_again_is_an_error_or_the_end() {
    let stops = |options: fn(Pages) -> Pages| move |pages| options(pages).on_repeat(Repeat::Stop);
    let cursor = |pages: Pages| pages.next("cursor:page=/c".parse().unwrap());
    let again = "page 2: the pages go in a circle, a cursor that was there before comes again";
    let same = [r#"{"c": 2, "items": [1]}"#, r#"{"c": 2, "items": [2]}"#];
    let (records, error, asked) = read(&same, cursor);
    assert_eq!((&*records, asked), ("1 2", 2));
    assert_eq!(error, format!("S/?page=2: {again}"));
    ends(read(&same, stops(cursor)), "1 2", 2);
    let circle =
        [r#"{"c": 2, "items": [1]}"#, r#"{"c": 3, "items": [2]}"#, r#"{"c": 2, "items": [3]}"#];
    let (records, error, asked) = read(&circle, cursor);
    assert_eq!((&*records, asked), ("1 2 3", 3));
    assert!(error.contains("page 3: the pages go in a circle"), "{error}");
    ends(read(&circle, stops(cursor)), "1 2 3", 3);
    // The last page for every number behind it.
    let number = |pages: Pages| pages.next("page".parse().unwrap());
    let last = ["[1]", "[2]", "[2]", "[2]"];
    let (records, error, _) = read(&last, number);
    assert_eq!(records, "1 2");
    let again = "the pages go in a circle, S/?page=3 comes again";
    assert_eq!(error, format!("S/?page=3: page 3: {again}"));
    ends(read(&last, stops(number)), "1 2", 3);
}

#[test]
fn empty_pages_without_end_are_an_error() {
    let server = Server::new(|request| {
        json(&format!("{{\"next\": \"/{}\", \"items\": []}}", request.before))
    });
    let error = run(pages(&server.at("/")).batches()).end.unwrap_err();
    assert!(error.to_string().ends_with("1000 pages in a row have no item"), "{error}");
}

#[test]
fn has_more_and_no_way_on_is_an_error() {
    let cursor = |pages: Pages| pages.next("cursor:page=/c".parse().unwrap());
    for body in [
        r#"{"c": null, "has_more": true, "items": [1]}"#,
        r#"{"has_more": true, "items": [1]}"#,
        r#"{"C": "x", "next_cursor": "x", "items": [1]}"#,
    ] {
        let (records, error, _) = read(&[body], cursor);
        assert_eq!(records, "1");
        assert!(error.contains("this looks like one page of many"), "{body}: {error}");
    }
    ends(read(&[r#"{"c": null, "has_more": false, "items": [1]}"#], cursor), "1", 1);
    let (_, error, _) = read(&[r#"{"c": true, "items": [1]}"#], cursor);
    assert_eq!(error, "S/: page 1: there is no way on at /c: a boolean, not a string");
}

#[test]
fn an_error_with_a_status_of_success_is_one() {
    let expected = |key: &str| {
        format!(
            "S/: page 1: the answer is a success, but it has no items and tells of an error, under {key}"
        )
    };
    let data = |pages: Pages| pages.items("/data");
    let (_, error, _) = read(&[r#"{"data": null, "errors": [{"message": "s3cret"}]}"#], data);
    assert_eq!(error, expected("errors"));
    let (_, error, _) = read(&[r#"{"items": [], "error": "s3cret"}"#], |pages| pages);
    assert_eq!(error, expected("error"));
    ends(read(&[r#"{"data": null, "errors": []}"#], data), "", 1);
    let (_, error, _) = read(&[r#"{"error": "s3cret"}"#], |pages| pages);
    let expected = "no array of items: an object with the keys error; `items` must say where it is";
    let expected = expected.replace("keys error", "key error");
    assert_eq!(error, format!("S/:1:1: page 1: {expected}"));
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let check = |options: &dyn Fn(Pages) -> Pages, expected: &str| {
        let error = run(options(pages("http://127.0.0.1:9/")).batches()).end.unwrap_err();
        assert_eq!(error.to_string(), format!("http://127.0.0.1:9/: {expected}"));
    };
    let header = |name: &'static str| move |pages: Pages| pages.next(Next::Header(name.to_owned()));
    check(&header(""), "next: the name of the header is empty");
    check(&header("a b"), "next: \"a b\" is no name of a header");
    check(
        &|pages| pages.json("{"),
        "json is not JSON: EOF while parsing an object at line 1 column 1",
    );
    check(&|pages| pages.method("G E T"), "\"G E T\" is no method of HTTP");
    check(
        &|pages| pages.allow_host("a/b"),
        "allow_hosts: \"a/b\" is no host: give a name, name:port or an origin",
    );
    check(
        &|pages| pages.resume("{}"),
        "resume is not a position of this source: it is of another kind or version",
    );
    check(&|pages| pages.resume("x"), "resume is not a position of this source: it is not JSON");
    for bad in ["next", "page:a:b", "page:a:1:2", "offset:a:b:c", "cursor:x", "links"] {
        assert!(bad.parse::<Next>().is_err(), "{bad}");
    }
    for (bad, expected) in [
        ("offset:::0", "the size of a page must be 1 or more"),
        ("cursor:=/x", "the name of the parameter is empty"),
        ("cursor:x=a[*]", "\"a[*]\" is not the place of one value"),
        ("header:", "the name of the header is empty"),
        ("cursor:a=header:", "the name of the header is empty"),
    ] {
        assert_eq!(bad.parse::<Next>().unwrap_err(), expected, "{bad}");
    }
    let path = "$.a..b".parse::<Next>().unwrap_err();
    assert!(path.ends_with("such as $.data.items: a name is empty"), "{path}");
}
