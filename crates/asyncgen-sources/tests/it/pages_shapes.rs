//! `auto`: each shape that is known, and one that comes near it and must not be followed.

use asyncgen_sources::pages;

use crate::server::{Server, json, status};
use crate::support::run;

const LOOKS_PAGED: &str = "an error: it looks like one of many";

/// Reads a page of one item, whose second page, at `/2`, is the last; `expected` is the plan.
fn check(headers: &str, members: &str, expected: &str) {
    let first =
        format!("{{{members}{}\"items\": [1]}}", if members.is_empty() { "" } else { ", " });
    let headers = format!("Content-Type: application/json\r\n{headers}");
    let server = Server::new(move |request| match &*request.target {
        "/" => status(200, &headers, &first),
        "/2" | "/?pageToken=2" | "/?page=2" => json("{\"items\": [2]}"),
        target => panic!("nobody asks for {target}"),
    });
    let mut batches = pages(&server.at("/")).batches();
    let mut records = Vec::new();
    let mut looks_paged = false;
    while let Some(batch) = pollster::block_on(batches.next()) {
        match batch {
            Ok(batch) => records.extend(batch.iter().map(|item| item.get(0).unwrap().to_owned())),
            Err(error) => {
                assert!(error.to_string().contains("this looks like one page of many"), "{error}");
                looks_paged = true;
            }
        }
    }
    let plan = batches.plan().unwrap();
    let found = if looks_paged { LOOKS_PAGED } else { &plan };
    assert_eq!(found, expected, "{members}");
    let follows = !plan.starts_with("auto");
    assert_eq!(records.len(), 1 + usize::from(follows), "{members}");
}

const ONE: &str = "auto: the first page is the only one";

#[test]
fn link_headers() {
    check("Link: </2>; rel=next\r\n", "", "link: the Link header");
    check("Link: </0>; rel=prev\r\nLink: </2>; rel=\"last next\"\r\n", "", "link: the Link header");
    check("Link: </2>; rel=next\r\n", "\"next\": \"/3\"", "link: the Link header");
    check("Link: </2>; rel=prev\r\n", "", ONE);
    check("Link: </2>; rel=next-archive\r\n", "", ONE);
    check("X-Link: </2>; rel=next\r\n", "", ONE);
}

#[test]
fn next_urls() {
    for (members, place) in [
        (r#""next": "/2""#, "/next"),
        (r#""next_url": "/2""#, "/next_url"),
        (r#""next_url": "2""#, "/next_url"),
        (r#""@odata.nextLink": "/2""#, "/@odata.nextLink"),
        (r#""links": {"next": "/2"}"#, "/links/next"),
        (r#""links": {"next": {"href": "/2"}}"#, "/links/next/href"),
        (r#""_links": {"next": "/2"}"#, "/_links/next"),
        (r#""_links": {"next": {"href": "/2"}}"#, "/_links/next/href"),
        (r#""pagination": {"next": "/2"}"#, "/pagination/next"),
        (r#""pagination": {"next_url": "/2"}"#, "/pagination/next_url"),
        (r#""pagination": {"next_link": "/2"}"#, "/pagination/next_link"),
        (r#""pagination": {"next_page_url": "/2"}"#, "/pagination/next_page_url"),
        (r#""pagination": {"next": {"href": "/2"}}"#, "/pagination/next/href"),
        (r#""meta": {"next": "/2"}"#, "/meta/next"),
        (r#""meta": {"next": "?page=2"}"#, "/meta/next"),
        (r#""meta": {"next_url": "/2"}"#, "/meta/next_url"),
        (r#""meta": {"next_link": "/2"}"#, "/meta/next_link"),
        (r#""meta": {"next_page_url": "/2"}"#, "/meta/next_page_url"),
        (r#""meta": {"next": null}, "links": {"next": "/2"}"#, "/links/next"),
    ] {
        check("", members, &format!("url: {place}"));
    }
}

#[test]
fn what_comes_near_a_next_url() {
    for members in [
        r#""next_billing": "/2""#,
        r#""Next": "/2""#,
        r#""nexturl": "/2""#,
        r#""odata.nextLink": "/2""#,
        r#""link": {"next": "/2"}"#,
        r#""links": {"nextpage": "/2"}"#,
        r#""links": ["/2"]"#,
        r#""links": {"next": {"url": "/2"}}"#,
        r#""_links": {"next": ["/2"]}"#,
        r#""_link": {"next": "/2"}"#,
        r#""pagination": {"previous": "/2"}"#,
        r#""pagination": {"next": {"url": "/2"}}"#,
        r#""pagination": {"nextLink": "/2"}"#,
        r#""meta": {"next_link_text": "/2"}"#,
        r#""meta": {"nextPageUrl": "/2"}"#,
        r#""metadata": {"next": "/2"}"#,
        r#""x": {"next": "/2"}"#,
        // Words for the end.
        r#""next": null"#,
        r#""next": """#,
        r#""next": false"#,
        r#""next": 0"#,
        r#""next": "null""#,
    ] {
        check("", members, ONE);
    }
    // There is more, in a form that is not known.
    for members in [r#""next": "abc""#, r#""next": 2"#, r#""meta": {"next": true}"#] {
        check("", members, LOOKS_PAGED);
    }
}

#[test]
fn page_tokens() {
    check("", r#""nextPageToken": "2""#, "cursor: /nextPageToken -> pageToken");
    check("", r#""nextPageToken": """#, ONE);
    check("", r#""next_page_token": "2""#, ONE);
    check("", r#""pageToken": "2""#, ONE);
}

#[test]
fn a_page_token_goes_back_as_the_request_is_made() {
    let server = Server::new(|request| match &*request.body {
        "{\"q\": 1}" => json("{\"nextPageToken\": \"t\", \"items\": [1]}"),
        "{\"pageToken\":\"t\",\"q\":1}" => json("{\"items\": [2]}"),
        body => panic!("nobody sends {body}"),
    });
    let mut batches = pages(&server.at("/")).json("{\"q\": 1}").batches();
    let mut records = 0;
    while let Some(batch) = pollster::block_on(batches.next()) {
        records += batch.unwrap().len();
    }
    assert_eq!(records, 2);
    assert_eq!(batches.plan().as_deref(), Some("cursor: /nextPageToken -> /pageToken"));
}

#[test]
fn connections_of_other_requests() {
    // A body that only looks like an answer of GraphQL, to a GET.
    check("", r#""pageInfo": {"hasNextPage": true, "endCursor": "x"}"#, ONE);
}

#[test]
fn several_connections() {
    let info = r#"{"pageInfo": {"hasNextPage": true, "endCursor": "x"}, "nodes": [1]}"#;
    let body = format!("{{\"data\": {{\"a\": {info}, \"b\": {info}}}}}");
    let server = Server::new(move |_| json(&body));
    let query = r#"{"query": "{ a b }"}"#;
    let error = run(pages(&server.at("/")).json(query).batches()).end.unwrap_err();
    let expected = "there are several connections, /data/a, /data/b: say with `next` which";
    assert!(error.to_string().ends_with(expected), "{error}");
}
