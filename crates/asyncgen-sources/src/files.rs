//! The files that a source reads one after the other: mostly one.

use std::sync::{Arc, OnceLock};

use asyncgen_formats::{Batch, Position, Resume, Tail};

use crate::bytes::{Chunks, Start};
use crate::compression::Plain;
use crate::progress::Shared;
use crate::resume::{Origin, Stored, Token, hash_names};
use crate::seam::Seam;
use crate::text::Text;
use crate::{Dialect, Error, ErrorKind, Input, Place};

/// What a source reads.
#[derive(Debug)]
pub(crate) struct Files {
    noun: &'static str,
    inputs: Vec<Option<Input>>,
    names: Arc<[Arc<str>]>,
    /// Of a list of files, if only of one, a hash of the names up to each.
    listed: Option<Vec<u64>>,
    /// Whether their dialect is worked out: that of the first is that of all.
    detects: bool,
    told: Arc<Shared>,
}

/// One of them, as it is read.
#[derive(Debug)]
pub(crate) struct File<D> {
    pub(crate) name: Arc<str>,
    pub(crate) bytes: Text,
    pub(crate) seam: Seam,
    pub(crate) decoder: D,
    /// Whether batches of it were handed out.
    pub(crate) told_of: bool,
    number: u32,
    origin: Option<Arc<Origin>>,
}

impl Files {
    pub(crate) fn new(noun: &'static str, input: Input, told: Arc<Shared>) -> Self {
        let detects = input.reading().detect;
        let (inputs, listed) = input.into_files();
        let names: Arc<[Arc<str>]> = inputs.iter().map(Input::name).collect();
        let listed = listed.then(|| hash_names(&names));
        if listed.is_some() {
            told.files.get_or_init(|| Arc::clone(&names));
        }
        let inputs = inputs.into_iter().map(Some).collect();
        Self { noun, inputs, names, listed, detects, told }
    }

    /// The file that is read first: that of the position, if the source goes on there.
    pub(crate) async fn first<D>(
        &mut self,
        fresh: &D,
        token: Option<&Token>,
    ) -> Result<File<D>, Error>
    where
        D: Resume + Clone,
    {
        let sizes = if self.listed.is_some() { self.measure().await } else { Vec::new() };
        let Some(token) = token else {
            return match self.begin(0, fresh.clone()).await? {
                Some(file) => Ok(file),
                None => Err(Error::new(
                    ErrorKind::Usage("the list of files is empty".to_owned()),
                    Place::default(),
                )),
            };
        };
        token
            .check_files(self.listed.as_deref())
            .map_err(|kind| self.error(kind, token.position.file))?;
        let before = sizes.iter().take(token.position.file as usize);
        self.resume(fresh, token, before.map(|size| size.unwrap_or_default()).sum()).await
    }

    /// The file after `last`, which has ended.
    pub(crate) async fn next<D>(
        &mut self,
        last: &File<D>,
        fresh: &D,
    ) -> Result<Option<File<D>>, Error>
    where
        D: Resume + Clone,
    {
        if !last.told_of && last.origin.is_some() {
            self.told.origins.drop_last();
        }
        let mut decoder = fresh.clone();
        decoder.follow(&last.decoder);
        self.begin(last.number + 1, decoder).await
    }

    /// The file of this number, from its beginning; `None` where there are not so many.
    async fn begin<D>(&mut self, number: u32, decoder: D) -> Result<Option<File<D>>, Error> {
        let input = self.inputs.get_mut(number as usize).and_then(Option::take);
        let Some(input) = input else { return Ok(None) };
        let bytes = self.open(input, number, None).await?;
        Ok(Some(File {
            name: self.name(number),
            bytes,
            seam: Seam::default(),
            decoder,
            told_of: false,
            number,
            origin: None,
        }))
    }

    /// Goes on at the position of `token`, with a decoder made of `fresh`, `before` bytes behind the beginning of the
    /// first file.
    async fn resume<D>(&mut self, fresh: &D, token: &Token, before: u64) -> Result<File<D>, Error>
    where
        D: Resume + Clone,
    {
        let Token { position, tail, .. } = *token;
        let number = position.file;
        let mut decoder = self.following(fresh, number).await?;
        let mut primed = self.prime(&mut decoder, number).await?;
        let at = |kind| self.error(kind, number);
        let input = self.again(number);
        let (Some(input), Some((stored, plain))) = (input, primed.take_origin()) else {
            return Err(self.refused(number));
        };
        self.tell(&decoder, &primed);
        if token.dialect.is_some() && token.dialect.as_ref() != self.told.dialect() {
            let message = "resume: this is a position in another dialect, which was worked out";
            return Err(at(ErrorKind::Usage(message.to_owned())));
        }
        let began = OnceLock::from((position.offset, tail));
        let origin =
            Origin { tails: [began, OnceLock::new()], ..self.origin(number, stored, plain) };
        origin.check(token).map_err(at)?;
        let origin = Arc::new(origin);
        self.told.origins.add(Arc::clone(&origin));
        if position == Position::START {
            // What the head says is yet to be read: of it nothing was handed out.
            decoder = fresh.clone();
        } else {
            decoder.resume(position);
        }
        // Of what is not stored as it is decoded, all is decoded again.
        let (offset, skip) = if plain { (position.offset, 0) } else { (0, position.offset) };
        let start = Start { offset, version: origin.stored.version().cloned() };
        self.told.set_bytes(before + offset);
        let bytes = if plain {
            Text::rest(self.chunks(input, number, Some(&start)).await?)
        } else {
            self.open(input, number, Some(&start)).await?
        };
        if let Some(input) = self.inputs.get_mut(number as usize) {
            *input = None;
        }
        Ok(File {
            name: self.name(number),
            bytes,
            seam: Seam::new(skip, position, tail),
            decoder,
            told_of: true,
            number,
            origin: Some(origin),
        })
    }

    /// A decoder of the file of this number, made of `fresh`, which knows what the files before it say.
    async fn following<D>(&self, fresh: &D, number: u32) -> Result<D, Error>
    where
        D: Resume + Clone,
    {
        let mut decoder = fresh.clone();
        // Of a format without a head they say nothing.
        let heads = if fresh.is_primed() { 0 } else { number };
        for before in 0..heads {
            let mut last = decoder;
            self.prime(&mut last, before).await?;
            decoder = fresh.clone();
            decoder.follow(&last);
            if last.is_primed() {
                break;
            }
        }
        Ok(decoder)
    }

    /// Reads of the file of this number what its head says, into `decoder`; gives what it read it from.
    async fn prime<D: Resume>(&self, decoder: &mut D, number: u32) -> Result<Text, Error> {
        let Some(input) = self.again(number) else {
            return Err(self.refused(number));
        };
        let mut bytes = self.open(input, number, None).await?;
        let mut batch = Batch::default();
        loop {
            let chunk = bytes.next().await?;
            if chunk.is_empty() {
                // A head that is not whole is told of where the position is looked at.
                let _ = decoder.finish(&mut batch);
                return Ok(bytes);
            }
            let fault = decoder.decode(chunk, &mut batch);
            if decoder.is_primed() {
                // A fault behind the head comes in its turn.
                return Ok(bytes);
            }
            fault.map_err(|error| Error::decode(error, self.name(number)))?;
        }
    }

    /// What is said where nothing can be read again.
    fn refused(&self, number: u32) -> Error {
        let message = if self.again(number).is_some_and(|input| input.is_url()) {
            "resume: the server does not say what proves that it is the same: a strong ETag, or when it was changed"
        } else {
            "resume: only a file, bytes or what is at a URL can be gone on with"
        };
        self.error(ErrorKind::Usage(message.to_owned()), number)
    }

    fn again(&self, number: u32) -> Option<Input> {
        self.inputs.get(number as usize)?.as_ref()?.again()
    }

    async fn open(&self, input: Input, number: u32, start: Option<&Start>) -> Result<Text, Error> {
        let input = match self.told.dialect().filter(|_| self.detects) {
            Some(dialect) => input.detect(Some(dialect)),
            None => input,
        };
        let reading = input.reading();
        let chunks = self.chunks(input, number, start).await?;
        let plain = Plain::new(chunks, reading.compression, reading.limits).ahead();
        Ok(if reading.as_is { Text::as_is(plain) } else { Text::new(plain, reading.encoded) })
    }

    async fn chunks(
        &self,
        input: Input,
        number: u32,
        start: Option<&Start>,
    ) -> Result<Chunks, Error> {
        let (name, told) = (self.name(number), Arc::clone(&self.told));
        let chunks = Chunks::open(input, name, told, start).await?;
        if let Some(total) = chunks.total().filter(|_| self.listed.is_none()) {
            self.told.set_total(total);
        }
        Ok(chunks)
    }

    /// The sizes of the files; tells their sum, where all are known.
    async fn measure(&self) -> Vec<Option<u64>> {
        let again = self.inputs.iter().map(|input| input.as_ref().and_then(Input::again));
        let again: Vec<_> = again.collect();
        let measured = tokio::task::spawn_blocking(move || {
            again.iter().map(|input| input.as_ref().and_then(Input::size)).collect()
        });
        let sizes: Vec<Option<u64>> = measured.await.unwrap_or_default();
        if let Some(total) = sizes.iter().copied().sum() {
            self.told.set_total(total);
        }
        sizes
    }

    fn origin(&self, number: u32, stored: Stored, plain: bool) -> Origin {
        Origin {
            noun: self.noun,
            name: self.name(number).to_string(),
            stored,
            plain,
            dialect: self.told.dialect().copied().filter(|_| self.detects),
            file: number,
            listed: self.listed.as_ref().map(|listed| listed[number as usize]),
            tails: Default::default(),
        }
    }

    /// Tells what the head of a file says, as far as it is known.
    pub(crate) fn tell<D: Resume>(&self, decoder: &D, bytes: &Text) {
        self.told.set_columns(decoder.columns());
        let dialect = decoder.dialect().map(|csv| Dialect::new(csv, bytes.encoding()));
        self.told.set_dialect(dialect);
    }

    /// Makes positions in `file` known, once something of it was read.
    pub(crate) fn tell_origin<D>(&self, file: &mut File<D>) {
        let is_settled = !self.detects || self.told.dialect().is_some();
        if file.origin.is_none()
            && is_settled
            && let Some((stored, plain)) = file.bytes.take_origin()
        {
            let origin = Arc::new(self.origin(file.number, stored, plain));
            self.told.origins.add(Arc::clone(&origin));
            file.origin = Some(origin);
        }
    }

    fn name(&self, number: u32) -> Arc<str> {
        Arc::clone(&self.names[number as usize])
    }

    fn error(&self, kind: ErrorKind, number: u32) -> Error {
        let name = self.names.get(number as usize).cloned();
        Error::new(kind, Place { source: name, ..Place::default() })
    }
}

impl<D: Resume> File<D> {
    /// Lets the decoder take what the system has in memory of a file, where there is nothing to be done with it before:
    /// how many bytes.
    pub(crate) fn fill(&mut self, batch: &mut Batch) -> usize {
        let Some(chunks) = self.bytes.straight().filter(|_| self.seam.is_passed()) else {
            return 0;
        };
        match chunks.in_file() {
            0 => 0,
            length => self.decoder.fill(length, batch, &mut |room| chunks.copy_cached(room)),
        }
    }

    /// Keeps how it ended.
    pub(crate) fn keep_tail(&self) {
        if let Some(origin) = &self.origin {
            // Where nothing has come, it is as it was.
            let tail = Some(self.seam.tail).filter(|tail| *tail != Tail::Whole);
            let tail = tail.unwrap_or_else(|| self.decoder.tail());
            let ended = (self.decoder.position().offset, tail);
            origin.tails[1].get_or_init(|| ended);
        }
    }
}
