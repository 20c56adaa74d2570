/// A generator of an async block with `yield` in it.
///
/// `stream!(async move { … })` is an expression of type [`Gen`](crate::Gen): a
/// [`Stream`](futures_core::Stream) of what is yielded. Written in parentheses, rustfmt formats it.
/// `yield` may stand in loops, match arms, nested blocks, as an operand, and in the handlers of
/// `tokio::select!`; not in a nested async block, closure or function, which belong to no generator.
/// What the block returns is there after the end: [`Generator::take_return`](crate::Generator::take_return).
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
/// [`try_stream!`](crate::try_stream!). `Return = R` after them gives it a return value. Attributes,
/// documentation, visibility, generics, lifetimes and `self` are those of the function.
///
/// What comes out is a plain function that returns [`impl Generator`](crate::Generator), which
/// borrows from the arguments and is `Send` if its body is. Nothing runs before the first poll.
/// Written in parentheses, rustfmt formats it.
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
#[macro_export]
macro_rules! generator {
    ($($input:tt)*) => {
        $crate::__private::generator!(($crate) $($input)*);
    };
}
