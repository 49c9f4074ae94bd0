//! One compressed member: a gzip member, a zstd frame or an lz4 frame, read from the front of a window.
//!
//! Measured on a capture of 369 MB, single-threaded: gzip by zlib-rs 2.1 s, by `miniz_oxide` 2.6 to 4.2 s; zstd by the C
//! library 0.7 s, by ruzstd 1.5 s, which moreover keeps the last window to itself when a frame is cut; lz4 0.4 s.
#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::arithmetic_side_effects)]

use std::io::{self, Read};

use flate2::{Decompress, FlushDecompress, Status};
use lz4_flex::frame::FrameDecoder;
use zstd::stream::raw::{DParameter, Decoder, Operation};

use super::super::window::Window;
use super::{Compression, Harm};

/// Base-2 logarithm of the largest window, of RFC 1951: gzip knows no other.
const GZIP_WINDOW_LOG: u8 = 15;

/// Base-2 logarithm of the largest window that a zstd frame may ask for: 128 MiB, as `zstd --long` writes it and
/// `zstd -d` takes it without further options.
const ZSTD_WINDOW_LOG_LIMIT: u32 = 27;

/// Bytes of a zstd frame that tell how long its header is (RFC 8878, section 3.1.1).
const ZSTD_FRAME_HEAD: usize = 5;

/// First bytes of a frame of lz4's legacy format, which has no end but that of the file.
const LZ4_LEGACY: [u8; 4] = [0x02, 0x21, 0x4c, 0x18];

/// Why a member gives no more bytes.
pub(super) enum Stop {
    /// Its own bytes could not be read.
    Input(io::Error),
    /// They make no sense.
    Harm(Harm),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Input(error)
    }
}

/// A member and the window that it is read from.
pub(super) enum Member {
    Gzip(Box<Stepwise<Decompress>>),
    Zstd(Box<Stepwise<Zstd>>),
    Lz4 { decoder: Box<FrameDecoder<Watched>>, is_legacy: bool },
}

impl Member {
    /// The member of this kind at the front of `window`.
    pub(super) fn new(compression: Compression, window: Window) -> io::Result<Self> {
        Ok(match compression {
            Compression::Gzip => Self::Gzip(Box::new(Stepwise::over(window, Decompress::new_gzip(GZIP_WINDOW_LOG)))),
            Compression::Zstd => {
                let mut decoder = Decoder::new()?;
                decoder.set_parameter(DParameter::WindowLogMax(ZSTD_WINDOW_LOG_LIMIT))?;
                Self::Zstd(Box::new(Stepwise::over(window, Zstd { decoder, wanted: ZSTD_FRAME_HEAD })))
            }
            Compression::Lz4 => {
                let is_legacy = window.bytes().starts_with(&LZ4_LEGACY);
                let watched = Watched { window, past_end: false, failure: None };
                Self::Lz4 { decoder: Box::new(FrameDecoder::new(watched)), is_legacy }
            }
        })
    }

    /// Reads what it holds, decompressed; 0 at its end, where its checksum was right.
    pub(super) fn read(&mut self, into: &mut [u8]) -> Result<usize, Stop> {
        match self {
            Self::Gzip(member) => member.read(into, inflate),
            Self::Zstd(member) => member.read(into, unzstd),
            Self::Lz4 { decoder, is_legacy } => read_lz4(decoder, *is_legacy, into),
        }
    }

    /// Its window.
    pub(super) fn window(&self) -> &Window {
        match self {
            Self::Gzip(member) => &member.window,
            Self::Zstd(member) => &member.window,
            Self::Lz4 { decoder, .. } => &decoder.get_ref().window,
        }
    }

    /// Gives the window back.
    pub(super) fn into_window(self) -> Window {
        match self {
            Self::Gzip(member) => member.window,
            Self::Zstd(member) => member.window,
            Self::Lz4 { decoder, .. } => decoder.into_inner().window,
        }
    }
}

/// A decompressor that is handed slices of bytes.
pub(super) struct Stepwise<D> {
    window: Window,
    decompressor: D,
    ended: bool,
    /// What was found wrong after bytes that are good.
    harm: Option<Harm>,
}

/// What a decompressor did with a slice.
struct Step {
    consumed: usize,
    produced: usize,
    /// Whether that was the end of the member.
    outcome: Result<bool, String>,
}

impl<D> Stepwise<D> {
    fn over(window: Window, decompressor: D) -> Self {
        Self { window, decompressor, ended: false, harm: None }
    }

    fn read(&mut self, into: &mut [u8], step: impl Fn(&mut D, &[u8], &mut [u8]) -> Step) -> Result<usize, Stop> {
        while !self.ended {
            if let Some(harm) = self.harm.take() {
                return Err(Stop::Harm(harm));
            }
            // Even without further input there may be output that found no room before.
            let more = self.window.ensure(1)?;
            let Step { consumed, produced, outcome } = step(&mut self.decompressor, self.window.bytes(), into);
            self.window.consume(consumed);
            match outcome {
                Ok(ended) => self.ended = ended,
                Err(words) if words.contains(TOO_LARGE) => self.harm = Some(Harm::TooLarge),
                Err(words) => self.harm = Some(Harm::Corrupt(words)),
            }
            if produced > 0 {
                return Ok(produced);
            }
            if consumed == 0 && !self.ended && self.harm.is_none() {
                let stuck = || Harm::Corrupt("no way forward".to_owned());
                self.harm = Some(if more { stuck() } else { Harm::Cut });
            }
        }
        Ok(0)
    }
}

/// What the decompressor says where it first gave out the bytes before the damage: not what the damage is.
const ASKED_AGAIN: &str = "repeated call with bad state";

fn inflate(decompress: &mut Decompress, input: &[u8], output: &mut [u8]) -> Step {
    let before = (decompress.total_in(), decompress.total_out());
    let outcome = decompress.decompress(input, output, FlushDecompress::None);
    Step {
        consumed: decompress.total_in().saturating_sub(before.0) as usize,
        produced: decompress.total_out().saturating_sub(before.1) as usize,
        outcome: outcome.map(|status| status == Status::StreamEnd).map_err(|error| {
            error.message().filter(|&words| words != ASKED_AGAIN).unwrap_or("invalid data").to_owned()
        }),
    }
}

/// A decompressor of zstd, and how many bytes it wants next. What it decompressed before an error is lost as far as both
/// came of the same bytes, so it is given a block at a time.
pub(super) struct Zstd {
    decoder: Decoder<'static>,
    wanted: usize,
}

/// What it says of a window that is larger than it may be (`error_private.c` of zstd).
const TOO_LARGE: &str = "too much memory";

fn unzstd(zstd: &mut Zstd, input: &[u8], output: &mut [u8]) -> Step {
    let input = input.get(..zstd.wanted).unwrap_or(input);
    match zstd.decoder.run_on_buffers(input, output) {
        Ok(status) => {
            zstd.wanted = status.remaining.max(1);
            let ended = status.remaining == 0 && !input.is_empty();
            Step { consumed: status.bytes_read, produced: status.bytes_written, outcome: Ok(ended) }
        }
        Err(error) => Step { consumed: 0, produced: 0, outcome: Err(error.to_string()) },
    }
}

/// A window that remembers how reading from it ended: the decompressor of lz4 does not always tell.
pub(super) struct Watched {
    window: Window,
    /// Whether bytes were asked for beyond the end.
    past_end: bool,
    failure: Option<io::Error>,
}

impl Read for Watched {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.window.give(into) {
            Ok(count) => {
                self.past_end |= count == 0 && !into.is_empty();
                Ok(count)
            }
            Err(error) => {
                let kind = error.kind();
                self.failure = Some(error);
                Err(kind.into())
            }
        }
    }
}

fn read_lz4(decoder: &mut FrameDecoder<Watched>, is_legacy: bool, into: &mut [u8]) -> Result<usize, Stop> {
    let outcome = decoder.read(into);
    let input = decoder.get_mut();
    if let Some(failure) = input.failure.take() {
        return Err(Stop::Input(failure));
    }
    match outcome {
        Ok(0) if input.past_end && !is_legacy => Err(Stop::Harm(Harm::Cut)),
        Ok(count) => Ok(count),
        Err(_) if input.past_end => Err(Stop::Harm(Harm::Cut)),
        Err(error) => Err(Stop::Harm(Harm::Corrupt(error.to_string()))),
    }
}
