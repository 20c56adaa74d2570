//! Every figure: which peers stand in which shape. A row more is a name more.
use crate::drive::{drain_channel, drain_in_task};
use crate::figure::Figure;
use crate::peers::{
    AsyncFnStream, AsyncGen, AsyncStream, AsynkStrim, Fauxgen, GenawaiterRc, GenawaiterSync,
    HandWritten, OurBoxGen, OurDuplex, OurGenFn, OurStream, OurYieldAll, Suspends, Unfold, Waits,
};
use crate::shapes::{self, AT_A_CHANNEL, SUSPENDED_IN_TASK};

pub(crate) fn all() -> Vec<Figure> {
    let mut all = Vec::new();
    macro_rules! rows {
        ($($shape:ident: $($peer:ident)+;)+) => { $($(all.push(shapes::$shape::<$peer>());)+)+ };
    }
    rows! {
        flat: HandWritten Unfold AsyncStream OurStream OurGenFn OurDuplex
            AsyncGen GenawaiterRc GenawaiterSync Fauxgen AsynkStrim AsyncFnStream;
        awaited: HandWritten Unfold AsyncStream OurStream OurGenFn
            AsyncGen GenawaiterRc GenawaiterSync Fauxgen AsynkStrim AsyncFnStream;
        boxed: HandWritten Unfold AsyncStream OurStream OurGenFn OurBoxGen OurDuplex
            AsyncGen GenawaiterRc GenawaiterSync Fauxgen AsynkStrim AsyncFnStream;
        delegated: HandWritten AsyncStream OurYieldAll OurStream OurGenFn
            AsyncGen GenawaiterRc GenawaiterSync Fauxgen AsynkStrim AsyncFnStream;
        delegated_boxed: HandWritten AsyncStream OurYieldAll OurStream OurGenFn
            AsyncGen GenawaiterRc GenawaiterSync Fauxgen AsynkStrim AsyncFnStream;
        suspended: HandWritten Unfold AsyncStream OurStream OurGenFn
            AsyncGen GenawaiterRc GenawaiterSync Fauxgen AsynkStrim AsyncFnStream;
        suspended_in_tokio: HandWritten Unfold AsyncStream OurStream OurGenFn
            AsyncGen GenawaiterRc GenawaiterSync Fauxgen AsynkStrim AsyncFnStream;
        sent: HandWritten OurDuplex GenawaiterRc GenawaiterSync Fauxgen;
        dropped: HandWritten Unfold AsyncStream OurStream OurGenFn
            AsyncGen GenawaiterRc GenawaiterSync Fauxgen AsynkStrim AsyncFnStream;
        taken_one: HandWritten Unfold AsyncStream OurStream OurGenFn
            AsyncGen GenawaiterRc GenawaiterSync Fauxgen AsynkStrim AsyncFnStream;
    }
    macro_rules! at_a_channel {
        ($($peer:ident)+) => { $({
            let run = |n| drain_channel(n, $peer::receiving::<AT_A_CHANNEL>);
            all.push(shapes::at_a_channel::<$peer>(run));
        })+ };
    }
    at_a_channel! { HandWritten Unfold AsyncStream OurStream OurGenFn }
    macro_rules! spawned {
        ($($peer:ident)+) => { $({
            let run = |n| drain_in_task($peer::suspending::<SUSPENDED_IN_TASK>(n));
            all.push(shapes::suspended_in_task::<$peer>(run));
        })+ };
    }
    spawned! { HandWritten Unfold AsyncStream OurStream OurGenFn
    AsyncGen GenawaiterSync Fauxgen AsynkStrim AsyncFnStream }
    all
}

/// The figures that have `part` in their names.
pub(crate) fn named(part: &str) -> Vec<Figure> {
    let mut named = all();
    named.retain(|figure| figure.is_named(part));
    named
}

/// The figure of that name.
pub(crate) fn find(shape: &str, peer: &str) -> Result<Figure, String> {
    let mut all = all().into_iter();
    all.find(|figure| figure.shape == shape && figure.peer == peer)
        .ok_or_else(|| format!("there is no figure of `{peer}` for `{shape}`"))
}
