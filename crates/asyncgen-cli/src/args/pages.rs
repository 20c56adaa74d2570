//! `asyncgen pages`.

use std::path::PathBuf;
use std::time::Duration;

use asyncgen_sources::{Auth, Next, Pages, Rate, Repeat, Retry, Stop, Timeouts};
use clap::{Args, ValueEnum};

use super::common::{OutputArgs, SelectArgs};

#[derive(Debug, Args)]
pub(crate) struct PagesArgs {
    /// The http:// or https:// URL of the first page
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
    /// The HTTP method [default: GET, with a body POST]
    #[arg(long, value_name = "METHOD")]
    method: Option<String>,
    /// A header to send, to the first URL's origin alone: 'Authorization: Bearer …'; repeatable
    #[arg(short = 'H', long, value_name = "NAME: VALUE", value_parser = header)]
    header: Vec<(String, String)>,
    /// A query parameter of the first request, and of each that a cursor or a number is put into;
    /// repeatable
    #[arg(long, value_name = "NAME=VALUE", value_parser = parameter)]
    param: Vec<(String, String)>,
    /// The JSON to send with each request
    #[arg(long, value_name = "JSON", conflicts_with = "data")]
    json: Option<String>,
    /// The text to send with each request
    #[arg(long, value_name = "TEXT")]
    data: Option<String>,
    /// Who asks: bearer:TOKEN, basic:USER:PASSWORD, header:NAME=KEY or query:NAME=KEY
    #[arg(long, value_name = "KIND:SECRET", value_parser = auth, hide_possible_values = true)]
    auth: Option<Auth>,
    /// A host besides that of URL that links may lead to, and that gets the credentials; repeatable
    #[arg(long, value_name = "HOST[:PORT]")]
    allow_host: Vec<String>,
    #[command(flatten)]
    stop: StopArgs,
    /// How many pages are asked for at once, where they are counted
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    concurrency: u32,
    /// How often a page is asked for again after a failure that may pass [default: 4]
    #[arg(long, value_name = "N")]
    retry: Option<u32>,
    /// POST only reads here, and can be made again
    #[arg(long)]
    retry_post: bool,
    /// How many requests may be made: 10/s, 100/m, 5000/h
    #[arg(long, value_name = "N/UNIT", value_parser = rate)]
    rate: Option<Rate>,
    /// How many seconds the whole of an answer may take
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
    /// A file of certificates (PEM) to trust in place of the system's
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Show in an error the line of the body that it is about, which may hold secrets
    #[arg(long)]
    debug_body: bool,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
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
        let mut retry = self.retry.map_or_else(Retry::default, Retry::from);
        retry.post = self.retry_post;
        let mut pages = asyncgen_sources::pages(&self.url)
            .next(self.next.clone())
            .stop(self.stop.stop())
            .on_repeat(repeat)
            .retry(retry)
            .timeouts(Timeouts { total: self.timeout, ..Timeouts::default() })
            .concurrency(self.concurrency)
            .debug_body(self.debug_body);
        for (name, value) in &self.header {
            pages = pages.header(name, value);
        }
        for (name, value) in &self.param {
            pages = pages.param(name, value);
        }
        for host in &self.allow_host {
            pages = pages.allow_host(host);
        }
        if let Some(path) = &self.items {
            pages = pages.items(path);
        }
        if let Some(method) = &self.method {
            pages = pages.method(method);
        }
        if let Some(text) = &self.json {
            pages = pages.json(text);
        }
        if let Some(text) = &self.data {
            pages = pages.data(text.clone());
        }
        if let Some(auth) = &self.auth {
            pages = pages.auth(auth.clone());
        }
        if let Some(rate) = self.rate {
            pages = pages.rate(rate);
        }
        if let Some(path) = &self.ca {
            pages = pages.ca(path);
        }
        pages
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

fn header(text: &str) -> Result<(String, String), String> {
    match text.split_once(':') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.trim().to_owned())),
        _ => Err("'Name: value' is needed".to_owned()),
    }
}

fn parameter(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("name=value is needed".to_owned()),
    }
}

fn auth(text: &str) -> Result<Auth, String> {
    let (kind, secret) = text.split_once(':').unwrap_or((text, ""));
    let pair = |at| secret.split_once(at).map(|(a, b): (&str, &str)| (a.to_owned(), b.to_owned()));
    match (kind, pair(':'), pair('=')) {
        ("bearer", ..) if !secret.is_empty() => Ok(Auth::Bearer(secret.to_owned())),
        ("basic", Some((user, password)), _) => Ok(Auth::Basic { user, password }),
        ("header", _, Some((name, value))) => Ok(Auth::Header { name, value }),
        ("query", _, Some((name, value))) => Ok(Auth::Query { name, value }),
        _ => Err("bearer:TOKEN, basic:USER:PASSWORD, header:NAME=KEY or query:NAME=KEY is needed"
            .to_owned()),
    }
}

fn rate(text: &str) -> Result<Rate, String> {
    let bad = || "a number of requests in a unit of time is needed: 10/s, 100/m, 5000/h".to_owned();
    let (requests, unit) = text.split_once('/').ok_or_else(bad)?;
    let per = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return Err(bad()),
    };
    let requests: u32 = requests.parse().ok().filter(|requests| *requests > 0).ok_or_else(bad)?;
    Ok(Rate::new(requests, Duration::from_secs(per)))
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or_else(|| "a number of seconds is needed".to_owned())
}
