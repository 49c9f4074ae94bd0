//! `--save`: packets that were evidence, to a capture file of their own.

use std::path::Path;

use super::options::Options;
use super::outlet::{self, Outlet, Sink};
use crate::capture::{Keeper, Saved, Unkept};
use crate::cli::ending::Failure;
use crate::cli::{decode_as, destination};
use crate::frame::Frame;
use crate::report::{Folder, GrowingFile, Names};

/// Bytes of frames that are held until it is known whether they are evidence, where memory is not bounded.
const ROOM: usize = 64 << 20;

/// The file, and what goes there.
pub(super) struct Saving {
    keeper: Keeper,
    saved: Saved,
    outlet: Outlet,
    snap_length: u32,
}

/// Packets are not saved to what is an output as well.
pub(super) fn check(options: &Options) -> Result<(), Failure> {
    let Some(path) = &options.save else { return Ok(()) };
    let place = destination::place(path);
    if options.report.outputs.iter().any(|output| output.place() == place) {
        return Err(Failure::Usage(format!("{} is named as an output more than once", path.display())));
    }
    Ok(())
}

impl Saving {
    /// Begins the file. Frames and blocks are held in so much memory.
    pub(super) fn begin(path: &Path, options: &Options, share: Option<usize>) -> Result<Self, Failure> {
        let (frames, blocks) = share.map_or((ROOM, outlet::ROOM), |share| (share / 8 * 7, share / 8));
        let file = GrowingFile::create(path, Folder::of(path)?, Saved::header(), options.report.force, None)?;
        let outlet =
            Outlet::begin(&path.display().to_string(), Sink::Blocks(Box::new(file)), &[], blocks.min(outlet::ROOM));
        let keeper = Keeper::new(frames.min(ROOM), decode_as::tunnels(&options.input.decode_as));
        Ok(Self { keeper, saved: Saved::default(), outlet, snap_length: options.snaplen })
    }

    /// Takes a frame; some of those before it may turn out to be worth saving.
    pub(super) fn take(&mut self, frame: &Frame<'_>, names: Names<'_>) {
        let Self { keeper, saved, outlet, snap_length } = self;
        keeper.push(frame, |kept| outlet.whole(saved.blocks(kept, names.of(kept.input), *snap_length)));
    }

    /// Saves what is left. Gives what went wrong, and what is to be said.
    pub(super) fn end(self, names: Names<'_>) -> (Option<Failure>, Vec<String>) {
        let Self { keeper, mut saved, mut outlet, snap_length } = self;
        let unkept = keeper.finish(|kept| outlet.whole(saved.blocks(kept, names.of(kept.input), snap_length)));
        let remarks = not_saved(outlet.lost(), unkept).map(|remark| format!("{}: {remark}", outlet.name())).collect();
        (outlet.end().err(), remarks)
    }
}

/// What is missing from the file, or may be, in sentences.
fn not_saved(lost: u64, unkept: Unkept) -> impl Iterator<Item = String> {
    let Unkept { early, quotes, hosts } = unkept;
    let told = [
        (lost, format!("{lost} packets were not saved, because writing was too slow")),
        (
            early,
            format!(
                "{early} packets were let go before it was known whether they are evidence, because there were too many"
            ),
        ),
        (
            quotes,
            format!("{quotes} quoted packets were not looked for, because there were too many: some may be missing"),
        ),
        (
            hosts,
            format!("{hosts} hosts were forgotten, because there were too many: later packets of theirs are missing"),
        ),
    ];
    told.into_iter().filter(|(count, _)| *count > 0).map(|(_, remark)| remark)
}
