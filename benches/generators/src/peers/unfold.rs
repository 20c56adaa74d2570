//! `futures::stream::unfold`: a state and an async function of it, without `yield`.
use futures_channel::mpsc::Receiver;
use futures_core::Stream;
use futures_util::StreamExt;
use futures_util::stream::unfold;

use super::{Counts, Peer, Suspends, Waits};
use crate::drive::suspend;

pub(crate) struct Unfold;

impl Peer for Unfold {
    const NAME: &'static str = "stream::unfold";
}

impl Counts for Unfold {
    fn counting<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        unfold(0, move |at| async move { (at < n).then_some((at, at + 1)) })
    }
}

impl Suspends for Unfold {
    fn suspending<const SHAPE: u8>(n: u64) -> impl Stream<Item = u64> + 'static {
        unfold(0, move |at| async move {
            if at == n {
                return None;
            }
            suspend().await;
            Some((at, at + 1))
        })
    }
}

impl Waits for Unfold {
    fn receiving<const SHAPE: u8>(numbers: Receiver<u64>) -> impl Stream<Item = u64> + 'static {
        unfold(numbers, async move |mut numbers| {
            let number = numbers.next().await?;
            Some((number, numbers))
        })
    }
}
