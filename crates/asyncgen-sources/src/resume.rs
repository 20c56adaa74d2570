//! Positions in what can be read again, to resume at.
//!
//! A position points behind the last record that was handed out. It is JSON, holds no secret, and proves
//! its place: by hashes of the head of what is stored and of the bytes before it, or by what a server says of
//! the version that it has sent.

mod stored;

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use asyncgen_formats::{Position, Tail};
use serde_json::{Value, json};

use self::stored::Proof;
pub(crate) use self::stored::Stored;
use crate::{Dialect, ErrorKind};

/// The form of the positions that are written here.
const VERSION: u64 = 1;

/// What positions are made of: what is read, and how.
#[derive(Debug)]
pub(crate) struct Origin {
    /// `csv`, say.
    pub(crate) noun: &'static str,
    pub(crate) name: String,
    pub(crate) stored: Stored,
    /// Whether the decoded bytes are the stored ones, so that a place in one is a place in the other.
    pub(crate) plain: bool,
    /// The dialect, where it was worked out: a file that has grown might look like another one.
    pub(crate) dialect: Option<Dialect>,
    /// Which of the files of a source, and a hash of the names of those up to it, where it is a list.
    pub(crate) file: u32,
    pub(crate) listed: Option<u64>,
    /// Places where the last line may have no end, and how it ended: that where it was resumed, and its end.
    pub(crate) tails: [OnceLock<(u64, Tail)>; 2],
}

/// A position as it is written.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) position: Position,
    pub(crate) tail: Tail,
    /// The name of the file that it is in, and a hash of those up to it, where they are a list.
    name: Arc<str>,
    listed: Option<u64>,
    /// The dialect, where that was worked out.
    pub(crate) dialect: Option<Dialect>,
    proof: Proof,
}

impl Origin {
    /// The position as a text.
    pub(crate) fn token(&self, position: Position) -> io::Result<String> {
        let mut token = json!({
            "v": VERSION, "k": self.noun, "s": self.name, "o": position.offset, "r": position.record,
            "l": position.line,
        });
        self.stored.proof(position.offset, self.plain)?.write(&mut token);
        if let Some(dialect) = self.dialect {
            token["d"] = dialect.to_json();
        }
        let mut tails = self.tails.iter().filter_map(OnceLock::get);
        let tail = tails.find(|(offset, _)| *offset == position.offset).map(|(_, tail)| *tail);
        if let Some(listed) = self.listed {
            token["f"] = self.file.into();
            token["fs"] = format!("{listed:016x}").into();
        }
        if let Some((_, name)) = TAILS.iter().find(|(known, _)| Some(*known) == tail) {
            token["e"] = (*name).into();
        }
        Ok(token.to_string())
    }

    /// Refuses a position that is not one of what is read now.
    pub(crate) fn check(&self, token: &Token) -> Result<(), ErrorKind> {
        let changed = |message: &str| ErrorKind::Stale { message: message.to_owned() };
        let then = match (&token.proof, &self.stored) {
            (Proof::Facts(then), Stored::File(..) | Stored::Bytes(_)) => then,
            // What a server says of a version is said of one URL.
            (Proof::Version(then), Stored::Version(now))
                if path(&token.name) == path(&self.name) =>
            {
                return if then.is_same(now) {
                    Ok(())
                } else {
                    Err(changed("it is another version than at the position to resume at"))
                };
            }
            _ => {
                let message = format!("resume: this is a position of {}", token.name);
                return Err(ErrorKind::Usage(message));
            }
        };
        let (size, modified) = self.stored.size_and_time().map_err(ErrorKind::Read)?;
        if (size, modified) == (then.size, then.modified) && modified != 0 {
            return Ok(());
        }
        let offset = token.position.offset;
        if self.plain && size < offset {
            return Err(changed("it is shorter than the position to resume at"));
        }
        if !self.plain && size != then.size {
            return Err(changed("it is compressed or recoded, and has another size now"));
        }
        let now = self.stored.facts(offset, self.plain).map_err(ErrorKind::Read)?;
        if now.head != then.head {
            return Err(changed("its beginning is not what it was at the position to resume at"));
        }
        if now.tail != then.tail {
            return Err(changed("what stands before the position to resume at is not what it was"));
        }
        Ok(())
    }
}

/// A URL without its query, which may hold when it was signed.
fn path(url: &str) -> &str {
    url.split('?').next().unwrap_or(url)
}

/// The origins of the files that positions are asked for.
#[derive(Debug, Default)]
pub(crate) struct Origins(Mutex<VecDeque<Arc<Origin>>>);

/// How many of them are kept, with their open files: those of the batches on their way to a consumer, and a few that it
/// may hold.
const KEPT: usize = 16;

impl Origins {
    /// That of the file number `file`, where it is kept.
    pub(crate) fn of(&self, file: u32) -> Option<Arc<Origin>> {
        let origins = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        origins.iter().find(|origin| origin.file == file).cloned()
    }

    pub(crate) fn add(&self, origin: Arc<Origin>) {
        let mut origins = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if origins.len() == KEPT {
            origins.pop_front();
        }
        origins.push_back(origin);
    }

    /// Drops that of a file without a record, if there is a file before it: no position is in it.
    pub(crate) fn drop_last(&self) {
        let mut origins = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if origins.len() > 1 {
            origins.pop_back();
        }
    }
}

/// A hash of the names of files up to each of them.
pub(crate) fn hash_names(names: &[Arc<str>]) -> Vec<u64> {
    let mut before = 0_u64;
    let names = names.iter().map(|name| {
        before = before.rotate_left(5) ^ hash(name.as_bytes());
        before
    });
    names.collect()
}

impl Token {
    /// Whether it is one of the list of files with the hashes `listed` of their names, or of one file by
    /// itself: the first one of a list may have been that.
    pub(crate) fn check_files(&self, listed: Option<&[u64]>) -> Result<(), ErrorKind> {
        let Some(listed) = listed else {
            return match self.listed {
                None => Ok(()),
                Some(_) => Err(ErrorKind::Usage(
                    "resume: this is a position of a list of files".to_owned(),
                )),
            };
        };
        let then = self.listed.or_else(|| hash_names(&[Arc::clone(&self.name)]).pop());
        if listed.get(self.position.file as usize).copied() == then {
            return Ok(());
        }
        let message = "the files up to the position to resume at are not those of then";
        Err(ErrorKind::Stale { message: message.to_owned() })
    }

    /// Reads a position of a source of `noun`.
    pub(crate) fn parse(text: &str, noun: &str) -> Result<Self, ErrorKind> {
        let refused = |message: String| ErrorKind::Usage(format!("resume: {message}"));
        let value: Value = serde_json::from_str(text)
            .map_err(|_| refused("this is no position of a source".to_owned()))?;
        let number = |key: &str| value[key].as_u64();
        if number("v") != Some(VERSION) {
            return Err(refused("this position is of another version of asyncgen".to_owned()));
        }
        match value["k"].as_str() {
            Some(kind) if kind == noun => {}
            Some(kind) => return Err(refused(format!("this is a position of {kind}, not {noun}"))),
            None => return Err(refused("this is no position of a source".to_owned())),
        }
        let hash = |key: &str| u64::from_str_radix(value[key].as_str()?, 16).ok();
        let tail = match value["e"].as_str() {
            None => Some(Tail::Whole),
            Some(name) => TAILS.iter().find(|(_, known)| *known == name).map(|(tail, _)| *tail),
        };
        let read = || {
            Some(Self {
                tail: tail?,
                name: value["s"].as_str()?.into(),
                dialect: Dialect::of_json(&value["d"]),
                listed: value.get("fs").map_or(Some(None), |_| hash("fs").map(Some))?,
                position: Position {
                    file: value.get("f").map_or(Some(0), Value::as_u64)?.try_into().ok()?,
                    record: number("r")?,
                    line: number("l")?,
                    offset: number("o")?,
                },
                proof: Proof::read(&value)?,
            })
        };
        read().ok_or_else(|| refused("this position is not whole".to_owned()))
    }
}

/// What is written of a source that did not end with a line end.
const TAILS: [(Tail, &str); 3] = [(Tail::Cr, "cr"), (Tail::Line, "line"), (Tail::Torn, "torn")];

/// FNV-1a, over words of eight bytes.
fn hash(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let words = words.iter().map(|word| u64::from_le_bytes(*word));
    let all = words.chain(rest.iter().map(|byte| u64::from(*byte)));
    all.fold(0xcbf2_9ce4_8422_2325, |hash, word| {
        (hash ^ word).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23)
    })
}
