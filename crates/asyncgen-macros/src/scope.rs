//! Where a scope of its own begins: a nested async block, closure, function or constant.

use proc_macro2::{Spacing, TokenTree};

use crate::operand::{self, Before};
use crate::token::{is_braces, is_punct, is_word};

/// What the tokens being read are inside of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The body of the generator.
    Generator,
    /// A block or closure in it, that runs on its own but sees the variables around it.
    AsyncBlock,
    Closure,
    /// A function or constant in it, that does not.
    Function,
    Const,
}

/// A scope that opens at the start of some tokens.
pub(crate) struct Nested {
    pub(crate) scope: Scope,
    /// So many tokens come before what is inside: parameters, say.
    pub(crate) head: usize,
    /// So many tokens are inside.
    pub(crate) body: usize,
}

/// The scope that opens with the first of `tokens`, if one does; `previous` stands before it.
pub(crate) fn nested(previous: &[TokenTree], tokens: &[TokenTree]) -> Option<Nested> {
    match tokens.first()? {
        TokenTree::Ident(word) if word == "async" => async_block(tokens),
        TokenTree::Ident(word) if word == "fn" => function(tokens),
        TokenTree::Ident(word)
            if (word == "const" || word == "static") && starts_item(previous) =>
        {
            constant(tokens)
        }
        TokenTree::Punct(bar) if bar.as_char() == '|' && starts_expression(previous) => {
            closure(tokens)
        }
        _ => None,
    }
}

fn async_block(tokens: &[TokenTree]) -> Option<Nested> {
    let head = if is_word(tokens.get(1), "move") { 2 } else { 1 };
    let scope = Scope::AsyncBlock;
    is_braces(tokens.get(head)?).then_some(Nested { scope, head, body: 1 })
}

fn function(tokens: &[TokenTree]) -> Option<Nested> {
    let TokenTree::Ident(_) = tokens.get(1)? else { return None };
    let head = tokens.iter().position(|token| is_braces(token) || is_punct(Some(token), ';'))?;
    is_braces(&tokens[head]).then_some(Nested { scope: Scope::Function, head, body: 1 })
}

fn constant(tokens: &[TokenTree]) -> Option<Nested> {
    let scope = Scope::Const;
    if is_braces(tokens.get(1)?) {
        return Some(Nested { scope, head: 1, body: 1 });
    }
    let name = if is_word(tokens.get(1), "mut") { 2 } else { 1 };
    if !is_punct(tokens.get(name + 1), ':') {
        return None;
    }
    let head = 1 + tokens.iter().position(|token| is_punct(Some(token), '='))?;
    let end = tokens.iter().position(|token| is_punct(Some(token), ';'))?;
    Some(Nested { scope, head, body: end.checked_sub(head)? })
}

fn closure(tokens: &[TokenTree]) -> Option<Nested> {
    // A `=>` before the second bar: the first one leads the patterns of a match arm.
    let is_arrow = |at| is_punct(tokens.get(at), '=') && is_punct(tokens.get(at + 1), '>');
    let bar = |at: &usize| is_punct(tokens.get(*at), '|') || is_arrow(*at);
    let parameters = (1..tokens.len()).find(bar).filter(|at| !is_arrow(*at))?;
    let mut head = parameters + 1;
    if is_punct(tokens.get(head), '-') && is_punct(tokens.get(head + 1), '>') {
        head += tokens[head..].iter().position(is_braces)?;
        return Some(Nested { scope: Scope::Closure, head, body: 1 });
    }
    let body = operand::length(&tokens[head..], Before::Anything);
    Some(Nested { scope: Scope::Closure, head, body })
}

/// Whether a `const` or `static` after these tokens is an item or a block: it may also be that of
/// `*const T`, `&'static T` or `<const N: usize>`.
fn starts_item(previous: &[TokenTree]) -> bool {
    let is_before_type = |mark: char| matches!(mark, '*' | '\'' | '<' | ',');
    !matches!(previous.last(), Some(TokenTree::Punct(last)) if is_before_type(last.as_char()))
}

/// Whether an expression, not an operator, comes after these tokens; a `|` then opens a closure.
fn starts_expression(previous: &[TokenTree]) -> bool {
    match previous {
        [] => true,
        [.., TokenTree::Punct(arrow), TokenTree::Punct(last)] if last.as_char() == '>' => {
            arrow.as_char() == '=' && arrow.spacing() == Spacing::Joint
        }
        [.., TokenTree::Punct(last)] => !matches!(last.as_char(), '?' | '>' | '|'),
        [.., TokenTree::Ident(word)] => {
            ["async", "move", "return", "break", "yield", "in", "else", "if", "while", "match"]
                .iter()
                .any(|keyword| word == keyword)
        }
        [.., TokenTree::Group(_) | TokenTree::Literal(_)] => false,
    }
}
