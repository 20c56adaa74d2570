//! What stands around the items of a document, byte by byte, and where the array of items begins.

use jiter::Jiter;

use super::path::Path;

/// The keys under which APIs put the items of a page.
pub(super) const USUAL: [&str; 8] =
    ["results", "items", "data", "records", "entries", "rows", "values", "content"];

/// Follows a document up to its array of items, and keeps all that stands around it.
#[derive(Debug, Clone, Default)]
pub(super) struct Outside {
    /// The document without the elements of the array.
    pub(super) text: Vec<u8>,
    /// The containers that are open.
    stack: Vec<Frame>,
    /// How many are open in those, deeper than any document may be that is read.
    deeper: usize,
    /// Where in `text` the string begins that is open, and whether its next byte is escaped.
    string: Option<(usize, bool)>,
    /// Whether a value has begun where the next may stand behind a comma only.
    begun: bool,
    /// The keys, of those that are usual, under which arrays were.
    pub(super) arrays: Vec<String>,
    /// The path that has led to the array of items.
    pub(super) found: Option<usize>,
    /// `null` stands in the place of an array of items.
    pub(super) null: bool,
}

#[derive(Debug, Clone)]
struct Frame {
    object: bool,
    /// The elements before this one.
    index: usize,
    /// The key of the member; `None` before it, and of a key that leads nowhere.
    key: Option<String>,
    /// Whether the next string is a key.
    at_key: bool,
    /// The paths that lead through this container, a bit each; of the usual places, the first.
    on_path: u8,
}

/// More containers in each other than the parser takes.
const DEEPEST: usize = 256;

impl Outside {
    /// Reads `bytes` up to the bracket that opens the array of items: how many were read, and
    /// whether that bracket was the last of them.
    pub(super) fn read(&mut self, bytes: &[u8], items: &[Path]) -> (usize, bool) {
        let mut at = 0;
        while at < bytes.len() {
            let byte = bytes[at];
            if self.string.is_some() {
                at += self.inside_string(&bytes[at..]);
                continue;
            }
            self.text.push(byte);
            at += 1;
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => {}
                b'"' => {
                    self.string = Some((self.text.len() - 1, false));
                    self.begun = true;
                }
                b':' => self.begun = false,
                b',' => self.comma(),
                b'[' => {
                    let is_items = self.is_items(items);
                    self.open(false, items);
                    if is_items {
                        return (at, true);
                    }
                }
                b'{' => self.open(true, items),
                b']' | b'}' => {
                    if self.deeper > 0 {
                        self.deeper -= 1;
                    } else {
                        self.stack.pop();
                    }
                    self.begun = true;
                }
                _ => {
                    if byte == b'n' && !self.begun && self.leads_to_items(items).is_some() {
                        self.null = true;
                    }
                    self.begun = true;
                }
            }
        }
        (at, false)
    }

    /// Reads on in a string; how many bytes.
    fn inside_string(&mut self, bytes: &[u8]) -> usize {
        let Some((start, escaped)) = &mut self.string else { return 0 };
        if *escaped {
            *escaped = false;
            self.text.push(bytes[0]);
            return 1;
        }
        let Some(at) = memchr::memchr2(b'"', b'\\', bytes) else {
            self.text.extend_from_slice(bytes);
            return bytes.len();
        };
        self.text.extend_from_slice(&bytes[..=at]);
        if bytes[at] == b'\\' {
            *escaped = true;
        } else {
            let start = *start;
            self.string = None;
            if let Some(frame) = self.stack.last_mut().filter(|frame| frame.at_key) {
                frame.at_key = false;
                frame.key = (frame.on_path > 0).then(|| decoded(&self.text[start..]));
            }
        }
        at + 1
    }

    fn comma(&mut self) {
        self.begun = false;
        if let Some(frame) = self.stack.last_mut() {
            frame.index += 1;
            frame.at_key = frame.object;
            frame.key = None;
        }
    }

    fn open(&mut self, object: bool, items: &[Path]) {
        if self.stack.len() > DEEPEST {
            // The document is refused when it is whole; until then nothing is kept of what is in here.
            self.deeper += 1;
            self.begun = false;
            return;
        }
        let mut on_path = 0;
        for (index, path) in items.iter().enumerate() {
            let through = self.steps(index, path).is_some_and(|steps| steps < path.outer().len());
            on_path |= u8::from(through) << index;
        }
        if items.is_empty() {
            on_path = u8::from(self.stack.is_empty() && object);
        }
        self.stack.push(Frame { object, index: 0, key: None, at_key: object, on_path });
        self.begun = false;
    }

    /// How many steps of `path` lead to the value that begins here; `None` if it leads elsewhere.
    fn steps(&self, index: usize, path: &Path) -> Option<usize> {
        let Some(frame) = self.stack.last() else { return Some(0) };
        let step = path.outer().get(self.stack.len() - 1)?;
        let leads = frame.on_path & (1 << index) != 0
            && if frame.object {
                frame.key.as_ref() == Some(step)
            } else {
                frame.index.to_string() == *step
            };
        leads.then_some(self.stack.len())
    }

    /// Which of the paths leads to the value that begins here.
    fn leads_to_items(&self, items: &[Path]) -> Option<usize> {
        if !items.is_empty() {
            let ends = |(index, path)| self.steps(index, path) == Some(path.outer().len());
            return items.iter().enumerate().position(ends);
        }
        let usual = match &*self.stack {
            [] => true,
            [frame] => frame.key.as_deref().is_some_and(|key| USUAL.contains(&key)),
            _ => false,
        };
        usual.then_some(0)
    }

    /// Whether the array that begins here is that of the items.
    fn is_items(&mut self, items: &[Path]) -> bool {
        let Some(path) = self.leads_to_items(items) else { return false };
        let key = self.stack.last().and_then(|frame| frame.key.clone());
        self.arrays.extend(key);
        let first = self.found.is_none();
        if first {
            self.found = Some(path);
        }
        first
    }
}

/// The text of a string, quotes and all.
fn decoded(string: &[u8]) -> String {
    Jiter::new(string).next_str().map_or_else(|_| String::new(), str::to_owned)
}
