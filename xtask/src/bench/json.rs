//! JSON, as much as the benchmark results need: read whole, strings and numbers written.
use std::fmt::Write as _;

/// A JSON value; numbers are `f64`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// `null`, `true` and `false` carry nothing the results use.
    Other,
    Number(f64),
    Text(String),
    Array(Vec<Value>),
    Object(Vec<(String, Value)>),
}

impl Value {
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Self::Object(pairs) => {
                pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value)
            }
            _ => None,
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }
}

/// Reads one document; the error is the byte at which it stops making sense.
pub(crate) fn parse(text: &str) -> Result<Value, usize> {
    let mut parser = Parser { text, at: 0 };
    let value = parser.value()?;
    parser.skip_space();
    if parser.at == text.len() { Ok(value) } else { Err(parser.at) }
}

/// The text as a JSON string.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            control if control < ' ' => drop(write!(quoted, "\\u{:04x}", u32::from(control))),
            other => quoted.push(other),
        }
    }
    quoted + "\""
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn value(&mut self) -> Result<Value, usize> {
        self.skip_space();
        match self.rest().chars().next().ok_or(self.at)? {
            '"' => Ok(Value::Text(self.string()?)),
            '[' => self.list(']', Self::value).map(Value::Array),
            '{' => self.list('}', Self::pair).map(Value::Object),
            'a'..='z' => self.word(),
            _ => self.number(),
        }
    }

    fn word(&mut self) -> Result<Value, usize> {
        let word = ["null", "true", "false"].into_iter().find(|word| self.rest().starts_with(word));
        self.at += word.ok_or(self.at)?.len();
        Ok(Value::Other)
    }

    fn number(&mut self) -> Result<Value, usize> {
        let rest = self.rest();
        let end = rest
            .find(|character: char| !"+-.eE0123456789".contains(character))
            .unwrap_or(rest.len());
        let number = rest[..end].parse().map_err(|_| self.at)?;
        self.at += end;
        Ok(Value::Number(number))
    }

    fn pair(&mut self) -> Result<(String, Value), usize> {
        self.skip_space();
        let key = self.string()?;
        self.skip_space();
        self.expect(':')?;
        Ok((key, self.value()?))
    }

    fn list<T>(
        &mut self,
        close: char,
        item: fn(&mut Self) -> Result<T, usize>,
    ) -> Result<Vec<T>, usize> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip_space();
            if self.rest().starts_with(close) {
                self.at += 1;
                return Ok(items);
            }
            if !items.is_empty() {
                self.expect(',')?;
            }
            items.push(item(self)?);
        }
    }

    fn string(&mut self) -> Result<String, usize> {
        self.expect('"')?;
        let mut text = String::new();
        let mut characters = self.rest().char_indices();
        while let Some((offset, character)) = characters.next() {
            match character {
                '"' => {
                    self.at += offset + 1;
                    return Ok(text);
                }
                '\\' => match characters.next().map(|(_, escape)| escape) {
                    Some('n') => text.push('\n'),
                    Some('t') => text.push('\t'),
                    Some('u') => {
                        let digits: String =
                            characters.by_ref().take(4).map(|(_, digit)| digit).collect();
                        let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                        text.push(code.ok_or(self.at + offset)?);
                    }
                    Some(other) => text.push(other),
                    None => break,
                },
                other => text.push(other),
            }
        }
        Err(self.text.len())
    }

    fn expect(&mut self, wanted: char) -> Result<(), usize> {
        if !self.rest().starts_with(wanted) {
            return Err(self.at);
        }
        self.at += wanted.len_utf8();
        Ok(())
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents() {
        let pairs = |pairs: &[(&str, Value)]| {
            Ok(Value::Object(
                pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect(),
            ))
        };
        assert_eq!(
            parse(" {\"a\" : 1e3, \"b\":\"x\\u0041\\n\"} "),
            pairs(&[("a", Value::Number(1e3)), ("b", Value::Text("xA\n".into())),])
        );
        assert_eq!(
            parse("[null, -1.5]"),
            Ok(Value::Array(vec![Value::Other, Value::Number(-1.5)]))
        );
        assert_eq!(parse("{\"a\" 1}"), Err(5));
        assert_eq!(parse("\"open"), Err(5));
        assert_eq!(parse("[] []"), Err(3));
    }

    #[test]
    fn what_is_quoted_is_read_again() {
        let text = "a \"b\" \\ \u{1} ü";
        assert_eq!(parse(&quote(text)), Ok(Value::Text(text.into())));
    }
}
