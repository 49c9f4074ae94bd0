//! The captures of `testdata` as the library takes them: frames in order, and what an analysis finds in them.

use std::path::{Path, PathBuf};

use unreach::analyzer::{Analyzer, Config};
use unreach::capture::{Options, Timeline};
use unreach::frame::{Frame, InputId, LinkType, Timestamp};
use unreach::incident::Findings;

/// A frame that owns its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Captured {
    pub(crate) input: InputId,
    pub(crate) number: u64,
    pub(crate) timestamp: Timestamp,
    pub(crate) link: LinkType,
    pub(crate) bytes: Vec<u8>,
    pub(crate) wire_length: u32,
}

impl Captured {
    fn of(frame: &Frame<'_>) -> Self {
        let Frame { input, number, timestamp, link, bytes, wire_length } = *frame;
        Self { input, number, timestamp, link, bytes: bytes.to_vec(), wire_length }
    }

    /// The frame as the analyzer takes it.
    pub(crate) fn frame(&self) -> Frame<'_> {
        let Self { input, number, timestamp, link, ref bytes, wire_length } = *self;
        Frame { input, number, timestamp, link, bytes, wire_length }
    }
}

/// Whole captures below a folder of `testdata`, by path.
pub(crate) fn captures(folder: &str) -> Vec<PathBuf> {
    let root: PathBuf = [env!("CARGO_MANIFEST_DIR"), "testdata", folder].iter().collect();
    let mut found = Vec::new();
    collect(&root, &mut found);
    found.sort();
    assert!(!found.is_empty(), "no captures below {}", root.display());
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in folder.read_dir().expect("a folder of testdata") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|end| end == "pcap" || end == "pcapng") {
            found.push(path);
        }
    }
}

/// The frames of captures, as one timeline.
pub(crate) fn frames(paths: &[PathBuf]) -> Vec<Captured> {
    let mut timeline = Timeline::open(paths, &Options::default()).unwrap_or_else(|error| panic!("{paths:?}: {error}"));
    let mut frames = Vec::new();
    while let Some(next) = timeline.next_frames() {
        frames.extend(next.map(|frame| Captured::of(&frame)));
    }
    frames
}

/// Each capture of a folder with its frames.
pub(crate) fn all(folder: &str) -> impl Iterator<Item = (PathBuf, Vec<Captured>)> {
    captures(folder).into_iter().map(|path| (path.clone(), frames(&[path])))
}

/// What an analysis of the frames finds, one pushed after the other.
pub(crate) fn findings(frames: &[Captured]) -> Findings {
    let mut analyzer = Analyzer::new(Config::default());
    for captured in frames {
        analyzer.push(&captured.frame());
    }
    analyzer.finish().0
}
