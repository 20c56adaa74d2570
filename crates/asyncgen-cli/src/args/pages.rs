//! `asyncgen pages`.

use asyncgen_sources::{Next, Pages, Repeat, Stop};
use clap::{Args, ValueEnum};

use super::common::{OutputArgs, SelectArgs, set};
use super::request::{RequestArgs, with_request};
use super::resume::ResumeArgs;

#[derive(Debug, Args)]
pub(crate) struct PagesArgs {
    /// The http:// or https:// URL to begin with
    url: String,
    /// Where in a page the items are, a JSON pointer such as /data/items or a path such as
    /// data.edges[*].node; without it: the page itself when it is an array, else its one array
    /// under a usual key (results, items, data, …)
    #[arg(long, value_name = "PATH")]
    items: Option<String>,
    /// How a page names the next one, by a PATH (a JSON pointer such as /next, or $.meta.next) or
    /// a counter; TO is where that goes: a query parameter, /PATH of the JSON body, header:NAME
    /// auto (the first known shape: a Link header, a next URL in the JSON, …),
    /// link (the Link header),
    /// PATH or header:NAME (the URL there),
    /// cursor:TO=PATH (the cursor there, or in a header: cursor:after=header:Next),
    /// page[:TO[:FIRST]] (a number, counted up until a page is empty or missing),
    /// offset[:TO[:LIMIT[:SIZE]]] (the number of items before),
    /// relay:PATH[:TO] (the pageInfo of the GraphQL connection at PATH)
    #[arg(long, default_value = "auto", value_parser = str::parse::<Next>, verbatim_doc_comment)]
    next: Next,
    #[command(flatten)]
    stop: StopArgs,
    /// How many pages are asked for at once, where they are counted
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    concurrency: u32,
    /// How many pages are read before their turn, where they are counted [default: one less than are
    /// asked for at once]
    #[arg(long, value_name = "N")]
    prefetch: Option<u32>,
    /// The most bytes of an item, and of what stands around the items of a page [default: 64 MiB]
    #[arg(long, value_name = "BYTES")]
    max_item: Option<usize>,
    /// The most bytes that the compressed body of a page may decode to
    #[arg(long, value_name = "BYTES")]
    max_decoded: Option<u64>,
    /// The most times its length that the compressed body of a page may decode to
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_ratio: Option<u64>,
    /// Where in an item is what tells it from others, such as id or /meta/id: one that has been there
    /// is left out; the last million are known
    #[arg(long, value_name = "PATH")]
    unique_by: Option<String>,
    /// Where the number of items in a page stands in a request, such as limit or /page/size: a page that
    /// fails is asked for with half of that, as are those behind it
    #[arg(long, value_name = "TO")]
    shrink: Option<String>,
    /// Write pages in place of their items: objects with number, status, url, headers and items
    #[arg(long)]
    by_page: bool,
    /// Show in an error the line of the body that it is about, which may hold secrets
    #[arg(long)]
    debug_body: bool,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) resume: ResumeArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    request: RequestArgs,
}

/// When the walk ends.
#[derive(Debug, Args)]
struct StopArgs {
    /// Whether an empty page is the last [default: where pages are counted]
    #[arg(long, value_name = "BOOL")]
    stop_empty: Option<bool>,
    /// Where in a page a boolean is that is false on the last one
    #[arg(long, value_name = "PATH")]
    stop_has_more: Option<String>,
    /// Where in a page the number of all items is, for pages that are counted
    #[arg(long, value_name = "PATH")]
    stop_total: Option<String>,
    /// A status that means that the page before was the last [default: 404, where pages are
    /// counted]; repeatable
    #[arg(long, value_name = "STATUS")]
    stop_status: Vec<u16>,
    /// The most pages
    #[arg(long, value_name = "N")]
    max_pages: Option<u64>,
    /// What a page that comes again means
    #[arg(long, value_enum, default_value = "error")]
    on_repeat: OnRepeat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OnRepeat {
    Error,
    Stop,
}

impl PagesArgs {
    /// The source it describes.
    pub(crate) fn source(&self) -> Pages {
        let repeat = match self.stop.on_repeat {
            OnRepeat::Error => Repeat::Error,
            OnRepeat::Stop => Repeat::Stop,
        };
        let mut pages = asyncgen_sources::pages(&self.url)
            .next(self.next.clone())
            .stop(self.stop.stop())
            .on_repeat(repeat)
            .concurrency(self.concurrency)
            .debug_body(self.debug_body);
        if let Some(path) = &self.items {
            pages = pages.items(path);
        }
        pages = pages.max_decoded(self.max_decoded).max_ratio(self.max_ratio);
        pages = set(pages, self.max_item, Pages::max_item);
        pages = set(pages, self.prefetch, Pages::prefetch);
        if let Some(path) = &self.unique_by {
            pages = pages.unique_by(path);
        }
        if let Some(place) = &self.shrink {
            pages = pages.shrink(place);
        }
        if self.by_page {
            pages = pages.by_page();
        }
        with_request!(pages, &self.request)
    }
}

impl StopArgs {
    fn stop(&self) -> Stop {
        Stop {
            empty: self.stop_empty,
            has_more: self.stop_has_more.clone(),
            total: self.stop_total.clone(),
            status: (!self.stop_status.is_empty()).then(|| self.stop_status.clone()),
            max_pages: self.max_pages,
            max_items: None,
        }
    }
}
