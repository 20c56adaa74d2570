//! The finaliser of the feature `tokio`: what it closes, and what it does where there is no runtime any more.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Barrier};
use std::task::Poll;
use std::thread::{self, JoinHandle};

use asyncgen::hooks::{self, Hooks};
use asyncgen::tokio::Finalizer;
use asyncgen::{Co, Owned, gen_fn};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;

use crate::holes::poll_once;
use crate::ledger::{Ledger, Numbers, numbers};

/// A runtime that has its own finaliser on this thread while something runs.
struct Loop {
    runtime: Runtime,
    finalizer: Finalizer,
}

impl Loop {
    fn current_thread() -> Self {
        Self::of(&mut Builder::new_current_thread())
    }

    fn of(builder: &mut Builder) -> Self {
        let runtime = builder.build().unwrap();
        let finalizer = Finalizer::new(runtime.handle().clone());
        Self { runtime, finalizer }
    }

    /// A generator that has yielded, on this thread, with this runtime's finaliser.
    fn begun(&self, ledger: &Ledger) -> Owned<impl Numbers + use<>> {
        let mut numbers = numbers(ledger);
        self.poll(&mut numbers);
        numbers
    }

    fn poll<G: Numbers>(&self, generator: &mut Owned<G>) {
        let previous = self.finalizer.install_for_thread();
        assert_eq!(poll_once(Pin::new(generator)), Poll::Ready(Some(0)));
        hooks::set(previous);
    }

    fn shutdown(&self) {
        self.runtime.block_on(self.finalizer.shutdown());
    }
}

/// A generator whose cleanup waits until it is let go.
fn gated(ledger: &Ledger, gate: &Arc<Notify>) -> Owned<impl Numbers + use<>> {
    let (ledger, gate) = (ledger.clone(), Arc::clone(gate));
    gen_fn(async move |mut co| {
        let open = ledger.open();
        co.finally(
            async |co| co.yield_(0).await,
            async |_| {
                gate.notified().await;
                open.clean_up();
            },
        )
        .await;
    })
    .owned()
}

#[test]
fn shutdown_waits_until_all_are_closed() {
    let (tasks, ledger) = (Loop::current_thread(), Ledger::default());
    let three = [(); 3].map(|()| tasks.begun(&ledger));
    drop(three);
    assert_eq!(ledger.counts(), [3, 0, 0]);
    assert_eq!(format!("{:?}", tasks.finalizer), "Finalizer { closing: 3, .. }");
    tasks.shutdown();
    assert_eq!(ledger.counts(), [3, 3, 3]);
}

#[test]
fn shutdown_with_nothing_to_close_is_ready() {
    let tasks = Loop::current_thread();
    tasks.shutdown();
    tasks.shutdown();
}

#[test]
fn what_comes_after_shutdown_is_closed_too() {
    let (tasks, ledger) = (Loop::current_thread(), Ledger::default());
    tasks.shutdown();
    drop(tasks.begun(&ledger));
    assert_eq!(ledger.counts(), [1, 0, 0]);
    tasks.shutdown();
    assert_eq!(ledger.counts(), [1, 1, 1]);
}

#[test]
fn shutdown_given_up_loses_nothing() {
    let (tasks, ledger, gate) = (Loop::current_thread(), Ledger::default(), Arc::default());
    let mut waiting = gated(&ledger, &gate);
    tasks.poll(&mut waiting);
    drop(waiting);
    tasks.runtime.block_on(async {
        tokio::select! {
            biased;
            () = tasks.finalizer.shutdown() => unreachable!("the cleanup waits"),
            () = tokio::task::yield_now() => {}
        }
    });
    assert_eq!(ledger.counts(), [1, 0, 0]);
    gate.notify_one();
    tasks.shutdown();
    assert_eq!(ledger.counts(), [1, 1, 1]);
}

#[test]
fn one_that_is_dropped_in_a_cleanup_is_waited_for_too() {
    let (tasks, ledger) = (Loop::current_thread(), Ledger::default());
    let inner = tasks.begun(&ledger);
    let opened = ledger.clone();
    let mut outer = gen_fn(async move |mut co: Co<'_, u32>| {
        let open = opened.open();
        let cleanup = async |_: &mut Co<'_, u32>| {
            drop(inner);
            open.clean_up();
        };
        co.finally(async |co| co.yield_(0).await, cleanup).await;
    })
    .owned();
    tasks.poll(&mut outer);
    drop(outer);
    assert_eq!(ledger.counts(), [2, 0, 0]);
    tasks.shutdown();
    assert_eq!(ledger.counts(), [2, 2, 2]);
}

#[test]
fn a_panic_in_a_cleanup_ends_its_task_alone() {
    let (tasks, ledger) = (Loop::current_thread(), Ledger::default());
    let opened = ledger.clone();
    let mut panicking = gen_fn(async move |mut co| {
        let _open = opened.open();
        co.finally(async |co| co.yield_(0).await, async |_| panic!("in the cleanup")).await;
    })
    .owned();
    tasks.poll(&mut panicking);
    drop(panicking);
    drop(tasks.begun(&ledger));
    tasks.shutdown();
    assert_eq!(ledger.counts(), [2, 1, 2]);
}

#[test]
fn dropped_on_a_thread_without_a_runtime_it_is_closed() {
    let (tasks, ledger) = (Loop::current_thread(), Ledger::default());
    let begun = tasks.begun(&ledger);
    std::thread::spawn(move || drop(begun)).join().unwrap();
    tasks.shutdown();
    assert_eq!(ledger.counts(), [1, 1, 1]);
}

#[test]
fn dropped_in_a_task_of_many_threads_it_is_closed() {
    let (tasks, ledger) =
        (Loop::of(Builder::new_multi_thread().worker_threads(2)), Ledger::default());
    let finalizer = tasks.finalizer.clone();
    tasks.runtime.block_on(async {
        let consumers: Vec<_> = (0..100)
            .map(|_| {
                let (finalizer, mut numbers) = (finalizer.clone(), numbers(&ledger));
                tokio::spawn(async move {
                    let previous = finalizer.install_for_thread();
                    let first = poll_once(Pin::new(&mut numbers));
                    hooks::set(previous);
                    tokio::task::yield_now().await;
                    assert_eq!((first, numbers.next().await), (Poll::Ready(Some(0)), Some(1)));
                })
            })
            .collect();
        for consumer in consumers {
            consumer.await.unwrap();
        }
        finalizer.shutdown().await;
    });
    assert_eq!(ledger.counts(), [100, 100, 100]);
}

#[test]
fn dropped_as_the_consumer_panics_it_is_closed() {
    let (tasks, ledger) = (Loop::current_thread(), Ledger::default());
    let (begun, in_task) = (tasks.begun(&ledger), tasks.begun(&ledger));
    catch_unwind(AssertUnwindSafe(move || {
        let _held = begun;
        panic!("in the consumer");
    }))
    .unwrap_err();
    let task = tasks.runtime.spawn(async move {
        let _held = in_task;
        panic!("in the task of the consumer");
    });
    assert!(tasks.runtime.block_on(task).unwrap_err().is_panic());
    tasks.shutdown();
    assert_eq!(ledger.counts(), [2, 2, 2]);
}

#[test]
fn dropped_by_the_destructor_of_a_thread_local_it_is_closed() {
    thread_local! {
        static KEPT: std::cell::RefCell<Option<Box<dyn std::any::Any>>> =
            const { std::cell::RefCell::new(None) };
    }
    let (tasks, ledger) = (Loop::current_thread(), Ledger::default());
    let begun = tasks.begun(&ledger);
    let in_runtime = tasks.begun(&ledger);
    let handle = tasks.runtime.handle().clone();
    std::thread::spawn(move || KEPT.set(Some(Box::new(begun)))).join().unwrap();
    // The thread-locals of tokio are there too, and are dropped before or after.
    std::thread::spawn(move || {
        KEPT.set(Some(Box::new(in_runtime)));
        drop(handle.enter());
    })
    .join()
    .unwrap();
    tasks.shutdown();
    assert_eq!(ledger.counts(), [2, 2, 2]);
}

#[test]
fn dropped_after_the_runtime_is_gone_the_body_is_dropped() {
    for builder in [&mut Builder::new_current_thread(), &mut Builder::new_multi_thread()] {
        let (Loop { runtime, finalizer }, ledger) = (Loop::of(builder), Ledger::default());
        let begun = Loop { runtime, finalizer: finalizer.clone() }.begun(&ledger);
        assert_eq!(ledger.counts(), [1, 0, 0]);
        drop(begun);
        assert_eq!(ledger.counts(), [1, 0, 1]);
        // Another runtime, or any executor, can still wait for it.
        Loop::current_thread().runtime.block_on(finalizer.shutdown());
    }
}

#[test]
fn held_by_a_task_as_the_runtime_shuts_down_the_body_is_dropped() {
    for builder in [&mut Builder::new_current_thread(), &mut Builder::new_multi_thread()] {
        let (tasks, ledger) = (Loop::of(builder), Ledger::default());
        let held = tasks.begun(&ledger);
        tasks.runtime.spawn(async move {
            let _held = held;
            std::future::pending::<()>().await;
        });
        tasks.runtime.block_on(tokio::task::yield_now());
        let Loop { runtime, finalizer } = tasks;
        drop(runtime);
        assert_eq!(ledger.counts(), [1, 0, 1]);
        Loop::current_thread().runtime.block_on(finalizer.shutdown());
    }
}

#[test]
fn being_closed_as_the_runtime_shuts_down_the_body_is_dropped() {
    let (tasks, ledger, gate) = (Loop::current_thread(), Ledger::default(), Arc::default());
    let mut waiting = gated(&ledger, &gate);
    tasks.poll(&mut waiting);
    drop(waiting);
    tasks.runtime.block_on(tokio::task::yield_now());
    // Handed over, and not polled yet.
    drop(tasks.begun(&ledger));
    let Loop { runtime, finalizer } = tasks;
    drop(runtime);
    assert_eq!(ledger.counts(), [2, 0, 2]);
    Loop::current_thread().runtime.block_on(finalizer.shutdown());
}

#[test]
fn a_runtime_that_shuts_down_in_the_background_hangs_nothing() {
    let (tasks, ledger) = (Loop::of(&mut Builder::new_multi_thread()), Ledger::default());
    let begun = tasks.begun(&ledger);
    let Loop { runtime, finalizer } = tasks;
    runtime.shutdown_background();
    drop(begun);
    Loop::current_thread().runtime.block_on(finalizer.shutdown());
    assert_eq!(ledger.counts()[2], 1);
}

/// So many generators begun, each dropped by a thread of its own when all threads are ready.
fn dropped_at_once<G: Numbers>(begun: Vec<Owned<G>>, ready: &Arc<Barrier>) -> Vec<JoinHandle<()>> {
    let drop_one = |one| {
        let ready = Arc::clone(ready);
        thread::spawn(move || {
            ready.wait();
            drop(one);
        })
    };
    begun.into_iter().map(drop_one).collect()
}

/// As these race, each is run some times; the long tests have an interpreter try other orders.
const RACES: usize = if cfg!(miri) { 1 } else { 50 };

#[test]
fn handed_over_as_shutdown_waits_it_is_closed() {
    for _ in 0..RACES {
        let (tasks, ledger) = (Loop::current_thread(), Ledger::default());
        let ready = Arc::new(Barrier::new(3));
        let threads = dropped_at_once(vec![tasks.begun(&ledger), tasks.begun(&ledger)], &ready);
        drop(tasks.begun(&ledger));
        ready.wait();
        tasks.shutdown();
        let [opened, cleaned, dropped] = ledger.counts();
        assert!(opened == 3 && cleaned >= 1 && cleaned == dropped, "what came before is closed");
        for thread in threads {
            thread.join().unwrap();
        }
        tasks.shutdown();
        assert_eq!(ledger.counts(), [3, 3, 3]);
    }
}

#[test]
fn handed_over_as_the_runtime_shuts_down_it_is_closed_or_dropped() {
    for _ in 0..RACES {
        let (tasks, ledger) = (Loop::current_thread(), Ledger::default());
        let ready = Arc::new(Barrier::new(3));
        let threads = dropped_at_once(vec![tasks.begun(&ledger), tasks.begun(&ledger)], &ready);
        let Loop { runtime, finalizer } = tasks;
        ready.wait();
        runtime.block_on(tokio::task::yield_now());
        drop(runtime);
        for thread in threads {
            thread.join().unwrap();
        }
        let [opened, cleaned, dropped] = ledger.counts();
        assert!(opened == 2 && cleaned <= 2 && dropped == 2, "{cleaned} were closed");
        Loop::current_thread().runtime.block_on(finalizer.shutdown());
    }
}

#[test]
fn without_a_runtime_there_is_none_to_be_current() {
    assert!(Finalizer::try_current().unwrap_err().is_missing_context());
    Loop::current_thread().runtime.block_on(async {
        assert_eq!(
            format!("{:?}", Finalizer::try_current().unwrap()),
            "Finalizer { closing: 0, .. }"
        );
    });
}

#[test]
fn another_finaliser_may_come_before_it() {
    let (tasks, ledger) = (Loop::current_thread(), Ledger::default());
    let (log, heard) = std::sync::mpsc::channel();
    let finalizer = tasks.finalizer.clone();
    let hooks = Hooks::new().finalizer(move |generator| {
        log.send(generator.owned_at().file()).unwrap();
        finalizer.finalize(generator);
    });
    let previous = hooks::set(hooks);
    let mut numbers = numbers(&ledger);
    assert_eq!(poll_once(Pin::new(&mut numbers)), Poll::Ready(Some(0)));
    drop(numbers);
    hooks::set(previous);
    assert!(heard.recv().unwrap().ends_with("ledger.rs"));
    tasks.shutdown();
    assert_eq!(ledger.counts(), [1, 1, 1]);
}
