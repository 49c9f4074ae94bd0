//! Captures written byte by byte, and frames as values that can be compared.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use unreach::capture::Fault;
use unreach::capture::blocks::Blocks;
use unreach::frame::{Frame, InputId, LinkType};

/// A frame that outlives its reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) number: u64,
    pub(super) time: i64,
    pub(super) link: LinkType,
    pub(super) bytes: Vec<u8>,
    pub(super) wire_length: u32,
}

impl From<Frame<'_>> for Seen {
    fn from(frame: Frame<'_>) -> Self {
        Self {
            number: frame.number,
            time: frame.timestamp.0,
            link: frame.link,
            bytes: frame.bytes.to_vec(),
            wire_length: frame.wire_length,
        }
    }
}

/// So many classic records of the same frame, a byte long; of the byte order of little-endian hosts.
pub(super) fn repeated(count: usize) -> Vec<u8> {
    let record = [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0];
    record.repeat(count)
}

/// All frames that the block reader gives, and how it ended.
pub(super) fn read(bytes: &[u8]) -> (Vec<Seen>, Option<Fault>) {
    read_from(Blocks::open(Box::new(Cursor::new(bytes.to_vec())), InputId(0)))
}

/// The same of a reader.
pub(super) fn read_from(opened: Result<Blocks, Fault>) -> (Vec<Seen>, Option<Fault>) {
    let mut frames = Vec::new();
    let mut blocks = match opened {
        Ok(blocks) => blocks,
        Err(fault) => return (frames, Some(fault)),
    };
    loop {
        match blocks.advance() {
            Ok(true) => frames.extend(blocks.frames().map(Seen::from)),
            Ok(false) => return (frames, blocks.take_fault()),
            Err(fault) => return (frames, Some(fault)),
        }
    }
}

/// Byte order of a written capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

impl Order {
    pub(super) fn u16(self, value: u16) -> [u8; 2] {
        if self == Self::Little { value.to_le_bytes() } else { value.to_be_bytes() }
    }

    pub(super) fn u32(self, value: u32) -> [u8; 4] {
        if self == Self::Little { value.to_le_bytes() } else { value.to_be_bytes() }
    }

    pub(super) fn u64(self, value: u64) -> [u8; 8] {
        if self == Self::Little { value.to_le_bytes() } else { value.to_be_bytes() }
    }
}

/// Magic numbers of the classic formats.
pub(super) const MICROSECONDS: u32 = 0xa1b2_c3d4;
pub(super) const NANOSECONDS: u32 = 0xa1b2_3c4d;
pub(super) const MODIFIED: u32 = 0xa1b2_cd34;

/// A record: seconds, fraction, captured bytes, length on the wire.
pub(super) type Written<'a> = (u32, u32, &'a [u8], u32);

/// The file header of a classic capture.
pub(super) fn classic_header(order: Order, magic: u32, version: (u16, u16), snap_length: u32, link: u32) -> Vec<u8> {
    let mut file = order.u32(magic).to_vec();
    file.extend(order.u16(version.0));
    file.extend(order.u16(version.1));
    file.extend([0; 8]);
    file.extend(order.u32(snap_length));
    file.extend(order.u32(link));
    file
}

/// A whole classic capture.
pub(super) fn classic(order: Order, magic: u32, link: u32, records: &[Written<'_>]) -> Vec<u8> {
    let mut file = classic_header(order, magic, (2, 4), 65535, link);
    for &(seconds, fraction, bytes, wire) in records {
        for field in [seconds, fraction, bytes.len() as u32, wire] {
            file.extend(order.u32(field));
        }
        if magic == MODIFIED {
            file.extend([0, 0, 0, 2, 8, 0, 0, 0]);
        }
        file.extend(bytes);
    }
    file
}

/// A pcapng capture in the making.
#[derive(Clone, Debug)]
pub(super) struct Pcapng {
    pub(super) order: Order,
    pub(super) bytes: Vec<u8>,
}

impl Pcapng {
    pub(super) fn new(order: Order) -> Self {
        Self { order, bytes: Vec::new() }.section(order)
    }

    pub(super) fn section(mut self, order: Order) -> Self {
        self.order = order;
        let body = [&order.u32(0x1a2b_3c4d)[..], &order.u16(1), &order.u16(0), &order.u64(u64::MAX)].concat();
        self.block(0x0a0d_0d0a, &body)
    }

    pub(super) fn block(mut self, kind: u32, body: &[u8]) -> Self {
        let padded = body.len().next_multiple_of(4);
        let length = self.order.u32(padded as u32 + 12);
        self.bytes.extend(self.order.u32(kind));
        self.bytes.extend(length);
        self.bytes.extend(body);
        self.bytes.resize(self.bytes.len() + padded - body.len(), 0);
        self.bytes.extend(length);
        self
    }

    pub(super) fn interface(self, link: u16, snap_length: u32, options: &[(u16, Vec<u8>)]) -> Self {
        let order = self.order;
        let mut body = [&order.u16(link)[..], &[0, 0], &order.u32(snap_length)].concat();
        body.extend(written_options(order, options));
        self.block(1, &body)
    }

    pub(super) fn enhanced(self, interface: u32, ticks: u64, bytes: &[u8], wire: u32) -> Self {
        let order = self.order;
        let fields = [interface, (ticks >> 32) as u32, ticks as u32, bytes.len() as u32, wire];
        let mut body: Vec<u8> = fields.into_iter().flat_map(|field| order.u32(field)).collect();
        body.extend(bytes);
        self.block(6, &body)
    }

    pub(super) fn old(self, interface: u16, ticks: u64, bytes: &[u8], wire: u32) -> Self {
        let order = self.order;
        let mut body = [order.u16(interface), order.u16(3)].concat();
        let fields = [(ticks >> 32) as u32, ticks as u32, bytes.len() as u32, wire];
        body.extend(fields.into_iter().flat_map(|field| order.u32(field)));
        body.extend(bytes);
        self.block(2, &body)
    }

    pub(super) fn simple(self, bytes: &[u8], wire: u32) -> Self {
        let body = [&self.order.u32(wire)[..], bytes].concat();
        self.block(3, &body)
    }

    pub(super) fn statistics(self, interface: u32, options: &[(u16, Vec<u8>)]) -> Self {
        let order = self.order;
        let mut body = order.u32(interface).to_vec();
        body.extend([0; 8]);
        body.extend(written_options(order, options));
        self.block(5, &body)
    }
}

fn written_options(order: Order, options: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (code, value) in options {
        bytes.extend(order.u16(*code));
        bytes.extend(order.u16(value.len() as u16));
        bytes.extend(value);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    bytes.extend([0; 4]);
    bytes
}

/// A small capture of each shape, with its name.
pub(super) fn one_of_each() -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for order in [Order::Little, Order::Big] {
        for (name, magic) in [("micro", MICROSECONDS), ("nano", NANOSECONDS), ("modified", MODIFIED)] {
            let records = [(10, 20, &b"first frame"[..], 11), (11, 0, b"second, cut", 1500), (12, 999_999, b"", 60)];
            all.push((format!("{name}-{order:?}"), classic(order, magic, 1, &records)));
        }
        let file = Pcapng::new(order)
            .interface(1, 65535, &[(2, b"eth0".to_vec()), (9, vec![9])])
            .block(4, b"names")
            .enhanced(0, 1_700_000_000_123_456_789, b"enhanced", 8)
            .old(0, 1_700_000_001_000_000_000, b"old", 3)
            .block(0x7777, b"of a kind to come")
            .simple(b"simple", 6)
            .statistics(0, &[(5, order.u64(2).to_vec())])
            .enhanced(0, 1_700_000_002_000_000_000, b"last", 99);
        all.push((format!("pcapng-{order:?}"), file.bytes));
    }
    all
}

/// The files below a folder whose contents are a capture that the block reader knows.
pub(super) fn captures_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(captures_below(&path));
        } else if fs::read(&path).is_ok_and(|bytes| unreach::capture::format::Format::of(&bytes).is_readable()) {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Captures that the checkout has, and those of the shared collection where it is at hand.
pub(super) fn collected() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut captures = captures_below(&root.join("testdata"));
    let shared = std::env::var_os("UNREACH_CAPTURES").map_or_else(|| root.join("../shared/captures"), PathBuf::from);
    if shared.is_dir() {
        captures.extend(captures_below(&shared));
    } else {
        eprintln!("no shared captures at {} (set UNREACH_CAPTURES)", shared.display());
    }
    captures
}
