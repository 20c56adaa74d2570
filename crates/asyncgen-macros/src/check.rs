//! What is wrong with a generator, and what to say about it: what belongs to none, a jump that leads
//! nowhere, and a signature that says too little.

use proc_macro2::Span;
use syn::{Error, ReturnType, Signature};

use crate::loops::Jump;
use crate::scope::Scope;
use crate::token::error_at;
use crate::yields;

/// The message about `what` in `scope`; none in the generator itself.
pub(crate) fn misplaced(what: &str, scope: Scope, at: Span) -> Option<Error> {
    let (place, advice) = match scope {
        Scope::Generator => return None,
        Scope::AsyncBlock => {
            ("a nested `async` block", "move it out, or make the block a `stream!` of its own")
        }
        Scope::Closure => ("a closure", "move it out, or use a loop instead of the closure"),
        Scope::Function => ("a nested function", "make the function a `generator!` of its own"),
        Scope::Const => ("a constant", "constants are worked out when compiling"),
    };
    Some(Error::new(at, format!("{what} inside {place} belongs to no generator; {advice}")))
}

/// The message about a jump to a loop that the generator has not.
pub(crate) fn no_loop(jump: &Jump) -> Error {
    let text = if jump.label.is_some() {
        "no loop of the generator around it has this label; a loop outside of the generator cannot \
         be left from inside"
    } else {
        "there is no loop around it in the generator; a loop outside of the generator cannot be left \
         from inside"
    };
    error_at(&jump.tokens, text)
}

/// The message about a `break` with a value out of the body of a `finally!`.
pub(crate) fn break_with_value(jump: &Jump) -> Error {
    let text = "a `break` out of the body of `finally!` or `defer!` takes no value along; put the \
                value into a variable first";
    error_at(&jump.tokens, text)
}

/// The mistakes in the signature of a generator function; one message.
pub(crate) fn signature(signature: &Signature) -> Option<Error> {
    if signature.asyncness.is_none() {
        let text = "a generator is an `async fn`; write `async` before `fn`";
        return Some(Error::new(signature.fn_token.span, text));
    }
    if let Some(const_) = &signature.constness {
        return Some(Error::new(const_.span, "a generator cannot be a `const fn`"));
    }
    let ReturnType::Type(_, written) = &signature.output else {
        let name = &signature.ident;
        let text = format!(
            "say what the generator yields: `async fn {name}(…) -> Yields<Item>`, or \
             `Yields<Item, Error>` if it can fail"
        );
        return Some(Error::new_spanned(name, text));
    };
    yields::mistake(written)
}
