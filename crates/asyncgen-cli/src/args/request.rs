//! What can be said of requests: of those of `pages` and `sse`, and of those for a SOURCE that is a URL.

use std::path::PathBuf;
use std::time::Duration;

use asyncgen_sources::{Auth, Rate, Retry, Timeouts};
use clap::Args;

/// What the options are called together.
const REQUESTS: &str = "Requests";

#[derive(Debug, Args)]
pub(crate) struct RequestArgs {
    /// The HTTP method [default: GET, with a body POST]
    #[arg(help_heading = REQUESTS, long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// A header to send, to the first URL's origin alone: 'Authorization: Bearer …'; repeatable
    #[arg(help_heading = REQUESTS, short = 'H', long, value_name = "NAME: VALUE", value_parser = header)]
    pub(crate) http_header: Vec<(String, String)>,
    /// A query parameter of the first request, and of each that a cursor or a number is put into;
    /// repeatable
    #[arg(help_heading = REQUESTS, long, value_name = "NAME=VALUE", value_parser = parameter)]
    pub(crate) param: Vec<(String, String)>,
    /// The JSON to send with each request
    #[arg(help_heading = REQUESTS, long, value_name = "JSON", conflicts_with = "data")]
    pub(crate) json: Option<String>,
    /// The text to send with each request
    #[arg(help_heading = REQUESTS, long, value_name = "TEXT")]
    pub(crate) data: Option<String>,
    /// Who asks: bearer:TOKEN, basic:USER:PASSWORD, header:NAME=KEY, query:NAME=KEY or
    /// cookie:NAME=KEY
    #[arg(help_heading = REQUESTS, long, value_name = "KIND:SECRET", value_parser = auth)]
    pub(crate) auth: Option<Auth>,
    /// A host besides that of URL that links may lead to, and that gets the credentials; repeatable
    #[arg(help_heading = REQUESTS, long, value_name = "HOST[:PORT]")]
    pub(crate) allow_host: Vec<String>,
    /// How often a request is made again after a failure that may pass [default: 4]
    #[arg(help_heading = REQUESTS, long, value_name = "N")]
    retry: Option<u32>,
    /// The longest first pause before that, in seconds; it doubles each time, and how long it is up to that is chance
    /// [default: 0.1]
    #[arg(help_heading = REQUESTS, long, value_name = "SECONDS", value_parser = seconds)]
    retry_base: Option<Duration>,
    /// The most seconds that such a pause grows to [default: 10]
    #[arg(help_heading = REQUESTS, long, value_name = "SECONDS", value_parser = seconds)]
    retry_longest: Option<Duration>,
    /// POST only reads here, and can be made again
    #[arg(help_heading = REQUESTS, long)]
    retry_post: bool,
    /// How many requests may be made again before others succeed: each that does gives a tenth of one back
    /// [default: no limit]
    #[arg(help_heading = REQUESTS, long, value_name = "N")]
    retry_budget: Option<u32>,
    /// The most seconds to wait where the server asks for a pause [default: 60]
    #[arg(help_heading = REQUESTS, long, value_name = "SECONDS", value_parser = seconds)]
    retry_after: Option<Duration>,
    /// How many requests may be made: 10/s, 100/m, 5000/h
    #[arg(help_heading = REQUESTS, long, value_name = "N/UNIT", value_parser = rate)]
    rate: Option<Rate>,
    /// Whether a server whose headers say that no requests are left (X-RateLimit-Remaining: 0) is left alone
    /// until there are; with --rate [default: true]
    #[arg(help_heading = REQUESTS, long, value_name = "BOOL", requires = "rate")]
    rate_headers: Option<bool>,
    /// How many seconds the whole of an answer may take
    #[arg(help_heading = REQUESTS, long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
    /// How many seconds a connection may take [default: 10]
    #[arg(help_heading = REQUESTS, long, value_name = "SECONDS", value_parser = seconds)]
    connect_timeout: Option<Duration>,
    /// How many seconds the server may be silent [default: 60]
    #[arg(help_heading = REQUESTS, long, value_name = "SECONDS", value_parser = seconds)]
    read_timeout: Option<Duration>,
    /// The fewest bytes a second, measured over the time that the server may be silent
    #[arg(help_heading = REQUESTS, long, value_name = "BYTES")]
    min_rate: Option<u64>,
    /// A file of certificates (PEM) to trust in place of the system's
    #[arg(help_heading = REQUESTS, long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
}

impl RequestArgs {
    /// The first of the options that is given.
    pub(crate) fn given(&self) -> Option<&'static str> {
        let given = [
            (self.method.is_some(), "--method"),
            (!self.http_header.is_empty(), "--http-header"),
            (!self.param.is_empty(), "--param"),
            (self.json.is_some(), "--json"),
            (self.data.is_some(), "--data"),
            (self.auth.is_some(), "--auth"),
            (!self.allow_host.is_empty(), "--allow-host"),
            (self.retry.is_some(), "--retry"),
            (self.retry_base.is_some(), "--retry-base"),
            (self.retry_longest.is_some(), "--retry-longest"),
            (self.retry_post, "--retry-post"),
            (self.retry_budget.is_some(), "--retry-budget"),
            (self.retry_after.is_some(), "--retry-after"),
            (self.rate.is_some(), "--rate"),
            (self.rate_headers.is_some(), "--rate-headers"),
            (self.timeout.is_some(), "--timeout"),
            (self.connect_timeout.is_some(), "--connect-timeout"),
            (self.read_timeout.is_some(), "--read-timeout"),
            (self.min_rate.is_some(), "--min-rate"),
            (self.ca.is_some(), "--ca"),
        ];
        given.into_iter().find_map(|(is_given, name)| is_given.then_some(name))
    }

    pub(crate) fn retry(&self) -> Retry {
        let usual = Retry::default();
        Retry {
            times: self.retry.unwrap_or(usual.times),
            base: self.retry_base.unwrap_or(usual.base),
            longest: self.retry_longest.unwrap_or(usual.longest),
            longest_asked: self.retry_after.unwrap_or(usual.longest_asked),
            budget: self.retry_budget,
            post: self.retry_post,
        }
    }

    pub(crate) fn rate(&self) -> Option<Rate> {
        let rate = self.rate?;
        Some(Rate { headers: self.rate_headers.unwrap_or(rate.headers), ..rate })
    }

    pub(crate) fn timeouts(&self) -> Timeouts {
        let usual = Timeouts::default();
        Timeouts {
            connect: self.connect_timeout.unwrap_or(usual.connect),
            read: self.read_timeout.unwrap_or(usual.read),
            total: self.timeout,
            min_rate: self.min_rate.unwrap_or(usual.min_rate),
        }
    }
}

/// A builder with what [`RequestArgs`] says. The builders have the same methods, and no trait.
macro_rules! with_request {
    ($builder:expr, $args:expr) => {{
        let (mut builder, args) = ($builder, $args);
        builder = builder.retry(args.retry()).timeouts(args.timeouts());
        for (name, value) in &args.http_header {
            builder = builder.header(name, value);
        }
        for (name, value) in &args.param {
            builder = builder.param(name, value);
        }
        for host in &args.allow_host {
            builder = builder.allow_host(host);
        }
        if let Some(method) = &args.method {
            builder = builder.method(method);
        }
        if let Some(text) = &args.json {
            builder = builder.json(text);
        }
        if let Some(text) = &args.data {
            builder = builder.data(text.clone());
        }
        if let Some(auth) = &args.auth {
            builder = builder.auth(auth.clone());
        }
        if let Some(rate) = args.rate() {
            builder = builder.rate(rate);
        }
        if let Some(path) = &args.ca {
            builder = builder.ca(path);
        }
        builder
    }};
}
pub(crate) use with_request;

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
        ("cookie", _, Some((name, value))) => Ok(Auth::Cookie { name, value }),
        _ => Err("bearer:TOKEN, basic:USER:PASSWORD, header:NAME=KEY, query:NAME=KEY or \
                  cookie:NAME=KEY is needed"
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use asyncgen_sources::{Rate, Retry, Timeouts};
    use clap::Parser;

    use super::RequestArgs;

    #[derive(Parser)]
    struct Asks {
        #[command(flatten)]
        request: RequestArgs,
    }

    fn parse(words: &str) -> Result<RequestArgs, String> {
        let words = ["asks"].into_iter().chain(words.split_whitespace());
        Asks::try_parse_from(words).map(|asks| asks.request).map_err(|error| error.to_string())
    }

    #[test]
    fn how_it_is_asked_again() {
        let check = |words: &str, expected: Retry| {
            assert_eq!(parse(words).unwrap().retry(), expected, "{words}");
        };
        let usual = Retry::default();
        check("", usual);
        check("--retry 9", Retry { times: 9, ..usual });
        check("--retry-base 0.25", Retry { base: Duration::from_millis(250), ..usual });
        check("--retry-longest 2", Retry { longest: Duration::from_secs(2), ..usual });
        check("--retry-after 1", Retry { longest_asked: Duration::from_secs(1), ..usual });
        check("--retry-budget 3", Retry { budget: Some(3), ..usual });
        check("--retry-post", Retry { post: true, ..usual });
    }

    #[test]
    fn how_fast_it_is_asked() {
        let check = |words: &str, expected: Option<Rate>| {
            assert_eq!(parse(words).unwrap().rate(), expected, "{words}");
        };
        let rate = |requests, per| Rate::new(requests, Duration::from_secs(per));
        check("", None);
        check("--rate 10/s", Some(rate(10, 1)));
        check("--rate 7/m --rate-headers true", Some(rate(7, 60)));
        check("--rate 7/h --rate-headers false", Some(Rate { headers: false, ..rate(7, 3600) }));
    }

    #[test]
    fn how_long_it_is_waited_for() {
        let check = |words: &str, expected: Timeouts| {
            assert_eq!(parse(words).unwrap().timeouts(), expected, "{words}");
        };
        let (usual, second) = (Timeouts::default(), Duration::from_secs(1));
        check("", usual);
        check("--timeout 1", Timeouts { total: Some(second), ..usual });
        check("--connect-timeout 1", Timeouts { connect: second, ..usual });
        check("--read-timeout 1", Timeouts { read: second, ..usual });
        check("--min-rate 1", Timeouts { min_rate: 1, ..usual });
    }

    #[test]
    fn what_makes_no_sense() {
        for (words, expected) in [
            ("--retry-base soon", "a number of seconds is needed"),
            ("--retry-longest -1", "unexpected argument '-1'"),
            ("--retry-longest=-1", "a number of seconds is needed"),
            ("--rate-headers false", "--rate <N/UNIT>"),
            ("--rate 1/s --rate-headers maybe", "invalid value 'maybe'"),
            ("--rate 0/s", "a number of requests in a unit of time is needed"),
        ] {
            let error = parse(words).unwrap_err();
            assert!(error.contains(expected), "{words}: {error}");
        }
    }
}
