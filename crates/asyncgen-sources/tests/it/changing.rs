//! Files that others write to while they are read: no record is of another version, and none is torn.

use std::fs::{File, OpenOptions, rename, write};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use asyncgen_sources::{ErrorKind, lines};

use crate::support::{Folder, text};

/// How many lines a file has: ten chunks of them.
const LINES: usize = 10_000;

/// How long each is.
const LENGTH: usize = 256;

/// Lines of one version.
fn lines_of(version: u64, from: usize, to: usize) -> String {
    text(to - from, |n| format!("{:>255}\n", format!("version {version} line {}", from + n)))
}

/// What is done to a file while it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Nothing,
    Append,
    Replace,
    Remove,
    Cut,
    Empty,
    Rewrite,
    WriteOverTheBeginning,
}

const DEEDS: [Deed; 8] = [
    Deed::Nothing,
    Deed::Append,
    Deed::Replace,
    Deed::Remove,
    Deed::Cut,
    Deed::Empty,
    Deed::Rewrite,
    Deed::WriteOverTheBeginning,
];

impl Deed {
    fn is_done_to(self, path: &Path, folder: &Folder, chance: &mut impl FnMut(usize) -> usize) {
        let open = || OpenOptions::new().write(true).open(path).unwrap();
        match self {
            Self::Nothing => {}
            Self::Append => {
                let mut file = OpenOptions::new().append(true).open(path).unwrap();
                let more = chance(LINES);
                file.write_all(lines_of(0, LINES, LINES + more).as_bytes()).unwrap();
            }
            Self::Replace => {
                let other = folder.file("other", lines_of(1, 0, LINES));
                rename(other, path).unwrap();
            }
            Self::Remove => std::fs::remove_file(path).unwrap(),
            Self::Cut => open().set_len(chance(LINES * LENGTH) as u64).unwrap(),
            Self::Empty => drop(File::create(path).unwrap()),
            Self::Rewrite => write(path, lines_of(1, 0, LINES + 1 + chance(LINES))).unwrap(),
            Self::WriteOverTheBeginning => {
                let mut file = open();
                file.write_all(lines_of(1, 0, 9).as_bytes()).unwrap();
                file.seek(SeekFrom::End(0)).unwrap();
                file.write_all(lines_of(0, LINES, LINES + 1).as_bytes()).unwrap();
            }
        }
    }

    /// Whether what is read stays one version of the file.
    fn is_harmless(self) -> bool {
        matches!(self, Self::Nothing | Self::Append | Self::Replace | Self::Remove)
    }
}

#[test]
fn whatever_is_done_to_a_file() {
    let folder = Folder::new();
    let mut seed = 7_u64;
    let mut chance = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    let (mut refused, mut whole) = (0, 0);
    let times = if std::env::var_os("ASYNCGEN_SOAK").is_some() { 1000 } else { 100 };
    for _ in 0..times {
        let path = folder.file("log", lines_of(0, 0, LINES));
        let deed = DEEDS[chance(DEEDS.len())];
        // After so many batches, of the ten or so that there are.
        let when = chance(8);
        let (mut batches, mut read, mut error) = (lines(&path).batches(), Vec::new(), None);
        pollster::block_on(async {
            for number in 0.. {
                if number == when {
                    deed.is_done_to(&path, &folder, &mut chance);
                }
                match batches.next().await {
                    Some(Ok(batch)) => read.extend(batch.iter().flatten().map(str::to_owned)),
                    Some(Err(failed)) => error = Some(failed),
                    None => break,
                }
            }
        });
        // One that was not opened yet is another version from its beginning, or not there.
        let late = when == 0;
        let version =
            u64::from(late && read.first().is_some_and(|line| line.contains("version 1")));
        if late && !matches!(deed, Deed::Nothing | Deed::Append | Deed::Replace) {
            continue;
        }
        let expected = lines_of(version, 0, read.len());
        assert!(read.iter().map(String::as_str).eq(expected.lines()), "{deed:?} after {when}");
        let Some(error) = error else {
            assert!(read.len() >= LINES, "{deed:?} after {when}: {} lines", read.len());
            whole += 1;
            continue;
        };
        assert!(matches!(error.kind(), ErrorKind::Stale { .. }), "{deed:?}: {error}");
        assert!(!deed.is_harmless(), "{deed:?}: {error}");
        refused += 1;
    }
    assert!(refused >= times / 10 && whole >= times / 5, "{refused} refused, {whole} whole");
}
