//! Who reads: all ask for eight pages at a time, and see each item, as a value of a type, in order.

use std::hint::black_box;
use std::pin::Pin;

use asyncgen_sources::{Next, async_for, pages};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde::Deserialize;

const AT_ONCE: usize = 8;

pub(crate) struct Reader {
    pub(crate) name: &'static str,
    /// Gives the number of items at this URL.
    pub(crate) run: fn(String) -> Pin<Box<dyn Future<Output = u64>>>,
}

pub(crate) const ALL: &[Reader] = &[
    Reader { name: "reqwest and serde_json, by hand", run: |url| Box::pin(by_hand(url)) },
    Reader { name: "asyncgen", run: |url| Box::pin(ours(url)) },
];

#[derive(Debug, Deserialize)]
struct Page {
    items: Vec<Item>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "it is made, and that is what is measured")]
struct Item {
    id: u64,
    name: String,
    score: f64,
    tags: Vec<String>,
    owner: Owner,
    text: String,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "it is made, and that is what is measured")]
struct Owner {
    login: String,
    admin: bool,
    parent: Option<String>,
}

async fn ours(url: String) -> u64 {
    let mut count = 0;
    let next = Next::Number { param: "page".to_owned(), first: 1 };
    let source = pages(&url).next(next).concurrency(8).typed::<Item>();
    async_for!(for item in source {
        black_box(item.expect("the server is as it should be"));
        count += 1;
    });
    count
}

/// What one writes for want of it. It stops at an empty page and knows nothing of retries, limits, credentials.
async fn by_hand(url: String) -> u64 {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let numbered = stream::iter(1_u64..).map(|number| page(&client, &url, number));
    let mut pages = numbered.buffered(AT_ONCE);
    let mut count = 0;
    while let Some(page) = pages.try_next().await.expect("the server is as it should be") {
        if page.items.is_empty() {
            break;
        }
        for item in page.items {
            black_box(item);
            count += 1;
        }
    }
    count
}

async fn page(client: &reqwest::Client, url: &str, number: u64) -> reqwest::Result<Page> {
    let answer = client.get(url).query(&[("page", number)]).send().await?;
    answer.error_for_status()?.json().await
}
