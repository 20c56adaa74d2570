//! Where a loop or a labelled block begins, and what a `break` or `continue` names.

use std::ops::Range;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};

use crate::operand::{self, Before};
use crate::token::{is_braces, is_punct, is_word};

/// A loop or labelled block around the tokens being read.
pub(crate) struct Loop {
    label: Option<Ident>,
    /// Not a labelled block, which only a `break` with its label leaves.
    repeats: bool,
}

/// A loop or labelled block that opens at the start of some tokens.
pub(crate) struct Opening {
    pub(crate) opened: Loop,
    /// So many tokens come before the block.
    pub(crate) head: usize,
}

/// The word of a jump.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    Break,
    Continue,
}

/// `break`, `break 'a`, `continue` or `continue 'a`, without the value.
#[derive(Clone)]
pub(crate) struct Jump {
    pub(crate) word: Word,
    pub(crate) label: Option<Ident>,
    pub(crate) tokens: Vec<TokenTree>,
}

/// The loop that opens with the first of `tokens`, if one does.
pub(crate) fn opening(tokens: &[TokenTree]) -> Option<Opening> {
    let start = label_length(tokens);
    let label = label(&tokens[..start]).cloned();
    let (head, repeats) = match tokens.get(start)? {
        TokenTree::Ident(word) if word == "loop" => (start + 1, true),
        TokenTree::Ident(word) if word == "while" => (block_after(tokens, start + 1), true),
        TokenTree::Ident(word) if word == "for" => (for_(tokens)?.stream.end, true),
        _ if label.is_some() => (start, false),
        _ => return None,
    };
    let has_block = tokens.get(head).is_some_and(is_braces);
    has_block.then_some(Opening { opened: Loop { label, repeats }, head })
}

/// Where the parts of a `for` loop are; the stream or iterator ends where the block begins.
pub(crate) struct For {
    pub(crate) label: Range<usize>,
    pub(crate) pattern: Range<usize>,
    pub(crate) stream: Range<usize>,
}

/// The `for` loop at the start of `tokens`; none for the `for` of `impl T for S` and of `for<'a>`.
pub(crate) fn for_(tokens: &[TokenTree]) -> Option<For> {
    let start = label_length(tokens);
    if !is_word(tokens.get(start), "for") {
        return None;
    }
    let ends = |at: &usize| {
        let token = tokens.get(*at);
        is_word(token, "in") || is_word(token, "for") || is_punct(token, ';')
    };
    let in_ = (start + 1..tokens.len()).find(ends).filter(|at| is_word(tokens.get(*at), "in"))?;
    let block = block_after(tokens, in_ + 1);
    Some(For { label: 0..start, pattern: start + 1..in_, stream: in_ + 1..block })
}

/// The jump at the start of some tokens.
pub(crate) fn jump(tokens: &[TokenTree]) -> Option<Jump> {
    let word = match tokens.first()? {
        TokenTree::Ident(word) if word == "break" => Word::Break,
        TokenTree::Ident(word) if word == "continue" => Word::Continue,
        _ => return None,
    };
    let label = label(&tokens[1..]).cloned();
    let length = if label.is_some() { 3 } else { 1 };
    Some(Jump { word, label, tokens: tokens[..length].to_vec() })
}

impl Jump {
    pub(crate) fn span(&self) -> Span {
        self.tokens.first().map_or_else(Span::call_site, TokenTree::span)
    }

    /// Whether one of these loops is where it goes.
    pub(crate) fn leaves(&self, loops: &[Loop]) -> bool {
        loops.iter().any(|around| match &self.label {
            None => around.repeats,
            label => around.label == *label,
        })
    }

    /// The jump with a value.
    pub(crate) fn with(mut self, value: TokenStream) -> Self {
        self.tokens.extend(value);
        self
    }

    /// Whether it is the same jump, from another place.
    pub(crate) fn is_as(&self, other: &Self) -> bool {
        self.word == other.word
            && self.label == other.label
            && self.tokens.len() == other.tokens.len()
    }
}

/// The name in `'name`.
fn label(tokens: &[TokenTree]) -> Option<&Ident> {
    match tokens {
        [quote, TokenTree::Ident(name), ..] if is_punct(Some(quote), '\'') => Some(name),
        _ => None,
    }
}

/// How many of the tokens are the label of a loop at their start.
fn label_length(tokens: &[TokenTree]) -> usize {
    if label(tokens).is_some() && is_punct(tokens.get(2), ':') { 3 } else { 0 }
}

/// Where the block is after the expression that begins at `start`.
fn block_after(tokens: &[TokenTree], start: usize) -> usize {
    let rest = tokens.get(start..).unwrap_or_default();
    let parsed = operand::length(rest, Before::Block);
    let length = if rest.get(parsed).is_some_and(is_braces) {
        parsed
    } else {
        rest.iter().position(is_braces).unwrap_or(rest.len())
    };
    start + length
}
