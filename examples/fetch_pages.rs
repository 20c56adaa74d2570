//! Pages of an imaginary API, one at a time, while other tasks run.
//!
//! `cargo run -p asyncgen --example fetch_pages`; its Python twin is `fetch_pages.py`.
#![expect(clippy::print_stdout, reason = "it shows when each page is fetched and processed")]

use std::fmt;
use std::time::Duration;

use asyncgen::{async_for, generator};

generator!(
    /// Yields the first `n` pages, half a second after each is asked for.
    async fn fetch_pages(n: u32) -> Yields<Page> {
        for page in 1..=n {
            println!("Fetching page {page}...");
            tokio::time::sleep(Duration::from_millis(500)).await;
            yield Page { page, data: format!("Content {page}") };
        }
    }
);

/// One page; shown as Python shows a dictionary.
struct Page {
    page: u32,
    data: String,
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{'page': {}, 'data': '{}'}}", self.page, self.data)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    async_for!(for page in fetch_pages(3) {
        println!("Processing: {page}");
    });
}
