//! Whole expansions: what a body becomes, and that every body becomes something.

use proc_macro2::TokenStream;
use syn::Expr;

use crate::{async_for, expand, expand_item};

fn parse(text: &str) -> TokenStream {
    text.parse().unwrap()
}

fn stream(body: &str) -> TokenStream {
    expand::block(parse(&format!("(asyncgen) async move {{ {body} }}")), expand::Form::STREAM)
}

/// Its text without spaces, which differ between tokens that were parsed and those that were quoted.
fn text(tokens: &TokenStream) -> String {
    tokens.to_string().replace([' ', '\n'], "")
}

fn is_refused(expanded: &TokenStream) -> bool {
    expanded.to_string().contains("compile_error")
}

/// A call of the `function` with the closure of `stream!`, and what stands in that before the body.
fn check(function: &str, body: &str, expected: &str) {
    let expected = format!(
        "asyncgen::__private::{function}(async move |mut __co| {{
            let __item = asyncgen::__private::item(&__co);
            {expected}
        }})"
    );
    assert_eq!(text(&stream(body)), text(&parse(&expected)), "{body}");
}

#[test]
fn a_yield_gives_and_pauses() {
    check(
        "straight::gen_fn",
        "let x = yield y;",
        "let x = {
            let value = __item.of({ y });
            match __item.give(&mut __co, value) {
                ::core::result::Result::Ok(pause) => pause.await,
                ::core::result::Result::Err(parked) => parked.await,
            }
            asyncgen::__private::resumed(&mut __co)
        };",
    );
}

#[test]
fn where_another_macro_may_have_it_polled_a_yield_waits_for_itself() {
    check(
        "gen_fn",
        "join!({ yield y; });",
        "join!({
            {
                let value = __item.of({ y });
                __item.give_anywhere(&mut __co, value).await;
                asyncgen::__private::resumed(&mut __co)
            };
        });",
    );
}

#[test]
fn a_body_is_straight_if_it_only_yields_where_it_is_polled_itself() {
    let check = |body: &str, is_straight: bool| {
        let expanded = text(&stream(body));
        assert_eq!(expanded.contains("::straight::"), is_straight, "{body}");
    };
    check("", true);
    check("if a { yield 1 } for x in y { yield x; } join!(a, b);", true);
    check("async_for!(for x in y { yield x; });", true);
    check("stream!(async move { yield_all!(x) }); yield 1;", true);
    check("select! { x = y => yield x }", false);
    check("async_for!(for x in y { select! { z = x => yield z } });", false);
    check("yield_all!(x);", false);
    check("finally!({ yield 1 }, {});", false);
    check("defer!({}); yield 1;", false);
    check("select! { () = stopped!() => {} }", false);
}

#[test]
fn what_leaves_a_finally_does_so_after_the_cleanup() {
    check(
        "gen_fn",
        "for n in 0..3 { finally!({ f()?; if n == 1 { break } return n; }, { g().await; }); }",
        r#"for n in 0..3 {
            {
                let flow = __item.guarded(&mut __co, async |mut __co| {
                        match {
                            f()?;
                            if n == 1 {
                                return ::core::result::Result::Ok(
                                    asyncgen::__private::Flow::Jump(0u8))
                            }
                            return ::core::result::Result::Ok(
                                asyncgen::__private::Flow::Return({ n }));
                        } {
                            #[allow(unreachable_code, reason = "the body may not come to an end")]
                            value => ::core::result::Result::Ok::<
                                asyncgen::__private::Flow<_, _, ::core::primitive::u8>,
                                _,
                            >(asyncgen::__private::Flow::Normal(value)),
                        }
                    }).await;
                { g().await; }
                match flow {
                    ::core::result::Result::Ok(::core::result::Result::Ok(flow)) => match flow {
                        asyncgen::__private::Flow::Normal(value) => value,
                        asyncgen::__private::Flow::Return(value) => return value,
                        asyncgen::__private::Flow::Jump(value) => match value {
                            #[allow(
                                clippy::needless_continue,
                                reason = "it was not the last in the body"
                            )]
                            _ => break,
                        },
                    },
                    ::core::result::Result::Ok(::core::result::Result::Err(value)) =>
                        return ::core::result::Result::Err(value),
                    ::core::result::Result::Err(asyncgen::__private::Stopped) => {
                        match asyncgen::__private::unwind(&mut __co).await {}
                    }
                }
            };
        }"#,
    );
}

#[test]
fn a_block_says_its_types() {
    let check = |ty: &str, function: &str| {
        let input = format!("(asyncgen) async move || -> {ty} {{}}");
        let expanded = text(&expand_item::generator(parse(&input)));
        let expected = format!("asyncgen::__private::straight::{function}(asyncmove|");
        assert!(expanded.starts_with(&expected.replace(' ', "")), "{ty} gives {expanded}");
    };
    let never = "::core::convert::Infallible";
    check("Yields<u8>", "gen_fn::<u8, (), _>");
    check("Yields<u8, E, Return = R>", "try_gen_fn::<u8, R, E, _>");
    check("Yields<u8, Sent = S>", &format!("duplex_gen_fn::<u8, S, {never}, (), _>"));
    check("Yields<impl A, E, Thrown = T>", "try_duplex_gen_fn::<_, (), T, (), E, _>");
}

#[test]
fn loops_and_words_are_told_apart() {
    for body in [
        "macro_rules! next { () => { match x { Some(x) => x, None => break } } } loop { next!() }",
        "if x { return !(a && b); }",
        "impl Trait for Type { fn f() {} } for x in y { break; }",
        "let f: &dyn for<'a> Fn(&'a u8) = &g; for S { x } in y { continue }",
        "while let Some(S { x }) = it.next() && x { if x { break } }",
        "while if a { b } else { c } { break }",
        "'a: loop { let x = 'b: { break 'b 1 }; while x { break 'a } }",
        "loop { select! { x = f => break, y = g => { continue } } }",
        "my_loop! { break }",
        "let c = || loop { break 1 }; async { loop { break } }.await;",
        "async_for!('a: for x in y { break 'a });",
        "finally!({ for x in y { break; } fn f<T: ?Sized>() { return; } }, {},)",
    ] {
        let expanded = stream(body);
        assert!(!is_refused(&expanded), "{body}");
        assert!(syn::parse2::<Expr>(expanded).is_ok(), "{body}");
    }
    for body in [
        "break",
        "if x { continue 'a }",
        "loop {} break;",
        "'a: { break }",
        "finally!({ break }, {})",
        "match x { y => defer!({}) }",
        "f(defer!({}));",
    ] {
        assert!(is_refused(&stream(body)), "{body}");
    }
}

#[test]
fn what_does_not_occur_has_no_arm() {
    let plain =
        stream("finally!({ fn f<T: ?Sized>() { return; } let c = || g()?; }, {})").to_string();
    for absent in ["return value", "return ::", "u8"] {
        assert!(!plain.contains(absent), "{absent} in {plain}");
    }
}

#[test]
fn half_typed_code_still_expands() {
    for body in [
        "client.",
        "yield client.",
        "let x = client.; yield",
        "let x = ",
        "match x { A => client., B => yield client. }",
        "for x in client. { yield x }",
        "for x in",
        "while client. { break }",
        "'a: ",
        "loop",
        "return client.",
        "finally!({ client. }, {})",
        "finally!({ yield 1 }, { client. })",
        "loop { finally!({ break client. }, { client. }) }",
        "defer!({ client. }); client.",
        "yield_all!(client.)",
        "async_for!(for x in client. { yield x. });",
        "a::b::",
        "a!",
        "<T as ",
        "|x| client.",
    ] {
        let expanded = stream(body).to_string();
        assert!(expanded.contains("client .") || !body.contains("client."), "{body}: {expanded}");
    }
    for input in ["for x in client.", "for x in client. {}", "for x in", "for x", "for", "'a: for"]
    {
        let expanded = async_for::async_for(parse(&format!("(asyncgen) {input}")));
        let expanded = expanded.to_string();
        assert!(!expanded.is_empty(), "{input}");
    }
    for input in ["async move || -> ", "async ||", "async fn f() -> Yields<", "async fn f("] {
        let Ok(tokens) = format!("(asyncgen) {input}").parse() else { continue };
        assert!(!expand_item::generator(tokens).is_empty(), "{input}");
    }
}
