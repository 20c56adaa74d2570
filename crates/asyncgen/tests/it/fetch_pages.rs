//! The example of the README, and what its readers ask next.

use std::cell::RefCell;
use std::pin::pin;
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

use asyncgen::{Next, generator};

generator!(
    /// As the example, but noting what it does, and failing at page `bad`.
    async fn fetch_pages(n: u32, bad: u32, log: &RefCell<Vec<String>>) -> Yields<String, String> {
        for page in 1..=n {
            log.borrow_mut().push(format!("fetching {page}"));
            tokio::time::sleep(Duration::from_millis(500)).await;
            if page == bad {
                Err(format!("page {page}: no such page"))?;
            }
            yield format!("content {page}");
        }
        Ok(())
    }
);

#[test]
fn the_example_prints_what_the_python_one_does() {
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--package", "asyncgen", "--example", "fetch_pages"])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "Fetching page 1...\n\
         Processing: {'page': 1, 'data': 'Content 1'}\n\
         Fetching page 2...\n\
         Processing: {'page': 2, 'data': 'Content 2'}\n\
         Fetching page 3...\n\
         Processing: {'page': 3, 'data': 'Content 3'}\n"
    );
    assert!(output.status.success());
}

#[tokio::test(start_paused = true)]
async fn another_task_runs_in_between() {
    let log = Rc::new(RefCell::new(Vec::new()));
    let ticks = {
        let log = Rc::clone(&log);
        async move {
            tokio::time::sleep(Duration::from_millis(250)).await;
            loop {
                log.borrow_mut().push("tick".to_owned());
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }
    };
    let local = tokio::task::LocalSet::new();
    let ticker = local.spawn_local(ticks);
    let consumed = local.run_until(async {
        let mut pages = pin!(fetch_pages(2, 0, &log));
        while let Some(page) = pages.next().await {
            log.borrow_mut().push(format!("processing {}", page.unwrap()));
        }
    });
    consumed.await;
    ticker.abort();
    assert_eq!(
        log.take(),
        [
            "fetching 1",
            "tick",
            "processing content 1",
            "fetching 2",
            "tick",
            "processing content 2"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn an_error_at_page_2_comes_after_page_1_and_ends_it() {
    let log = RefCell::new(Vec::new());
    let mut pages = pin!(fetch_pages(3, 2, &log));
    assert_eq!(pages.next().await, Some(Ok("content 1".to_owned())));
    assert_eq!(pages.next().await, Some(Err("page 2: no such page".to_owned())));
    assert_eq!(pages.next().await, None);
    assert_eq!(log.take(), ["fetching 1", "fetching 2"]);
}
