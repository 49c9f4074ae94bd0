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
    /// Compressed by the old `compress`.
    Compress,
    /// Compressed by lzip.
    Lzip,
    /// A capture that others read, by the name of its format.
    Foreign(&'static str),
    /// An archive, in which captures may be, by what it is called.
    Archive(&'static str),
    /// Text.
    Text,
    /// None of these.
    Unknown,
}

impl Format {
    /// Tells the format from a file's first bytes.
    pub fn of(first: &[u8]) -> Self {
        if let Some(behind) = behind_skipped(first) {
            let next = Self::of(behind);
            return if next.compression().is_some() { next } else { Self::Zstd };
        }
        let is_text = is_text(first);
        let fits = |(magic, format): &&(&[u8], Self)| {
            // Some begin as a text may: with the name of a program.
            first.starts_with(magic) && !(is_text && format.is_foreign_capture())
        };
        match MAGICS.iter().find(fits) {
            Some((_, format)) => *format,
            None if is_text => Self::Text,
            None if first.get(TAR_MAGIC_AT..).is_some_and(|rest| rest.starts_with(TAR_MAGIC)) => {
                Self::Archive("tar archive")
            }
            None => Self::Unknown,
        }
    }

    /// Whether [`Blocks`](super::blocks::Blocks) reads it.
    pub fn is_readable(self) -> bool {
        matches!(self, Self::Pcap | Self::PcapNanosecond | Self::PcapModified | Self::Pcapng)
    }

    /// The command that decompresses it to standard output, where it is a compressed format.
    pub fn decompressor(self) -> Option<&'static str> {
        match self {
            Self::Gzip | Self::Compress => Some("gzip -dc"),
            Self::Zstd => Some("zstd -dc"),
            Self::Lz4 => Some("lz4 -dc"),
            Self::Xz => Some("xz -dc"),
            Self::Bzip2 => Some("bzip2 -dc"),
            Self::Lzip => Some("lzip -dc"),
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
            Self::Compress => ("LZW", None),
            Self::Lzip => ("lzip", None),
            Self::Foreign(name) | Self::Archive(name) => (name, None),
            Self::Text => ("text", None),
            Self::Unknown => ("other", None),
        }
    }

    /// Whether it is refused with advice, where it is not decompressed here.
    pub(super) fn has_advice(self) -> bool {
        self.decompressor().is_some() || matches!(self, Self::Foreign(_) | Self::Archive(_))
    }

    /// Whether it is a capture that others read.
    pub fn is_foreign_capture(self) -> bool {
        matches!(self, Self::Foreign(_))
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
    (&[0x04, 0x22, 0x4d, 0x18], Format::Lz4),
    // The frame of lz4's legacy format.
    (&[0x02, 0x21, 0x4c, 0x18], Format::Lz4),
    (&[0xfd, b'7', b'z', b'X', b'Z', 0], Format::Xz),
    (b"BZh", Format::Bzip2),
    (&[0x1f, 0x9d], Format::Compress),
    (b"LZIP", Format::Lzip),
    (b"PK\x03\x04", Format::Archive("zip archive")),
    (b"7z\xbc\xaf\x27\x1c", Format::Archive("7z archive")),
    (b"Rar!\x1a\x07", Format::Archive("rar archive")),
    // RFC 1761.
    (b"snoop\0\0\0", Format::Foreign("Solaris snoop")),
    // The others as Wireshark's wiretap knows them; those of which nothing is fixed at the beginning are left out.
    (b"GMBU", Format::Foreign("Microsoft Network Monitor")),
    (b"RTSS", Format::Foreign("Microsoft Network Monitor")),
    (b"TRSNIFF ", Format::Foreign("Sniffer")),
    (b"XCP\0", Format::Foreign("Sniffer for Windows or NetXRay")),
    (b"\x7fver", Format::Foreign("EtherPeek or OmniPeek")),
    (b"\x05VNF", Format::Foreign("Visual Networks")),
    (b"Observer", Format::Foreign("Observer")),
    (b"iptrace ", Format::Foreign("AIX iptrace")),
    (b"btsnoop\0", Format::Foreign("Bluetooth btsnoop")),
    (b"TR\0d", Format::Foreign("HP-UX nettl")),
    (&[0x01, 0x10, 0x4c, 0x00], Format::Foreign("LANalyzer")),
    (&[0xaa, 0xaa, 0xaa, 0xaa], Format::Foreign("5Views")),
    (&[0x00, 0x00, 0x02, 0x00, 0x12, 0x05, 0x00, 0x10], Format::Foreign("Tektronix K12")),
];

/// What follows a frame that decompressors of zstd and lz4 skip (RFC 8878, section 3.1.2), as far as it is there: `pzstd` begins
/// with one, and others put marks or an index into them.
fn behind_skipped(first: &[u8]) -> Option<&[u8]> {
    let (&[0x50..=0x5f, 0x2a, 0x4d, 0x18], rest) = first.split_first_chunk()? else { return None };
    let content = rest.split_first_chunk().and_then(|(&length, rest)| rest.get(u32::from_le_bytes(length) as usize..));
    Some(content.unwrap_or_default())
}

/// What the header of a tar archive has behind the first file's name, mode, owner, size, time and so on (POSIX `ustar`).
const TAR_MAGIC: &[u8] = b"ustar";
const TAR_MAGIC_AT: usize = 257;

/// Text has no control characters but white space and escape.
fn is_text(first: &[u8]) -> bool {
    !first.is_empty() && first.iter().all(|&byte| byte >= 0x20 && byte != 0x7f || matches!(byte, 9..=13 | 27))
}
