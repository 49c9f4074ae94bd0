//! What can go wrong with saved captures, in words for the user: the source, where in it, and what was read before.

use std::fmt;
use std::io;

use thiserror::Error;

use super::beginning::BegunAnew;
use super::compressed::{Damage, Harm};
use super::format::Format;
use super::section::INTERFACES;
use crate::frame::LinkType;

/// Inputs that can be numbered, as an [`InputId`](crate::frame::InputId) has 16 bits.
pub(super) const INPUTS: usize = 1 << 16;

/// Why no timeline could be opened.
#[derive(Debug, Error)]
pub enum Error {
    /// None of the inputs could be read; each with its reason.
    #[error("no capture could be read")]
    Unreadable(Vec<Problem>),
    /// The capture filter is wrong for every link type of the inputs.
    #[error("filter `{expression}`: {reason}")]
    Filter {
        /// The filter as given.
        expression: String,
        /// What libpcap says of it.
        reason: String,
    },
}

/// Something wrong with one input, to be told to the user: results are complete only for what could be read.
#[derive(Debug)]
pub struct Problem {
    /// The input's name as given.
    pub input: String,
    /// What is wrong with it.
    pub fault: Fault,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.input, self.fault)
    }
}

/// What is wrong with an input. Frame numbers count from 1; byte offsets from the start of the file, from 0;
/// of a compressed file they are those of the capture in it, where nothing else is said.
#[derive(Debug, Error)]
pub enum Fault {
    /// It could not be opened.
    #[error("cannot be opened: {0}")]
    Open(io::Error),
    /// It has no bytes.
    #[error("empty (0 bytes)")]
    Empty,
    /// A directory that holds no captures.
    #[error("directory without captures")]
    NoCaptures,
    /// Its first bytes are those of no known capture.
    #[error("{}", not_a_capture(*.format, .reason.as_deref()))]
    NotACapture {
        /// What it is instead.
        format: Format,
        /// What libpcap says of it, where it was asked.
        reason: Option<String>,
    },
    /// A format that is known, and not read.
    #[error("{}", refusal(*.format, .name))]
    Refused {
        /// The format.
        format: Format,
        /// The input's name, for the proposed command.
        name: String,
    },
    /// Standard input was named more than once.
    #[error("standard input can be read only once")]
    ReadAlready,
    /// There are more inputs than can be numbered. No directory is followed any more.
    #[error("{}", left_out(*.others))]
    TooMany {
        /// How many others were left out with it.
        others: usize,
    },
    /// The file was cut, or begun anew as those of a ring are, before it was read.
    #[error("cut or written anew before it was read: what it held is lost")]
    Overwritten,
    /// The file was cut, or begun anew as those of a ring are, before its end was seen.
    #[error("cut or written anew while it was read: what was written after frame {after} may be lost")]
    BegunAnew {
        /// Last whole frame.
        after: u64,
    },
    /// The file ends within its own header.
    #[error("cut short in the file header ({length} bytes): no frames")]
    CutInHeader {
        /// Bytes that are there.
        length: usize,
    },
    /// The file ends within the header of another capture, which was put behind the first.
    #[error(
        "cut short in the file header ({length} bytes, byte offset {offset}) of a capture that was put behind {}",
        before(*.after)
    )]
    CutInAnother {
        /// Last frame before it.
        after: u64,
        /// Where the header begins.
        offset: u64,
        /// Bytes of it that are there.
        length: usize,
    },
    /// The file header is of a version that nobody describes.
    #[error("savefile version {major}.{minor} is not known")]
    Version {
        /// Major version.
        major: u16,
        /// Minor version.
        minor: u16,
    },
    /// The file ends within a frame.
    #[error("cut short in the middle of frame {frame} (byte offset {offset}); {}", kept(.frame.saturating_sub(1)))]
    CutInFrame {
        /// Number of the frame that is not whole.
        frame: u64,
        /// Where that frame's record begins.
        offset: u64,
    },
    /// The file ends within a block that is no frame.
    #[error("cut short in the middle of a block {} (byte offset {offset})", behind(*.after))]
    CutInBlock {
        /// Last whole frame.
        after: u64,
        /// Where the block begins.
        offset: u64,
    },
    /// A frame says that it has more bytes than frames can have.
    #[error(
        "frame {frame} claims {claimed} bytes (byte offset {offset}): damaged from there on; {}",
        kept(.frame.saturating_sub(1))
    )]
    FrameTooLong {
        /// Number of the frame.
        frame: u64,
        /// Where its record begins.
        offset: u64,
        /// Bytes it claims to have.
        claimed: u64,
    },
    /// Zeros stand in place of a frame.
    #[error(
        "zeros where frame {frame} should be (byte offset {offset}), as a machine that went down leaves them: damaged from there \
         on; {}",
        kept(.frame.saturating_sub(1))
    )]
    Zeros {
        /// Number of the frame.
        frame: u64,
        /// Where they begin.
        offset: u64,
    },
    /// A block contradicts itself.
    #[error("{what} {} (byte offset {offset}): damaged from there on; {}", behind(*.after), kept(*.after))]
    BadBlock {
        /// What is wrong with it.
        what: &'static str,
        /// Last whole frame.
        after: u64,
        /// Where the block begins.
        offset: u64,
    },
    /// Bytes in the middle make no sense. Reading went on behind them.
    #[error(
        "damaged {}: {} bytes were passed over (byte offsets {from} to {to}); frames among them are not \
         counted, so later ones have lower numbers than they had",
        beyond(*.after),
        .to.saturating_sub(*.from)
    )]
    PassedOver {
        /// Last whole frame before them.
        after: u64,
        /// Where they begin.
        from: u64,
        /// Where reading went on.
        to: u64,
    },
    /// Behind damage an interface is described whose number cannot be known, as others may have been lost.
    #[error(
        "an interface is described behind damage (byte offset {offset}), so that it is not known which frames are its: \
         those after frame {after} were not read"
    )]
    InterfaceUncertain {
        /// Last whole frame.
        after: u64,
        /// Where the description begins.
        offset: u64,
    },
    /// A frame names an interface that its section does not describe. Reading went on.
    #[error(
        "frame {frame} is of interface {interface}, which the file does not describe: it and its like are left out"
    )]
    UnknownInterface {
        /// Number of the first such frame.
        frame: u64,
        /// The interface's number.
        interface: u32,
    },
    /// A section describes more interfaces than are kept. Reading went on.
    #[error(
        "more than {INTERFACES} interfaces are described (byte offset {offset}): frames of the others are left out"
    )]
    TooManyInterfaces {
        /// Where the first one too many is described.
        offset: u64,
    },
    /// There is no more for now: of what is followed more may come, of anything else it was not waited for.
    #[error("interrupted {}", before_more(*.after))]
    NothingYet {
        /// Last whole frame.
        after: u64,
    },
    /// The operating system failed to read on.
    #[error("reading failed {} (byte offset {offset}): {source}", behind(*.after))]
    Read {
        /// Last whole frame.
        after: u64,
        /// How far it was read.
        offset: u64,
        /// What the operating system says.
        source: io::Error,
    },
    /// Compressed data is damaged.
    #[error("{}", damaged(.damage, *.after))]
    Damaged {
        /// Last whole frame.
        after: u64,
        /// What is wrong and where.
        damage: Damage,
    },
    /// libpcap failed to read on.
    #[error("reading failed {}: {reason}", behind(*.after))]
    Library {
        /// Last whole frame.
        after: u64,
        /// What libpcap says.
        reason: String,
    },
    /// The capture filter makes no sense for frames of this link type. Reading went on.
    #[error("the filter cannot be applied to {link} frames, so they are left out: {reason}")]
    Unfiltered {
        /// Their link type.
        link: LinkType,
        /// What libpcap says.
        reason: String,
    },
}

impl Fault {
    /// Why there is nothing to read: the operating system's reasons, those of a decompressor, or that it has not come yet.
    pub(super) fn reading(after: u64, offset: u64, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::WouldBlock {
            return Self::NothingYet { after };
        }
        if is_begun_anew(&source) {
            return Self::BegunAnew { after };
        }
        match source.downcast() {
            Ok(damage) => Self::Damaged { after, damage },
            Err(source) => Self::Read { after, offset, source },
        }
    }

    /// Why it could not be opened.
    pub(super) fn opening(source: io::Error) -> Self {
        if is_begun_anew(&source) { Self::Overwritten } else { Self::Open(source) }
    }

    /// Whether the content contradicts itself, so that it may be sensible again behind that.
    pub(super) fn is_damage(&self) -> bool {
        matches!(self, Self::BadBlock { .. } | Self::FrameTooLong { .. } | Self::Zeros { .. })
    }

    /// Whether it ends in the middle of something, of which the rest may only not have been written yet.
    pub(super) fn is_cut(&self) -> bool {
        matches!(
            self,
            Self::CutInHeader { .. } | Self::CutInAnother { .. } | Self::CutInFrame { .. } | Self::CutInBlock { .. }
        )
    }

    /// Whether the content shows that a capture was meant, although it could not be read.
    pub(super) fn tells_a_capture(&self) -> bool {
        match self {
            Self::Empty
            | Self::Open(_)
            | Self::NotACapture { .. }
            | Self::Damaged { .. }
            | Self::Overwritten
            | Self::BegunAnew { .. } => false,
            Self::Refused { format, .. } => format.is_foreign_capture(),
            _ => true,
        }
    }
}

fn is_begun_anew(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<BegunAnew>)
}

fn left_out(others: usize) -> String {
    let with = match others {
        0 => String::new(),
        _ => format!(", as are {others} behind it"),
    };
    format!("left out{with}: no more than {INPUTS} inputs are read in one run")
}

/// Where it is, by the last whole frame before it.
fn behind(after: u64) -> String {
    match after {
        0 => "before the first frame".to_owned(),
        _ => format!("after frame {after}"),
    }
}

/// The same, of what was gone on with: reading is behind that frame already.
fn beyond(after: u64) -> String {
    match after {
        0 => behind(after),
        _ => format!("behind frame {after}"),
    }
}

fn before_more(after: u64) -> String {
    match after {
        0 => "before the first frame came".to_owned(),
        _ => format!("after frame {after}, before more came"),
    }
}

/// What there is of the capture all the same: those who are told that frames were read look for their rows.
fn kept(before: u64) -> &'static str {
    match before {
        0 => "no frame was read",
        _ => "the frames before it were read",
    }
}

/// What a capture was put behind.
fn before(after: u64) -> String {
    match after {
        0 => "one without frames".to_owned(),
        _ => format!("frame {after}; {}", kept(after)),
    }
}

fn not_a_capture(format: Format, reason: Option<&str>) -> String {
    match (format, reason) {
        (_, Some(reason)) => format!("not a capture ({reason})"),
        (Format::Text, None) => "a text file, not a capture".to_owned(),
        (_, None) => "not a capture".to_owned(),
    }
}

fn damaged(damage: &Damage, after: u64) -> String {
    match damage.harm {
        Harm::Trailing => damage.to_string(),
        _ => format!("{damage} {}; {}", behind(after), kept(after)),
    }
}

fn refusal(format: Format, name: &str) -> String {
    let word = shell_word(name);
    match format.decompressor() {
        Some(_) if name == "-" => format!("{format}-compressed; decompress it first"),
        Some(command) => format!("{format}-compressed; decompress it first: {command} {word} | unreach read -"),
        None if !format.is_foreign_capture() => format!("a {format}, not a capture; unpack it first"),
        None => format!(
            "a capture in the format of {format}, which is not read; convert it first: editcap {word} converted.pcapng"
        ),
    }
}

/// The name as a shell takes it back.
fn shell_word(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/+,:@%=".contains(c);
    if !name.is_empty() && name.chars().all(plain) {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', r"'\''"))
    }
}
