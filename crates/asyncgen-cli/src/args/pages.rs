//! `asyncgen pages`.

use asyncgen_sources::{Next, Pages};
use clap::Args;

use super::common::{OutputArgs, SelectArgs};

#[derive(Debug, Args)]
pub(crate) struct PagesArgs {
    /// The http:// or https:// URL of the first page
    url: String,
    /// Where in a page the items are, a JSON pointer such as /data/items; without it: the page
    /// itself when it is an array, else its one array under a usual key (results, items, data, …)
    #[arg(long, value_name = "POINTER")]
    items: Option<String>,
    /// How a page names the next one:
    /// auto (a Link header, else a next URL in the JSON),
    /// link (the Link header),
    /// /pointer (the JSON string there),
    /// page[:PARAM[:FIRST]] (a number in the query, counted up until a page is empty or missing)
    #[arg(long, default_value = "auto", value_parser = next, verbatim_doc_comment)]
    next: Next,
    /// A header to send, to the first URL's origin alone: 'Authorization: Bearer …'; repeatable
    #[arg(short = 'H', long, value_name = "NAME: VALUE", value_parser = header)]
    header: Vec<(String, String)>,
    /// A query parameter of the first request, with --next page of each; repeatable
    #[arg(long, value_name = "NAME=VALUE", value_parser = parameter)]
    param: Vec<(String, String)>,
    /// How often a page is asked for again after a failure that may pass [default: 4]
    #[arg(long, value_name = "N")]
    retries: Option<u32>,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

impl PagesArgs {
    /// The source it describes.
    pub(crate) fn source(&self) -> Pages {
        let mut pages = asyncgen_sources::pages(&self.url).next(self.next.clone());
        if let Some(pointer) = &self.items {
            pages = pages.items(pointer);
        }
        if let Some(retries) = self.retries {
            pages = pages.retries(retries);
        }
        let pages =
            self.header.iter().fold(pages, |pages, (name, value)| pages.header(name, value));
        self.param.iter().fold(pages, |pages, (name, value)| pages.param(name, value))
    }
}

fn next(text: &str) -> Result<Next, String> {
    let mut parts = text.splitn(3, ':');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("auto"), None, _) => Ok(Next::Auto),
        (Some("link"), None, _) => Ok(Next::Link),
        _ if text.starts_with('/') => Ok(Next::Pointer(text.to_owned())),
        (Some("page"), param, first) => {
            let first = first.unwrap_or("1");
            Ok(Next::Number {
                param: param.filter(|param| !param.is_empty()).unwrap_or("page").to_owned(),
                first: first.parse().map_err(|_| format!("{first:?} is not a page number"))?,
            })
        }
        _ => Err("auto, link, /pointer or page[:PARAM[:FIRST]] is needed".to_owned()),
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
