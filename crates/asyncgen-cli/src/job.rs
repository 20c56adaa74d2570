//! The streaming commands: from their options to a pump that runs.

use std::{
    ffi::OsString,
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
};

use asyncgen_sources::Batches;

use crate::{
    args::{
        ChunksArgs, CsvArgs, LinesArgs, Names, NdjsonArgs, OutputArgs, PagesArgs, SelectArgs,
        SseArgs, To,
    },
    failure::Failure,
    output::{Encoder, Selector, Shape, Typing, Wanted, format},
    position::Kept,
    progress::Bar,
    pump::Pump,
    rejects::Rejects,
    sink::Sink,
    target::Target,
};

/// `asyncgen csv`.
pub(crate) async fn csv(args: CsvArgs) -> Result<(), Failure> {
    let (source, inputs) = (args.source()?, &args.source.sources);
    let (typing, skips) = (args.typing()?, args.faults.skips());
    let (token, kept) = args.resume.open(inputs)?;
    let (detect, rejects) = (args.detect, args.faults.rejects);
    let input = Read { inputs, kept, detect, typing, skips, rejects };
    let batches = source.resume(token).batches();
    stream(batches, Shape::Row, input, args.select, args.output).await
}

/// `asyncgen lines`.
pub(crate) async fn lines(args: LinesArgs) -> Result<(), Failure> {
    let (source, inputs) = (args.source()?, &args.source.sources);
    let (token, kept) = args.resume.open(inputs)?;
    let input = Read { inputs, kept, ..Read::default() };
    let shape = if args.keepends { Shape::WholeLine } else { Shape::Line };
    let all = SelectArgs { select: None };
    stream(source.resume(token).batches(), shape, input, all, args.output).await
}

/// `asyncgen chunks`.
pub(crate) async fn chunks(args: ChunksArgs) -> Result<(), Failure> {
    let (source, inputs) = (args.source()?, &args.source.sources);
    let (token, kept) = args.resume.open(inputs)?;
    let input = Read { inputs, kept, ..Read::default() };
    let output = OutputArgs { take: args.take, to: None, output: args.output };
    let all = SelectArgs { select: None };
    stream(source.resume(token).batches(), Shape::Bytes, input, all, output).await
}

/// `asyncgen ndjson`.
pub(crate) async fn ndjson(args: NdjsonArgs) -> Result<(), Failure> {
    let (source, inputs) = (args.source()?, &args.source.sources);
    let (typing, skips) = (args.types.typing(Vec::new())?, args.faults.skips());
    let (token, kept) = args.resume.open(inputs)?;
    let input =
        Read { inputs, kept, typing, skips, rejects: args.faults.rejects, ..Read::default() };
    let batches = source.resume(token).batches();
    stream(batches, Shape::Json, input, args.select, args.output).await
}

/// `asyncgen pages`.
pub(crate) async fn pages(args: Box<PagesArgs>) -> Result<(), Failure> {
    let source = args.source();
    let (token, kept) = args.resume.open(&[])?;
    let source = match token {
        Some(token) => source.resume(token),
        None => source,
    };
    let input = Read { kept, ..Read::default() };
    stream(source.batches(), Shape::Json, input, args.select, args.output).await
}

/// `asyncgen sse`.
pub(crate) async fn sse(args: Box<SseArgs>) -> Result<(), Failure> {
    let source = args.source();
    let (token, kept) = args.resume.open(&[])?;
    let by_name = || by_ending(args.output.output.as_deref()?);
    let to = args.output.to.or_else(by_name).or(Some(To::Ndjson));
    let output = OutputArgs { to, ..args.output };
    let input = Read { kept: kept.map(Kept::of_events), ..Read::default() };
    stream(source.resume(token).batches(), Shape::Row, input, args.select, output).await
}

/// What is read.
#[derive(Default)]
struct Read<'a> {
    inputs: &'a [OsString],
    /// Where to keep how far the output goes.
    kept: Option<Kept>,
    /// Whether the dialect is worked out, and told.
    detect: bool,
    /// What the values of columns are.
    typing: Typing,
    /// Whether records that are not as they should be are passed over.
    skips: bool,
    /// Where records go that are passed over.
    rejects: Option<PathBuf>,
}

async fn stream(
    batches: Batches,
    shape: Shape,
    input: Read<'_>,
    select: SelectArgs,
    output: OutputArgs,
) -> Result<(), Failure> {
    let goes_on = input.kept.as_ref().filter(|kept| kept.goes_on);
    let target = Target::new(output.output);
    let target = match goes_on {
        Some(kept) => target.behind(kept.written),
        None => target,
    };
    let rejects =
        input.rejects.map(|path| Rejects::new(path, goes_on.is_some(), &target)).transpose()?;
    for input in input.inputs {
        target.refuse_input(input)?;
        if let Some(rejects) = &rejects {
            rejects.target().refuse_input(input)?;
        }
    }
    let to = output.to.or_else(|| by_ending(target.path()?));
    if input.kept.is_some() {
        refuse_whole(shape, to, &select)?;
    }
    let names = |names: Names| names.0.into_iter().map(Selector::Name).collect();
    let wanted = Wanted { select: select.select.map(names), typing: input.typing, may_lack: false };
    let pump = Pump {
        batches,
        encoder: Encoder::new(format(shape, to, wanted)).going_on(goes_on.is_some()),
        bar: bar(&target),
        sink: Sink::new(target),
        tells_dialect: input.detect,
        kept: input.kept,
        take: output.take.unwrap_or(u64::MAX),
        records: 0,
        skips: input.skips,
        rejects,
        rejected: 0,
    };
    let (summary, result) = pump.run().await;
    if summary.rejects > 0 {
        let plural = if summary.rejects == 1 { " was" } else { "s were" };
        let _ = writeln!(io::stderr(), "{} record{plural} passed over", summary.rejects);
    }
    if io::stderr().is_terminal() {
        // There is nowhere left to tell that stderr is closed.
        let _ = writeln!(io::stderr(), "{summary}");
    }
    result
}

/// Fails where what one run writes is no part of what several do.
fn refuse_whole(shape: Shape, to: Option<To>, select: &SelectArgs) -> Result<(), Failure> {
    let why = match (to, shape) {
        (Some(To::Json), _) => {
            "--to json is one document, which ends with this run: write --to ndjson"
        }
        (Some(To::Csv), Shape::Json) if select.select.is_none() => {
            "--to csv has the keys of the first object as columns, and the next run may find others: --select them"
        }
        _ => return Ok(()),
    };
    Err(Failure::Usage(format!("--position: {why}")))
}

/// A bar for whoever watches, but not into the middle of the records.
fn bar(target: &Target) -> Bar {
    let records_show = matches!(target, Target::Stdout) && io::stdout().is_terminal();
    if io::stderr().is_terminal() && !records_show { Bar::shown() } else { Bar::hidden() }
}

/// The format that the ending of a file's name asks for.
fn by_ending(path: &Path) -> Option<To> {
    match path.extension()?.to_str()? {
        "csv" => Some(To::Csv),
        "json" => Some(To::Json),
        "ndjson" | "jsonl" => Some(To::Ndjson),
        _ => None,
    }
}
