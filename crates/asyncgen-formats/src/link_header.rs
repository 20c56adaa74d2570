//! The HTTP `Link` header (RFC 8288), by which a page names the next.

/// The target of the first link with the relation `next` in the values of all `Link` headers of a
/// response, as it stands there: it may be relative.
///
/// Links that do not parse are passed over, and so is one with an `anchor`, which is about another
/// page.
///
/// ```
/// use asyncgen_formats::link_header;
///
/// let headers = [r#"</items?page=1>; rel="prev", </items?page=3,4>; rel="next last""#];
/// assert_eq!(link_header::next(headers), Some("/items?page=3,4"));
/// ```
pub fn next<'a>(headers: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    headers.into_iter().flat_map(|header| Links { rest: header }).find_map(|link| {
        let is_next = link.relations.split_ascii_whitespace().any(|rel| is(rel, "next"));
        (is_next && !link.has_anchor).then_some(link.target)
    })
}

/// The links of a header.
struct Links<'a> {
    rest: &'a str,
}

struct Link<'a> {
    target: &'a str,
    relations: &'a str,
    has_anchor: bool,
}

impl<'a> Iterator for Links<'a> {
    type Item = Link<'a>;

    fn next(&mut self) -> Option<Link<'a>> {
        // What stands before the next `<` is a comma, or nothing that could be read.
        let target = &self.rest[self.rest.find('<')? + 1..];
        let (target, mut rest) = target.split_once('>')?;
        let mut relations = None;
        let mut has_anchor = false;
        while let Some(parameter) = rest.trim_start().strip_prefix(';') {
            let (name, value, after) = split_parameter(parameter);
            rest = after;
            has_anchor |= is(name, "anchor");
            // RFC 8288, section 3.3: all but the first `rel` are ignored.
            if is(name, "rel") {
                relations.get_or_insert(value);
            }
        }
        self.rest = rest;
        Some(Link { target: target.trim(), relations: relations.unwrap_or_default(), has_anchor })
    }
}

/// Splits `name=value` or `name="value"` or `name` off the front. A quoted value comes without
/// its quotes, with its escapes as they are: no relation has one.
fn split_parameter(text: &str) -> (&str, &str, &str) {
    let name_end = text.find(['=', ';', ',']).unwrap_or(text.len());
    let (name, rest) = (text[..name_end].trim(), &text[name_end..]);
    let Some(value) = rest.strip_prefix('=') else { return (name, "", rest) };
    let value = value.trim_start();
    if let Some(quoted) = value.strip_prefix('"') {
        let end = closing_quote(quoted);
        return (name, &quoted[..end], quoted.get(end + 1..).unwrap_or_default());
    }
    let end = value.find([';', ',']).unwrap_or(value.len());
    (name, value[..end].trim(), &value[end..])
}

fn closing_quote(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' if !escaped => return at,
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

fn is(name: &str, expected: &str) -> bool {
    name.eq_ignore_ascii_case(expected)
}
