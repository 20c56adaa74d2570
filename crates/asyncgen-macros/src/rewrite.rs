//! Walks the tokens of a body and puts plain Rust in the place of what belongs to the generator.

use std::mem;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::Error;

use crate::call::{self, Call, Kind};
use crate::check;
use crate::frame::Frame;
use crate::loops::{self, Word};
use crate::operand::{self, Before};
use crate::scope::{self, Scope};
use crate::token::{is_braces, is_punct};

/// The names that the expansion binds at the start of the body; hygiene hides them from the user.
pub(crate) struct Names {
    /// The `Co`.
    pub(crate) co: Ident,
    /// The type of the items.
    pub(crate) item: Ident,
}

impl Names {
    pub(crate) fn new() -> Self {
        let name = |name| Ident::new(name, Span::mixed_site());
        Self { co: name("__co"), item: name("__item") }
    }
}

/// What the value of a `yield` is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resumed {
    /// What was sent.
    Sent,
    /// A `Result`, with what was thrown as its error.
    OrThrown,
}

/// Rewrites tokens, those of nested groups and macro calls too, and collects what is wrong.
pub(crate) struct Rewriter<'a> {
    pub(crate) krate: &'a TokenStream,
    pub(crate) names: &'a Names,
    pub(crate) resumed: Resumed,
    pub(crate) errors: Vec<Error>,
    pub(crate) scope: Scope,
    pub(crate) frame: Frame,
    /// In the input of a macro that may put a loop around it, or a future that somebody else polls.
    pub(crate) in_foreign: bool,
    /// Whether a part of the body that uses the handle is a future of its own.
    pub(crate) nests: bool,
}

/// What the tokens being read are, as far as one can see.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Statements,
    Expression,
}

impl<'a> Rewriter<'a> {
    pub(crate) fn new(krate: &'a TokenStream, names: &'a Names, resumed: Resumed) -> Self {
        Self {
            krate,
            names,
            resumed,
            errors: Vec::new(),
            scope: Scope::Generator,
            frame: Frame::default(),
            in_foreign: false,
            nests: false,
        }
    }

    pub(crate) fn slice(&mut self, tokens: &[TokenTree], place: Place) -> TokenStream {
        let mut out = TokenStream::new();
        let mut before = Before::Anything;
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let (previous, rest) = tokens.split_at(at);
            before = before.or_after(previous, token);
            let (rewritten, length) = self.step(previous, rest, before, place);
            out.extend(rewritten);
            at += length;
        }
        out
    }

    /// Rewrites what stands first in `rest`; tells how many tokens that is.
    fn step(
        &mut self,
        previous: &[TokenTree],
        rest: &[TokenTree],
        before: Before,
        place: Place,
    ) -> (TokenStream, usize) {
        if let Some(call) = call::parse(rest) {
            let may_defer = place == Place::Statements && ends_statement(previous);
            return self.call(&call, rest, may_defer);
        }
        if let Some(nested) = scope::nested(previous, rest) {
            let around = mem::replace(&mut self.scope, nested.scope);
            let end = nested.head + nested.body;
            let mut out = verbatim(&rest[..nested.head]);
            out.extend(self.slice(&rest[nested.head..end], Place::Expression));
            self.scope = around;
            return (out, end);
        }
        if let Some(leaving) = self.leaving(previous, rest, before) {
            return leaving;
        }
        match rest {
            [TokenTree::Ident(word), operand @ ..] if word == "yield" => {
                let length = operand::length(operand, before);
                (self.yield_(word.span(), &operand[..length]), 1 + length)
            }
            [TokenTree::Group(group), ..] => (TokenTree::from(self.group(group)).into(), 1),
            // A lifetime or label, whose name is no keyword.
            [quote, TokenTree::Ident(_), ..] if is_punct(Some(quote), '\'') => {
                (verbatim(&rest[..2]), 2)
            }
            _ => (verbatim(&rest[..1]), 1),
        }
    }

    /// What leaves the part of the body that it stands in, or could: loops, and the words that go
    /// out of them.
    fn leaving(
        &mut self,
        previous: &[TokenTree],
        rest: &[TokenTree],
        before: Before,
    ) -> Option<(TokenStream, usize)> {
        if self.scope != Scope::Generator {
            return None;
        }
        if let Some(opening) = loops::opening(rest) {
            let mut out = self.slice(&rest[..opening.head], Place::Expression);
            self.frame.loops.push(opening.opened);
            out.extend(self.slice(&rest[opening.head..=opening.head], Place::Expression));
            self.frame.loops.pop();
            return Some((out, opening.head + 1));
        }
        if let Some(jump) = loops::jump(rest) {
            let written = jump.tokens.len();
            let value = match jump.word {
                Word::Break => operand::length(&rest[written..], before),
                Word::Continue => 0,
            };
            return self.jump(jump, value);
        }
        match rest {
            [TokenTree::Ident(word), operand @ ..]
                if word == "return" && self.frame.is_guarded() =>
            {
                let length = operand::length(operand, before);
                Some((self.return_(word.span(), &operand[..length]), 1 + length))
            }
            [TokenTree::Punct(mark), ..] if mark.as_char() == '?' && operand::ends(previous) => {
                self.frame.fails = true;
                None
            }
            _ => None,
        }
    }

    fn call(
        &mut self,
        call: &Call<'_>,
        rest: &[TokenTree],
        may_defer: bool,
    ) -> (TokenStream, usize) {
        let (tokens, after) = rest.split_at(call.length);
        match call.kind {
            Kind::Generator => (verbatim(tokens), call.length),
            Kind::Own(own) if self.scope == Scope::Generator => {
                self.nests = true;
                let after = may_defer.then_some(after);
                let (out, more) = self.own(own, call, after);
                (out, call.length + more)
            }
            Kind::Own(_) => {
                let what = format!("`{}!`", call.name);
                let error = check::misplaced(&what, self.scope, call.name.span());
                (error.map(Error::into_compile_error).unwrap_or_default(), call.length)
            }
            Kind::AsyncFor | Kind::Foreign => {
                let is_foreign = self.in_foreign || call.kind == Kind::Foreign;
                let around = mem::replace(&mut self.in_foreign, is_foreign);
                let mut out = verbatim(&tokens[..call.length - 1]);
                out.extend([TokenTree::from(self.group(call.input))]);
                self.in_foreign = around;
                (out, call.length)
            }
        }
    }

    /// For what is written at `at`: the path of the crate, and the span of other tokens, with names
    /// that the user does not see.
    pub(crate) fn located(&self, at: Span) -> (TokenStream, Span) {
        let there = |mut token: TokenTree| {
            token.set_span(token.span().located_at(at));
            token
        };
        let krate = self.krate.clone().into_iter().map(there).collect();
        (krate, Span::mixed_site().located_at(at))
    }

    /// The group with its tokens rewritten.
    pub(crate) fn group(&mut self, group: &Group) -> Group {
        let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
        let place = match group.delimiter() {
            Delimiter::Brace => Place::Statements,
            _ => Place::Expression,
        };
        let mut rewritten = Group::new(group.delimiter(), self.slice(&tokens, place));
        rewritten.set_span(group.span());
        rewritten
    }

    /// The operand of a `yield` or `return`, as a block.
    ///
    /// As the tail of a block of the 2024 edition, it drops its temporaries, a lock's guard say,
    /// before the generator is suspended.
    pub(crate) fn value(&mut self, operand: &[TokenTree], at: Span) -> Group {
        if operand.is_empty() {
            let nothing = TokenTree::from(Group::new(Delimiter::Parenthesis, TokenStream::new()));
            return self.block(&[nothing], Place::Expression, at);
        }
        self.block(operand, Place::Expression, at)
    }

    /// The tokens rewritten, as a block that belongs to what is at `at`.
    pub(crate) fn block(&mut self, tokens: &[TokenTree], place: Place, at: Span) -> Group {
        let mut block = Group::new(Delimiter::Brace, self.slice(tokens, place));
        block.set_span(Span::mixed_site().located_at(at));
        block
    }
}

fn verbatim(tokens: &[TokenTree]) -> TokenStream {
    tokens.iter().cloned().collect()
}

/// Whether a statement may begin after these tokens.
fn ends_statement(previous: &[TokenTree]) -> bool {
    previous.last().is_none_or(|last| is_punct(Some(last), ';') || is_braces(last))
}
