//! Where the operand of a `yield`, or the body of a closure, ends.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::Expr;
use syn::parse::{ParseStream, Parser};

use crate::token::is_braces;

/// What an expression may be followed by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    /// Anything.
    Anything,
    /// The block of an `if`, `while`, `match` or `for`: a brace does not go on with a struct literal.
    Block,
}

impl Before {
    /// The same for the place of `token`, where `self` was that of the token before it.
    pub(crate) fn or_after(self, previous: &[TokenTree], token: &TokenTree) -> Self {
        let opens_block =
            |word: &Ident| ["if", "while", "match", "for"].iter().any(|keyword| word == keyword);
        match token {
            TokenTree::Ident(word) if opens_block(word) => Self::Block,
            _ => match previous.last() {
                Some(last) if is_braces(last) => Self::Anything,
                Some(TokenTree::Punct(mark)) if matches!(mark.as_char(), ';' | ',' | '>') => {
                    Self::Anything
                }
                _ => self,
            },
        }
    }
}

/// Whether an expression ends with these tokens, so that a `?` is an operator and not that of
/// `T: ?Sized`.
pub(crate) fn ends(tokens: &[TokenTree]) -> bool {
    match tokens.last() {
        Some(TokenTree::Group(_) | TokenTree::Literal(_)) => true,
        Some(TokenTree::Ident(word)) => word != "impl" && word != "dyn",
        Some(TokenTree::Punct(mark)) => mark.as_char() == '?',
        None => false,
    }
}

/// How many of the tokens are the expression at their start; none if there is none.
///
/// It is parsed as Rust. What does not parse, because it is being typed, ends at the next `,`, `;`
/// or `=>`.
pub(crate) fn length(tokens: &[TokenTree], before: Before) -> usize {
    let statement = ends_at(tokens, |punct| punct == ';');
    parsed_length(&tokens[..statement], before)
        .unwrap_or_else(|| ends_at(&tokens[..statement], |punct| matches!(punct, ',' | '=')))
}

fn parsed_length(tokens: &[TokenTree], before: Before) -> Option<usize> {
    let parse = |input: ParseStream| {
        if input.is_empty() || input.peek(syn::Token![,]) || input.peek(syn::Token![=>]) {
            let _: TokenStream = input.parse()?;
            return Ok(0);
        }
        match before {
            Before::Anything => drop(input.parse::<Expr>()?),
            Before::Block => drop(Expr::parse_without_eager_brace(input)?),
        }
        let rest: TokenStream = input.parse()?;
        Ok(tokens.len().saturating_sub(rest.into_iter().count()))
    };
    parse.parse2(tokens.iter().cloned().collect()).ok()
}

fn ends_at(tokens: &[TokenTree], end: impl Fn(char) -> bool) -> usize {
    let is_end = |token: &TokenTree| matches!(token, TokenTree::Punct(p) if end(p.as_char()));
    tokens.iter().position(is_end).unwrap_or(tokens.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `operand` and `rest` stand after a `yield`.
    fn check(before: Before, operand: &str, rest: &str) {
        let parse = |text: &str| text.parse::<TokenStream>().unwrap().into_iter();
        let tokens: Vec<TokenTree> = parse(operand).chain(parse(rest)).collect();
        assert_eq!(length(&tokens, before), parse(operand).count(), "yield {operand}{rest}");
    }

    #[test]
    fn an_operand_ends_where_its_expression_does() {
        for (operand, rest) in [
            ("x", "; next()"),
            ("a + b * c", ", other => 1"),
            ("f(x)?", "; y"),
            ("if a { 1 } else { 2 }", "; y"),
            ("S { x }", "; y"),
            ("yield x", ";"),
            ("|x| x + 1", ", y"),
            ("a < b", ", c > d"),
            ("", "; next()"),
            ("", ", other => 1"),
            ("", "=> 1"),
            ("", ""),
        ] {
            check(Before::Anything, operand, rest);
        }
        check(Before::Block, "x", "{ body() }");
        check(Before::Block, "f(S { x })", "{ body() }");
    }

    #[test]
    fn half_typed_code_ends_at_the_next_mark() {
        for (operand, rest) in [
            ("client.", "; next()"),
            ("client.", ", other => 1"),
            ("a + ", ""),
            ("let x", "; y"),
            ("x", "let y = 1"),
            ("match x", "; y"),
        ] {
            check(Before::Anything, operand, rest);
        }
    }
}
