//! What a file is, told by its first bytes and never by its name.

use std::fmt;

use super::compressed::{Compression, Layers};

/// Bytes that [`Format::of`] wants to see; fewer will do where the file has no more.
pub(super) const LOOK: usize = 512;

/// A kind of file, as its first bytes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Classic capture with times in microseconds.
    Pcap,
    /// Classic capture with times in nanoseconds.
    PcapNanosecond,
    /// Classic capture with longer record headers, as a patched tcpdump of 1998 (Kuznetzov) wrote it.
    PcapModified,
    /// Capture of the next generation (<https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-02.html>).
    Pcapng,
    /// Compressed by gzip (RFC 1952).
    Gzip,
    /// Compressed by zstd (RFC 8878).
    Zstd,
    /// Compressed by lz4.
    Lz4,
    /// Compressed by xz.
    Xz,
    /// Compressed by bzip2.
    Bzip2,
    /// Solaris snoop (RFC 1761).
    Snoop,
    /// Microsoft Network Monitor.
    NetMon,
    /// Text.
    Text,
    /// None of these.
    Unknown,
}

impl Format {
    /// Tells the format from a file's first bytes.
    pub fn of(first: &[u8]) -> Self {
        MAGICS
            .iter()
            .find(|(magic, _)| first.starts_with(magic))
            .map_or_else(|| if is_text(first) { Self::Text } else { Self::Unknown }, |(_, format)| *format)
    }

    /// Whether [`Blocks`](super::blocks::Blocks) reads it.
    pub fn is_readable(self) -> bool {
        matches!(self, Self::Pcap | Self::PcapNanosecond | Self::PcapModified | Self::Pcapng)
    }

    /// The command that decompresses it to standard output, where it is a compressed format.
    pub fn decompressor(self) -> Option<&'static str> {
        match self {
            Self::Gzip => Some("gzip -dc"),
            Self::Zstd => Some("zstd -dc"),
            Self::Lz4 => Some("lz4 -dc"),
            Self::Xz => Some("xz -dc"),
            Self::Bzip2 => Some("bzip2 -dc"),
            _ => None,
        }
    }

    /// The compression, where it is one that is undone while reading.
    pub fn compression(self) -> Option<Compression> {
        match self {
            Self::Gzip => Some(Compression::Gzip),
            Self::Zstd => Some(Compression::Zstd),
            Self::Lz4 => Some(Compression::Lz4),
            _ => None,
        }
    }

    /// Its name, and what sets it apart from others of the name.
    fn words(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Pcap => ("pcap", None),
            Self::PcapNanosecond => ("pcap", Some("nanoseconds")),
            Self::PcapModified => ("pcap", Some("modified")),
            Self::Pcapng => ("pcapng", None),
            Self::Gzip => ("gzip", None),
            Self::Zstd => ("zstd", None),
            Self::Lz4 => ("lz4", None),
            Self::Xz => ("xz", None),
            Self::Bzip2 => ("bzip2", None),
            Self::Snoop => ("Solaris snoop", None),
            Self::NetMon => ("Microsoft Network Monitor", None),
            Self::Text => ("text", None),
            Self::Unknown => ("other", None),
        }
    }

    /// Whether it is a capture that others read.
    pub fn is_foreign_capture(self) -> bool {
        matches!(self, Self::Snoop | Self::NetMon)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.words() {
            (name, None) => f.write_str(name),
            (name, Some(detail)) => write!(f, "{name} ({detail})"),
        }
    }
}

/// What a file is, all told: the capture, and the compressions around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The capture.
    pub format: Format,
    /// What it is compressed by.
    pub layers: Layers,
}

impl fmt::Display for Kind {
    /// As `pcap`, `pcap (gzip)` or `pcap (nanoseconds, gzip)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { format, layers } = self;
        match format.words() {
            _ if !layers.any() => format.fmt(f),
            (name, None) => write!(f, "{name} ({layers})"),
            (name, Some(detail)) => write!(f, "{name} ({detail}, {layers})"),
        }
    }
}

/// First bytes and what they announce. Classic captures come in the byte order of the host that wrote them.
const MAGICS: &[(&[u8], Format)] = &[
    (&[0xd4, 0xc3, 0xb2, 0xa1], Format::Pcap),
    (&[0xa1, 0xb2, 0xc3, 0xd4], Format::Pcap),
    (&[0x4d, 0x3c, 0xb2, 0xa1], Format::PcapNanosecond),
    (&[0xa1, 0xb2, 0x3c, 0x4d], Format::PcapNanosecond),
    (&[0x34, 0xcd, 0xb2, 0xa1], Format::PcapModified),
    (&[0xa1, 0xb2, 0xcd, 0x34], Format::PcapModified),
    (&[0x0a, 0x0d, 0x0d, 0x0a], Format::Pcapng),
    (&[0x1f, 0x8b], Format::Gzip),
    (&[0x28, 0xb5, 0x2f, 0xfd], Format::Zstd),
    // A frame to be skipped, with which `pzstd` begins.
    (&[0x50, 0x2a, 0x4d, 0x18], Format::Zstd),
    (&[0x04, 0x22, 0x4d, 0x18], Format::Lz4),
    // The frame of lz4's legacy format.
    (&[0x02, 0x21, 0x4c, 0x18], Format::Lz4),
    (&[0xfd, b'7', b'z', b'X', b'Z', 0], Format::Xz),
    (b"BZh", Format::Bzip2),
    (b"snoop\0\0\0", Format::Snoop),
    (b"GMBU", Format::NetMon),
    (b"RTSS", Format::NetMon),
];

/// Text has no control characters but white space and escape.
fn is_text(first: &[u8]) -> bool {
    !first.is_empty() && first.iter().all(|&byte| byte >= 0x20 && byte != 0x7f || matches!(byte, 9..=13 | 27))
}
