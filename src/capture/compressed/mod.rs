//! Compressed captures: what they are compressed by, and what can be wrong with that.

use std::fmt;

mod ahead;
mod member;
mod members;
mod unpack;

pub(super) use unpack::{Reading, Taken, Unpacked, inside, unpack};

/// Compressions that are undone while reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// gzip (RFC 1952).
    Gzip,
    /// zstd (RFC 8878).
    Zstd,
    /// lz4, its frames and its legacy frames.
    Lz4,
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Lz4 => "lz4",
        })
    }
}

/// The compressions around a capture: none, one, or one inside of another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layers {
    /// The one that the file's first bytes tell.
    pub outer: Option<Compression>,
    /// The one inside of it.
    pub inner: Option<Compression>,
}

impl Layers {
    /// These layers and one more inside; `None` where that is one too many.
    pub(super) fn and(self, compression: Compression) -> Option<Self> {
        match self {
            Self { outer: None, .. } => Some(Self { outer: Some(compression), inner: None }),
            Self { inner: None, .. } => Some(Self { inner: Some(compression), ..self }),
            _ => None,
        }
    }

    /// Whether there is any.
    pub fn any(self) -> bool {
        self.outer.is_some()
    }

    /// From the inside to the outside, as names of files tell them: `x.pcap.gz.zst`.
    fn inside_out(self) -> impl Iterator<Item = Compression> {
        self.inner.into_iter().chain(self.outer)
    }
}

impl fmt::Display for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, compression) in self.inside_out().enumerate() {
            if index > 0 {
                f.write_str(" in ")?;
            }
            compression.fmt(f)?;
        }
        Ok(())
    }
}

/// What is wrong with compressed data, and where.
#[derive(Clone, Debug)]
pub struct Damage {
    /// By what it is compressed.
    pub compression: Compression,
    /// What is wrong.
    pub harm: Harm,
    /// Offset in the compressed bytes up to which they made sense.
    pub offset: u64,
}

/// In which way compressed data is bad.
#[derive(Clone, Debug)]
pub enum Harm {
    /// It ends too early.
    Cut,
    /// It contradicts itself or its checksum, as its decompressor says.
    Corrupt(String),
    /// To decompress it takes more memory than is given to it.
    TooLarge,
    /// It is whole, and followed by bytes that are something else.
    Trailing,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { compression, offset, .. } = self;
        match &self.harm {
            Harm::Cut => write!(f, "{compression} data cut short (byte offset {offset} of the compressed data)"),
            Harm::Corrupt(words) => {
                write!(f, "{compression} data damaged: {words} (byte offset {offset} of the compressed data)")
            }
            Harm::TooLarge => write!(
                f,
                "{compression} data that looks back further than 128 MiB, which takes `{compression} -dc --long=31` (byte offset {offset} \
                 of the compressed data)"
            ),
            Harm::Trailing => {
                write!(f, "{compression} data followed by something else (byte offset {offset}), which is left out")
            }
        }
    }
}

impl std::error::Error for Damage {}
