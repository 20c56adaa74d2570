//! Other encodings into UTF-8.

mod guess;

use asyncgen_formats::CsvOptions;
use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::Error;
use crate::bytes::{CHUNK, Chunks};
use crate::compression::{Compression, Limits, Plain};
use crate::resume::Stored;

/// What becomes of bytes that are no text in the encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Malformed {
    /// They are an error, with its place.
    #[default]
    Refuse,
    /// They become U+FFFD.
    Replace,
    /// They are left out.
    Ignore,
}

/// How the text of an input is encoded.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Encoded {
    /// What was said of it; UTF-8, where nothing was.
    pub(crate) encoding: Option<&'static Encoding>,
    /// Whether the first bytes are asked, where nothing was said.
    pub(crate) guess: bool,
    pub(crate) malformed: Malformed,
}

/// What the decoders, which read UTF-8 alone, find in the place of what is malformed.
const MARK: u8 = 0xFF;

/// The marks of the byte order of UTF-16.
const UTF16_MARKS: [[u8; 2]; 2] = [[0xFF, 0xFE], [0xFE, 0xFF]];

/// The bytes of an input as UTF-8.
#[derive(Debug)]
pub(crate) struct Text {
    plain: Plain,
    encoded: Encoded,
    /// What was read to see whether it begins with a mark; read first of all, and lent then.
    head: Vec<u8>,
    stage: Stage,
    recoding: Option<Box<Recoding>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Unread,
    /// The head was read and not handed out; whether it is all there is.
    Head(bool),
    /// The rest is to be read.
    Body,
    /// All was read, and the end is to be told.
    Last,
    Ended,
}

struct Recoding {
    decoder: encoding_rs::Decoder,
    malformed: Malformed,
    output: Vec<u8>,
}

impl std::fmt::Debug for Recoding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recoding").finish_non_exhaustive()
    }
}

impl Text {
    pub(crate) fn new(plain: Plain, encoded: Encoded) -> Self {
        Self { plain, encoded, head: Vec::new(), stage: Stage::Unread, recoding: None }
    }

    /// The rest of an input whose bytes are what the decoders read.
    pub(crate) fn rest(chunks: Chunks) -> Self {
        Self::as_is(Plain::new(chunks, Compression::None, Limits::default()))
    }

    /// What is handed on as it is.
    pub(crate) fn as_is(plain: Plain) -> Self {
        Self { stage: Stage::Body, ..Self::new(plain, Encoded::default()) }
    }

    /// What is read and where what comes out is what is stored, where it can be read again; once, and
    /// only after something has come.
    pub(crate) fn take_origin(&mut self) -> Option<(Stored, bool)> {
        let plain = self.recoding.is_none() && self.plain.is_plain();
        Some((self.plain.take_stored()?, plain))
    }

    /// What is read, where what comes next out of it is handed on as it is.
    pub(crate) fn straight(&mut self) -> Option<&mut Chunks> {
        let is_straight = self.stage == Stage::Body && self.recoding.is_none();
        if is_straight { self.plain.straight() } else { None }
    }

    /// The encoding; known once something has come.
    pub(crate) fn encoding(&self) -> &'static Encoding {
        self.recoding.as_ref().map_or(UTF_8, |recoding| recoding.decoder.encoding())
    }

    /// The encoding that is not UTF-8, for the errors about it.
    pub(crate) fn recoded_from(&self) -> Option<&'static str> {
        Some(self.encoding().name()).filter(|name| *name != UTF_8.name())
    }

    /// The next bytes; none at the end.
    pub(crate) async fn next(&mut self) -> Result<&[u8], Error> {
        if self.stage == Stage::Unread {
            self.begin().await?;
        }
        let Self { plain, head, stage, recoding, .. } = self;
        let Some(recoding) = recoding else { return next(plain, head, stage).await };
        loop {
            if *stage == Stage::Ended {
                return Ok(&[]);
            }
            recoding.recode(next(plain, head, stage).await?);
            if !recoding.output.is_empty() {
                return Ok(&recoding.output);
            }
        }
    }

    /// Reads the first bytes: a byte order mark says more than what is usual.
    async fn begin(&mut self) -> Result<(), Error> {
        let Encoded { encoding, malformed, guess } = self.encoded;
        let mut ended = false;
        while !ended && self.needs_more() {
            let chunk = self.plain.next().await?;
            ended = chunk.is_empty();
            self.head.extend_from_slice(chunk);
        }
        let marked = UTF16_MARKS.iter().position(|mark| self.head.starts_with(mark));
        let encoding = match (encoding, marked) {
            (Some(encoding), _) if encoding != UTF_8 => encoding,
            (_, Some(0)) => UTF_16LE,
            (_, Some(_)) => UTF_16BE,
            (None, None) if guess => {
                let sample = &self.head[..self.head.len().min(CsvOptions::SAMPLE)];
                guess::encoding(sample, sample.len() < CsvOptions::SAMPLE)
            }
            _ => UTF_8,
        };
        if encoding != UTF_8 || malformed != Malformed::Refuse {
            let decoder = encoding.new_decoder();
            self.recoding = Some(Box::new(Recoding { decoder, malformed, output: Vec::new() }));
        }
        self.stage = Stage::Head(ended);
        Ok(())
    }

    /// Whether the head is too short to tell the encoding.
    fn needs_more(&self) -> bool {
        let Encoded { encoding, guess, .. } = self.encoded;
        if guess && encoding.is_none() {
            return self.head.len() < CsvOptions::SAMPLE;
        }
        // A UTF-8 text begins with neither byte of the marks.
        self.head.len() < 2 && self.head.first().is_none_or(|byte| *byte >= 0xFE)
    }
}

/// The next bytes as they are read; none at the end.
async fn next<'t>(
    plain: &'t mut Plain,
    head: &'t [u8],
    stage: &mut Stage,
) -> Result<&'t [u8], Error> {
    let chunk = match stage {
        Stage::Unread | Stage::Last | Stage::Ended => &[],
        Stage::Head(_) => head,
        Stage::Body => plain.next().await?,
    };
    *stage = match stage {
        Stage::Head(true) if !chunk.is_empty() => Stage::Last,
        _ if chunk.is_empty() => Stage::Ended,
        _ => Stage::Body,
    };
    Ok(chunk)
}

/// The most room that is made at a time, in bytes; more than any character needs.
const ROOM: usize = 1024;

impl Recoding {
    /// Recodes `chunk`, which is empty at the end of the input.
    fn recode(&mut self, chunk: &[u8]) {
        let ended = chunk.is_empty();
        self.output.clear();
        self.output.reserve(CHUNK);
        let mut rest = chunk;
        // Room is made as it is used up: not for all the rest at each fault.
        loop {
            let filled = self.output.len();
            self.output.resize(filled + ROOM, 0);
            let (result, used, written) = self.decoder.decode_to_utf8_without_replacement(
                rest,
                &mut self.output[filled..],
                ended,
            );
            self.output.truncate(filled + written);
            rest = &rest[used..];
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => match self.malformed {
                    Malformed::Refuse => self.output.push(MARK),
                    Malformed::Replace => self.output.extend_from_slice("\u{FFFD}".as_bytes()),
                    Malformed::Ignore => {}
                },
            }
        }
    }
}
