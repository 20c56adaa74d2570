//! Items that come again, while others are added in front of them.

use asyncgen_sources::{Pages, Stop, pages};

use crate::server::{Server, json};
use crate::support::run;

/// Three pages, of which each begins with the last items of the one before.
fn shifting() -> Server {
    Server::new(|request| {
        let items = match request.param("page").unwrap() {
            "1" => vec![1, 2, 3],
            "2" => vec![3, 4, 5],
            "3" => vec![4, 5, 6, 5, 7],
            _ => vec![],
        };
        let items: Vec<String> = items.iter().map(|id| format!("{{\"id\": {id}}}")).collect();
        json(&format!("[{}]", items.join(", ")))
    })
}

fn source(server: &Server) -> Pages {
    pages(&server.at("/")).next("page".parse().unwrap())
}

fn ids(items: &[String]) -> String {
    let ids = items.iter().map(|item| item.trim_matches(|c: char| !c.is_ascii_digit()));
    ids.collect::<Vec<_>>().join(" ")
}

#[test]
fn an_item_that_comes_again_is_left_out() {
    let server = shifting();
    assert_eq!(ids(&run(source(&server).batches()).records), "1 2 3 3 4 5 4 5 6 5 7");
    for concurrency in [1, 4] {
        let unique = || source(&server).unique_by("id").concurrency(concurrency);
        let outcome = run(unique().batches());
        assert_eq!(ids(&outcome.records), "1 2 3 4 5 6 7");
        assert_eq!(outcome.end.unwrap().pages, 4);
        let stop = Stop { max_items: Some(6), ..Stop::default() };
        assert_eq!(ids(&run(unique().stop(stop).batches()).records), "1 2 3 4 5 6");
        let whole = run(unique().by_page().batches()).records;
        assert!(whole[1].contains(r#""items":[{"id": 4},{"id": 5}]"#), "{}", whole[1]);
        assert!(whole[2].contains(r#""items":[{"id": 6},{"id": 7}]"#), "{}", whole[2]);
    }
}

#[test]
fn a_walk_is_resumed_where_it_was() {
    let server = shifting();
    let unique = || source(&server).unique_by("/id");
    let mut batches = unique().batches();
    let mut handed = Vec::new();
    while let Some(batch) = pollster::block_on(batches.next()) {
        let batch = batch.unwrap();
        for record in &batch {
            handed.push(record.get(0).unwrap().to_owned());
            let position = batches.position_after(record.position().record + 1).unwrap().unwrap();
            let rest = run(unique().resume(position).batches()).records;
            // Nothing is lost, and nothing comes again: what does stands on the page before.
            let all: Vec<_> = handed.iter().chain(&rest).cloned().collect();
            assert_eq!(ids(&all), "1 2 3 4 5 6 7");
        }
    }
    assert_eq!(ids(&handed), "1 2 3 4 5 6 7");
}

#[test]
fn an_item_without_a_mark_is_an_error() {
    let server = Server::of(&[("/", json("[{\"id\": 1}, {\"Id\": 1}]"))]);
    let error = run(pages(&server.at("/")).unique_by("id").batches()).end.unwrap_err();
    assert_eq!(error.message(), "an item has nothing at id, by which it is told");
    let error = run(pages(&server.at("/")).unique_by("a[*]").batches()).end.unwrap_err();
    assert_eq!(error.message(), "unique_by: \"a[*]\" is not the place of one value");
}
