//! `asyncgen sse`.

use asyncgen_sources::Sse;
use clap::Args;

use super::common::{OutputArgs, SelectArgs, set};
use super::request::{RequestArgs, with_request};
use super::resume::ResumeArgs;

#[derive(Debug, Args)]
pub(crate) struct SseArgs {
    /// The http:// or https:// URL to begin with
    url: String,
    /// The data of the event that ends the stream, and is not written: '[DONE]'
    #[arg(long, value_name = "DATA")]
    until: Option<String>,
    /// Whether a stream that has ended is asked for again, behind its last event [default: unless
    /// there is a body]
    #[arg(long, value_name = "BOOL")]
    reconnect: Option<bool>,
    /// Go on behind the event with this id
    #[arg(long, value_name = "ID", conflicts_with_all = ["resume", "position"])]
    last_event_id: Option<String>,
    /// The most bytes of an event [default: 16 MiB]
    #[arg(long, value_name = "BYTES")]
    max_event: Option<usize>,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) resume: ResumeArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    request: RequestArgs,
}

impl SseArgs {
    /// The source it describes.
    pub(crate) fn source(&self) -> Sse {
        let mut sse = asyncgen_sources::sse(&self.url);
        if let Some(data) = &self.until {
            sse = sse.until(data);
        }
        if let Some(again) = self.reconnect {
            sse = sse.reconnect(again);
        }
        if let Some(id) = &self.last_event_id {
            sse = sse.last_event_id(id);
        }
        sse = set(sse, self.max_event, Sse::max_event);
        with_request!(sse, &self.request)
    }
}
