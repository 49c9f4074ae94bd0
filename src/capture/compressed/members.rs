//! Compressed members one after another, decompressed as one stream.
#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::arithmetic_side_effects)]

use std::io::{self, Read};
use std::mem;

use super::super::format::Format;
use super::super::window::Window;
use super::member::{Member, Stop};
use super::{Compression, Damage, Harm, Taken};

/// Bytes that tell what a member is.
const MAGIC: usize = 4;

/// Magic number and length of a frame that decompressors skip (RFC 8878, section 3.1.2; lz4 has the same).
const SKIPPABLE_HEAD: usize = 8;

/// Members of any compression, the first of which is of a known one.
pub(super) struct Members {
    stage: Stage,
    /// Compression of the last member.
    compression: Compression,
    /// Compressed bytes that were taken, for whoever wants to know how far reading got.
    taken: Taken,
}

enum Stage {
    Between(Window),
    Within(Member),
    Over,
}

impl Members {
    /// The members in `window`, of which at least one is there.
    pub(super) fn new(window: Window, compression: Compression, taken: Taken) -> Self {
        Self { stage: Stage::Between(window), compression, taken }
    }

    /// Goes to the next member or to the end.
    fn next(&mut self, mut window: Window) -> io::Result<Stage> {
        loop {
            window.ensure(MAGIC)?;
            if window.bytes().is_empty() {
                return Ok(Stage::Over);
            }
            let Some(length) = skippable(&mut window)? else { break };
            if !window.skip(length)? {
                return Err(self.damage(&window, Harm::Cut));
            }
        }
        let Some(compression) = Format::of(window.bytes()).compression() else {
            return Err(self.damage(&window, Harm::Trailing));
        };
        self.compression = compression;
        Member::new(compression, window).map(Stage::Within)
    }

    /// What is wrong there, up to where it was taken.
    fn damage(&self, window: &Window, harm: Harm) -> io::Error {
        self.taken.note(window.position());
        io::Error::other(Damage { compression: self.compression, harm, offset: window.position() })
    }

    /// The next bytes of a member, and what to go on with.
    fn within(&mut self, mut member: Member, into: &mut [u8]) -> io::Result<usize> {
        match member.read(into) {
            Ok(0) => self.stage = Stage::Between(member.into_window()),
            Ok(count) => {
                self.stage = Stage::Within(member);
                return Ok(count);
            }
            Err(Stop::Input(error)) => return Err(error),
            Err(Stop::Harm(harm)) => return Err(self.damage(member.window(), harm)),
        }
        Ok(0)
    }

    fn note_taken(&self) {
        let position = match &self.stage {
            Stage::Between(window) => window.position(),
            Stage::Within(member) => member.window().position(),
            Stage::Over => return,
        };
        self.taken.note(position);
    }
}

impl Read for Members {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        loop {
            // Whatever fails here leaves nothing to go on with.
            let count = match mem::replace(&mut self.stage, Stage::Over) {
                Stage::Over => return Ok(0),
                Stage::Between(window) => {
                    self.stage = self.next(window)?;
                    0
                }
                Stage::Within(member) => self.within(member, into)?,
            };
            self.note_taken();
            if count > 0 {
                return Ok(count);
            }
        }
    }
}

/// Length of the frame at the front, where it is one to be skipped.
fn skippable(window: &mut Window) -> io::Result<Option<u64>> {
    let Some(&[0x50..=0x5f, 0x2a, 0x4d, 0x18]) = window.bytes().first_chunk() else { return Ok(None) };
    window.ensure(SKIPPABLE_HEAD)?;
    let Some(&[_, _, _, _, a, b, c, d]) = window.bytes().first_chunk() else { return Ok(Some(SKIPPABLE_HEAD as u64)) };
    Ok(Some(u64::from(u32::from_le_bytes([a, b, c, d])).saturating_add(SKIPPABLE_HEAD as u64)))
}
