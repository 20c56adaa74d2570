//! Where in a JSON document something is: a JSON pointer, or a small path.

use std::fmt;

/// A way into a JSON document.
///
/// Two spellings, told apart by how they begin: a JSON pointer (RFC 6901), `/data/items`, and a
/// small path, `$.data.items`, `data.items`, `$['a.b'][0].c`. A small path may have one `[*]`: then
/// it is an array and a way into each of its elements, `data.edges[*].node`. The empty text and `$`
/// are the document itself.
///
/// ```
/// use asyncgen_formats::json::Path;
///
/// let path = Path::parse("$.data['edges'][*].node")?;
/// assert_eq!(path.outer(), ["data", "edges"]);
/// assert_eq!(path.inner().unwrap(), ["node"]);
/// assert_eq!(Path::parse("/data/a~1b")?.outer(), ["data", "a/b"]);
/// assert!(Path::parse("data..items").is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    text: String,
    outer: Vec<String>,
    inner: Option<Vec<String>>,
}

impl Path {
    /// The path that `text` spells.
    pub fn parse(text: &str) -> Result<Self, String> {
        let whole = |outer| Self { text: text.to_owned(), outer, inner: None };
        if text.is_empty() {
            return Ok(whole(Vec::new()));
        }
        if let Some(pointer) = text.strip_prefix('/') {
            let tokens: Option<_> = pointer.split('/').map(unescape).collect();
            return tokens.map(whole).ok_or_else(|| bad(text, "~ is written ~0"));
        }
        let mut outer = Vec::new();
        let mut inner: Option<Vec<String>> = None;
        let mut rest = text.strip_prefix('$').unwrap_or(text);
        let mut first = rest.len() == text.len();
        while !rest.is_empty() {
            let (part, after) = part(rest, first).map_err(|why| bad(text, why))?;
            (rest, first) = (after, false);
            match (part, &mut inner) {
                (Part::Each, None) => inner = Some(Vec::new()),
                (Part::Each, Some(_)) => return Err(bad(text, "it has [*] twice")),
                (Part::Name(name), None) => outer.push(name),
                (Part::Name(name), Some(inner)) => inner.push(name),
            }
        }
        Ok(Self { text: text.to_owned(), outer, inner })
    }

    /// The keys and indices that lead to the value, or to the array if there is a `[*]`.
    pub fn outer(&self) -> &[String] {
        &self.outer
    }

    /// The keys and indices behind `[*]`, from an element of the array on.
    pub fn inner(&self) -> Option<&[String]> {
        self.inner.as_deref()
    }
}

/// As it was spelt.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

enum Part {
    Name(String),
    Each,
}

/// Splits `.name`, `['name']`, `[0]` or `[*]` off the front; the first may be a bare `name`.
fn part(text: &str, first: bool) -> Result<(Part, &str), &'static str> {
    if let Some(bracket) = text.strip_prefix('[') {
        let quote = bracket.chars().next().filter(|c| matches!(c, '\'' | '"'));
        if let Some(quote) = quote {
            let (name, rest) = bracket[1..].split_once(quote).ok_or("a quote is not closed")?;
            let rest = rest.strip_prefix(']').ok_or("a ] is missing")?;
            return Ok((Part::Name(name.to_owned()), rest));
        }
        let (inside, rest) = bracket.split_once(']').ok_or("a ] is missing")?;
        if inside == "*" {
            return Ok((Part::Each, rest));
        }
        let is_index = !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit());
        if !is_index {
            return Err("[ ] hold a number, a quoted name or *");
        }
        return Ok((Part::Name(inside.to_owned()), rest));
    }
    let name = match text.strip_prefix('.') {
        Some(name) => name,
        None if first => text,
        None => return Err("a . or [ must stand between two names"),
    };
    let end = name.find(['.', '[']).unwrap_or(name.len());
    match &name[..end] {
        "" => Err("a name is empty"),
        "*" => Ok((Part::Each, &name[end..])),
        key => Ok((Part::Name(key.to_owned()), &name[end..])),
    }
}

fn bad(text: &str, why: &str) -> String {
    format!(
        "{text:?} is neither a JSON pointer such as /data/items nor a path such as $.data.items: {why}"
    )
}

/// A token of a pointer, with `~1` and `~0` resolved.
fn unescape(token: &str) -> Option<String> {
    let mut parts = token.split('~');
    let mut text = parts.next()?.to_owned();
    for part in parts {
        text.push(match part.as_bytes().first()? {
            b'0' => '~',
            b'1' => '/',
            _ => return None,
        });
        text.push_str(&part[1..]);
    }
    Some(text)
}
