/// A generator of an async block with `yield` in it.
///
/// `stream!(async move { … })` is an expression of type [`Gen`](crate::Gen): a
/// [`Stream`](futures_core::Stream) of what is yielded. Written in parentheses, rustfmt formats it.
/// `yield` may stand in loops, match arms, nested blocks, as an operand, and in the handlers of
/// `tokio::select!`; not in a nested async block, closure or function, which belong to no generator.
/// What the block returns is there after the end: [`Generator::take_return`](crate::Generator::take_return).
///
/// In it, and in the bodies of the macros below, [`yield_all!`](crate::yield_all!) delegates to another
/// generator, [`finally!`](crate::finally!) and [`defer!`](crate::defer!) clean up, and
/// [`async_for!`](crate::async_for!) takes items in.
///
/// ```
/// use asyncgen::stream;
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let mut evens = stream!(async move {
///     for n in 0..5 {
///         if n % 2 == 0 {
///             yield n;
///         }
///     }
///     "that was all"
/// })
/// .boxed();
/// assert_eq!(evens.next().await, Some(0));
/// assert_eq!(evens.next().await, Some(2));
/// assert_eq!(evens.next().await, Some(4));
/// assert_eq!(evens.next().await, None);
/// assert_eq!(evens.take_return(), Some("that was all"));
/// # });
/// ```
#[macro_export]
macro_rules! stream {
    ($($input:tt)*) => {
        $crate::__private::stream!(($crate) $($input)*)
    };
}

/// A generator that can fail: as [`stream!`](crate::stream!), with `?`.
///
/// The items are `Result<Y, E>`: `yield x` gives `Ok(x)`, and an error that the block returns, by `?`
/// or by `return Err(…)`, is the last item. The block ends with `Ok(…)`, whose value is the return
/// value.
///
/// ```
/// use asyncgen::{Next, try_stream};
/// use futures_core::Stream;
///
/// fn numbers(text: &str) -> impl Stream<Item = Result<u32, std::num::ParseIntError>> {
///     try_stream!(async move {
///         for word in text.split(' ') {
///             yield word.parse()?;
///         }
///         Ok(())
///     })
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let mut items = std::pin::pin!(numbers("1 2 three 4"));
/// assert_eq!(items.next().await, Some(Ok(1)));
/// assert_eq!(items.next().await, Some(Ok(2)));
/// assert_eq!(items.next().await.unwrap().unwrap_err().to_string(), "invalid digit found in string");
/// assert_eq!(items.next().await, None);
/// # });
/// ```
#[macro_export]
macro_rules! try_stream {
    ($($input:tt)*) => {
        $crate::__private::try_stream!(($crate) $($input)*)
    };
}

/// A generator function, written like an `async fn` with `yield` in its body.
///
/// `-> Yields<Item>` says what it yields; `-> Yields<Item, Error>` that it can fail too: its body
/// then uses `?` and ends with `Ok(())`, and its items are `Result<Item, Error>`, as with
/// [`try_stream!`](crate::try_stream!). After them may come, in any order:
///
/// | | what it is | without it |
/// |---|---|---|
/// | `Return = R` | the type of the return value | `()` |
/// | `Sent = S` | what can be [sent](crate::Generator::send) to it, and the value of a `yield` | `()` |
/// | `Thrown = T` | what can be [thrown](crate::Generator::throw) into it: a `yield` is then a `Result<S, T>`, and an error is caught where it comes out | nothing can |
///
/// Attributes, documentation, visibility, generics, lifetimes and `self` are those of the function.
///
/// What comes out is a plain function that returns [`impl Generator`](crate::Generator), which
/// borrows from the arguments and is `Send` if its body is. Nothing runs before the first poll.
/// Written in parentheses, rustfmt formats it. (It leaves a body alone in which `yield name` stands right
/// before a block: write `let sent = yield name;` before it.)
///
/// ```
/// use asyncgen::{Next, generator};
///
/// generator!(
///     /// The words of a text that are longer than `length`.
///     pub async fn words(text: &str, length: usize) -> Yields<&str, String, Return = usize> {
///         let mut count = 0;
///         for word in text.split(' ') {
///             if word.is_empty() {
///                 return Err(format!("two spaces after {count} words"));
///             }
///             count += 1;
///             if word.len() > length {
///                 yield word;
///             }
///         }
///         Ok(count)
///     }
/// );
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let mut long = std::pin::pin!(words("two or three", 2));
/// assert_eq!(long.next().await, Some(Ok("two")));
/// assert_eq!(long.next().await, Some(Ok("three")));
/// assert_eq!(long.next().await, None);
/// # use asyncgen::Generator;
/// assert_eq!(long.as_mut().take_return(), Some(Ok(3)));
///
/// let mut double = std::pin::pin!(words("two  three", 2));
/// assert_eq!(double.next().await, Some(Ok("two")));
/// assert_eq!(double.next().await, Some(Err("two spaces after 1 words".to_owned())));
/// # });
/// ```
///
/// # As a block
///
/// `generator!(async move || -> Yields<…> { … })` is an expression, like [`stream!`](crate::stream!), with
/// its types said. It borrows as an async block does.
///
/// ```
/// use asyncgen::{Generator, State, generator};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let mut account = std::pin::pin!(generator!(
///     async move || -> Yields<i64, &'static str, Sent = i64, Thrown = &'static str> {
///         let mut balance = 0;
///         loop {
///             match yield balance {
///                 Ok(amount) => balance += amount,
///                 Err("reset") => balance = 0,
///                 Err(other) => return Err(other),
///             }
///         }
///     }
/// ));
/// assert_eq!(account.resume().await, State::Yielded(0));
/// assert_eq!(account.send(5).await, Ok(State::Yielded(5)));
/// assert_eq!(account.throw("reset").await, Ok(State::Yielded(0)));
/// assert_eq!(account.throw("closed").await, Ok(State::Complete(Err("closed"))));
/// # });
/// ```
#[macro_export]
macro_rules! generator {
    ($($input:tt)*) => {
        $crate::__private::generator! { ($crate) $($input)* }
    };
}

/// `yield from`: yields all that another generator does, and has its return value.
///
/// It stands in the body of a generator, and awaits by itself. The inner generator may be any
/// [`Generator`](crate::Generator) with the same types of items, of what is sent and of what is thrown; or
/// any other [`Stream`](futures_core::Stream), whose return value is `()`. One that can fail returns a
/// `Result`: write `yield_all!(inner)?`.
///
/// What is sent, thrown or closed reaches the inner generator. Its body runs in the place of the
/// outer one, so that an item costs the same however deep the generators stand in one another. One that
/// was polled before, or is boxed, keeps its own place, and each item is handed on.
///
/// Cancel safety: as that of the inner generator, which is dropped when this is.
///
/// The rules are those of [PEP 380](https://peps.python.org/pep-0380/), and of
/// [PEP 828](https://peps.python.org/pep-0828/), which has them for async generators.
///
/// ```
/// use asyncgen::{Next, generator};
///
/// generator!(
///     async fn countdown(from: u32) -> Yields<u32, Return = &'static str> {
///         for n in (1..=from).rev() {
///             yield n;
///         }
///         "lift-off"
///     }
/// );
///
/// generator!(
///     async fn launch() -> Yields<u32> {
///         let said = yield_all!(countdown(2));
///         assert_eq!(said, "lift-off");
///         yield_all!(futures_util::stream::iter([100, 200]));
///     }
/// );
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let mut heights = std::pin::pin!(launch());
/// assert_eq!(heights.next().await, Some(2));
/// assert_eq!(heights.next().await, Some(1));
/// assert_eq!(heights.next().await, Some(100));
/// assert_eq!(heights.next().await, Some(200));
/// assert_eq!(heights.next().await, None);
/// # });
/// ```
#[macro_export]
macro_rules! yield_all {
    ($($input:tt)*) => {
        ::core::compile_error!(
            "`yield_all!` belongs into the body of a generator: `stream!`, `try_stream!` or `generator!`"
        )
    };
}

/// `try … finally`: runs a cleanup whichever way a part of a generator is left.
///
/// `finally!({ body }, { cleanup })` stands in the body of a generator, and has the value of `body`. The
/// cleanup may await, yield, and use the mutable variables that `body` uses. It runs once,
///
/// - at the end of `body`,
/// - when `body` is left by `?`, `return`, `break` or `continue`, which take effect after it,
/// - when the generator is [closed](crate::Generator::close) while `body` waits at a `yield` or at any
///   other `.await`, one deep in a function that it calls among them. What `body` waits for is dropped
///   first. Of several that stand in one another, the innermost runs first.
///
/// It does not run when `body` panics, nor when the generator is dropped without `close`, as nothing can
/// be awaited then; destructors run as always.
///
/// The body is a future that borrows what it uses: a variable that is shared between the two parts must
/// be `Sync` for the generator to be `Send`. A `break` out of it carries no value, and a `?` in it is that
/// of a `Result`.
///
/// Cancel safety: a [`next`](crate::Next::next) that is dropped leaves the generator where it is, in the
/// body or in the cleanup; the next verb goes on from there.
///
/// The rules are those of `try … finally` in
/// [PEP 525](https://peps.python.org/pep-0525/#asynchronous-generator-object); a cleanup that leaves by
/// itself, by `return` or `break`, replaces what was to happen, which
/// [PEP 765](https://peps.python.org/pep-0765/) warns of, and so does rustc.
///
/// ```
/// use asyncgen::{Generator, Next, try_stream};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let closed_after = std::cell::Cell::new(None);
/// let pages = || {
///     try_stream!(async {
///         let mut read = 0;
///         finally!(
///             {
///                 for text in ["1", "2", "three"] {
///                     let page: u32 = text.parse()?;
///                     read += 1;
///                     yield page;
///                 }
///             },
///             {
///                 tokio::task::yield_now().await;
///                 closed_after.set(Some(read));
///             }
///         );
///         Ok::<(), std::num::ParseIntError>(())
///     })
/// };
///
/// let mut all = std::pin::pin!(pages());
/// while all.next().await.is_some() {}
/// assert_eq!(closed_after.take(), Some(2));
///
/// let mut some = std::pin::pin!(pages());
/// assert_eq!(some.next().await, Some(Ok(1)));
/// some.close().await.unwrap();
/// assert_eq!(closed_after.take(), Some(1));
/// # });
/// ```
#[macro_export]
macro_rules! finally {
    ($($input:tt)*) => {
        ::core::compile_error!(
            "`finally!` belongs into the body of a generator: `stream!`, `try_stream!` or `generator!`"
        )
    };
}

/// Runs a cleanup at the end of the block that it stands in: [`finally!`](crate::finally!) with the rest
/// of that block as its body.
///
/// `defer!({ cleanup });` is a statement in the body of a generator. Of several in one block the last
/// runs first. The contract, cancel safety and source are those of [`finally!`](crate::finally!).
///
/// ```
/// use std::cell::RefCell;
///
/// use asyncgen::{Generator, Next, stream};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let log = RefCell::new(Vec::new());
/// let mut numbers = std::pin::pin!(stream!(async {
///     log.borrow_mut().push("connect");
///     defer!({
///         tokio::task::yield_now().await;
///         log.borrow_mut().push("disconnect");
///     });
///     for n in 0.. {
///         yield n;
///     }
/// }));
/// assert_eq!(numbers.next().await, Some(0));
/// numbers.close().await.unwrap();
/// assert_eq!(*log.borrow(), ["connect", "disconnect"]);
/// # });
/// ```
#[macro_export]
macro_rules! defer {
    ($($input:tt)*) => {
        ::core::compile_error!(
            "`defer!` belongs into the body of a generator: `stream!`, `try_stream!` or `generator!`"
        )
    };
}

/// A future that is ready when the generator is asked to stop: for a branch of a `select!` in a body
/// that would rather end by itself than have what it waits for dropped.
///
/// `stopped!()` stands in the body of a generator. From when it is ready, the stop is the body's affair:
/// it should clean up and return. What it returns is that of
/// [`close`](crate::Generator::close), as the value of a generator that ends by itself is in
/// [PEP 342](https://peps.python.org/pep-0342/); a `yield` after it is what
/// [PEP 525](https://peps.python.org/pep-0525/#asynchronous-generator-object) calls ignoring
/// `GeneratorExit`, and comes to the one who closes as an error.
///
/// A body that waits at a `yield` when it is closed is stopped there, and comes to no `stopped!()`: what
/// must be done in either case goes into [`defer!`](crate::defer!).
///
/// Cancel safety: a future that is dropped before it is ready has done nothing.
///
/// ```
/// use asyncgen::{Generator, Next, stream};
/// # use std::{future::ready, pin::pin};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let (sender, mut receiver) = tokio::sync::mpsc::channel(8);
/// let mut messages = pin!(stream!(async move {
///     loop {
///         tokio::select! {
///             Some(message) = receiver.recv() => yield message,
///             () = stopped!() => break receiver.len(),
///         }
///     }
/// }));
/// sender.send("hello").await.unwrap();
/// assert_eq!(messages.next().await, Some("hello"));
/// // A `next` that is given up leaves the body in the `select!`.
/// tokio::select! {
///     biased;
///     _ = messages.next() => {}
///     () = ready(()) => {}
/// }
/// assert_eq!(messages.close().await, Ok(Some(0)));
/// # });
/// ```
#[macro_export]
macro_rules! stopped {
    ($($input:tt)*) => {
        ::core::compile_error!(
            "`stopped!` belongs into the body of a generator: `stream!`, `try_stream!` or `generator!`"
        )
    };
}

/// `async for`: a loop over a [`Stream`](futures_core::Stream), in any async code.
///
/// `async_for!(for pattern in stream { … })` reads like a plain `for`, and `break`, `continue`, `return`
/// and `?` in it are those of one; a label comes before the `for`. In the body of a generator it may
/// `yield`. The stream is taken by value and pinned in the loop; one that is to be used afterwards is
/// given as `&mut stream` if it is `Unpin`, or as `stream.as_mut()` if it is pinned.
///
/// A loop that is left early drops a stream that it owns, and does not close a generator that it
/// borrows, as `async for` of [PEP 525](https://peps.python.org/pep-0525/) does not either: for one with
/// a cleanup, [`close`](crate::Generator::close) it after the loop.
///
/// Cancel safety: as that of [`next`](crate::Next::next). When the loop is dropped, no item of a borrowed
/// stream is lost but the one that the body was working on.
///
/// ```
/// use asyncgen::{async_for, stream};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let numbered = stream!(async move {
///     for (n, word) in "to be or not".split(' ').enumerate() {
///         yield (n, word);
///     }
/// });
/// let mut text = String::new();
/// async_for!(for (n, word) in numbered {
///     if n == 2 {
///         continue;
///     }
///     text += word;
/// });
/// assert_eq!(text, "tobenot");
/// # });
/// ```
#[macro_export]
macro_rules! async_for {
    ($($input:tt)*) => {
        $crate::__private::async_for!(($crate) $($input)*)
    };
}
