//! Which types are `Send`, `Sync` and `Unpin`: part of the interface, though nobody writes it down.
#![allow(dead_code, reason = "of two constants with one name, the one hides the other")]

use std::cell::Cell;
use std::convert::Infallible;
use std::future::Ready;
use std::marker::PhantomData;
use std::rc::Rc;

use asyncgen::hooks::{Abandoned, Hooks};
use asyncgen::{
    Aclose, Asend, Athrow, BoxGen, Co, FromStream, Gen, Generator, Heap, IgnoredClose, InPlace,
    LocalBoxGen, Next, NextItem, Owned, Refusal, Resume, SendError, State, TryYield, WaitForStop,
    Yield, YieldAll, duplex_gen_fn, gen_fn, in_place_fn, try_gen_fn,
};
use futures_util::stream::{Empty, Pending};

/// Says whether a type has a trait: the method of the type itself hides that of the trait.
macro_rules! has {
    ($type:ty: $bound:path) => {{
        struct Of<T: ?Sized>(PhantomData<T>);
        impl<T: $bound + ?Sized> Of<T> {
            const HAS: bool = true;
        }
        trait Otherwise {
            const HAS: bool = false;
        }
        impl<T: ?Sized> Otherwise for Of<T> {}
        <Of<$type>>::HAS
    }};
}

macro_rules! check {
    ($($type:ty => $send:literal $sync:literal $unpin:literal,)*) => {$(
        let found = [has!($type: Send), has!($type: Sync), has!($type: Unpin)];
        assert_eq!(found, [$send, $sync, $unpin], "Send, Sync, Unpin of {}", stringify!($type));
    )*};
}

type Local = Rc<()>;
type Shared = Cell<()>;
/// A body with a name, whose future can be moved.
type Plain<Y> = fn(Co<'_, Y>) -> Ready<()>;

#[test]
fn of_handles_and_futures_of_the_body() {
    check! {
        Co<'_, u32> => true true true,
        Co<'_, Local> => false true true,
        Co<'_, u32, Local> => false true true,
        Co<'_, u32, (), Local> => false true true,
        Co<'_, Shared> => true true true,
        Yield<'_, u32> => true true true,
        Yield<'_, Local> => false false true,
        TryYield<'_, u32, (), Local> => false true true,
        WaitForStop<'_, u32, (), Infallible> => true true true,
        WaitForStop<'_, Local, (), Infallible> => false true true,
        YieldAll<'_, BoxGen<'_, u32>> => true false true,
        YieldAll<'_, LocalBoxGen<'_, u32>> => false false true,
        YieldAll<'_, BoxGen<'_, Local>> => false false true,
        YieldAll<'_, FromStream<Pending<Local>>> => false false true,
        YieldAll<'_, FromStream<Pending<Shared>>> => true false true,
    }
}

#[test]
fn of_generators() {
    check! {
        BoxGen<'_, u32> => true false true,
        BoxGen<'_, Local> => true false true,
        LocalBoxGen<'_, u32> => false false true,
        Gen<u32, Plain<u32>> => true true false,
        Gen<Local, Plain<Local>> => false false false,
        Gen<u32, Plain<u32>, (), Infallible, InPlace<u32, (), Infallible>> => true true false,
        FromStream<Empty<u32>> => true true true,
        Heap<u32, (), Infallible> => true true true,
        Heap<Local, (), Infallible> => false true true,
        InPlace<u32, (), Infallible> => true true false,
        InPlace<Local, (), Infallible> => false true false,
        Owned<BoxGen<'static, u32>> => true false true,
        Abandoned => true false true,
        Hooks => true true true,
    }
}

#[test]
fn of_verbs_and_values() {
    check! {
        Resume<'_, BoxGen<'_, u32>> => true false true,
        Asend<'_, BoxGen<'_, u32>> => true false true,
        Athrow<'_, BoxGen<'_, u32>> => true false true,
        Aclose<'_, BoxGen<'_, u32>> => true false true,
        Resume<'_, LocalBoxGen<'_, u32>> => false false true,
        NextItem<'_, BoxGen<'_, u32>> => true false true,
        State<u32, Local> => false false true,
        SendError<u32> => true true true,
        IgnoredClose<u32> => true true true,
        IgnoredClose<Local> => false false true,
        Refusal => true true true,
    }
}

/// What a generator of a closure is: as the closure and the values are.
#[test]
fn of_what_cannot_be_named() {
    fn is<T>(_: &T) -> (bool, bool)
    where
        T: Send + Sync,
    {
        (true, true)
    }
    fn is_send(_: &impl Send) {}
    is(&gen_fn(async |mut co| co.yield_(1).await));
    is(&in_place_fn(async |mut co| co.yield_(1).await));
    is(&try_gen_fn(async |mut co| {
        co.yield_(1).await;
        Ok::<(), ()>(())
    }));
    is_send(&gen_fn(async |mut co| {
        co.finally(
            async |co| {
                let inner = gen_fn(async |mut co| co.yield_(1).await);
                co.yield_all(inner).await;
                co.yield_all(gen_fn(async |mut co| co.yield_(1).await).boxed()).await;
            },
            async |_| tokio::task::yield_now().await,
        )
        .await;
    }));
    // No verb makes it less.
    is_send(&async {
        let mut talking = std::pin::pin!(duplex_gen_fn(async |mut co: Co<'_, u32, u32, u32>| {
            co.try_yield(1).await
        }));
        talking.next().await;
        let _ = talking.send(1).await;
        let _ = talking.throw(1).await;
        talking.close().await
    });
}
