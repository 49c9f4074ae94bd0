//! The capture file of the next generation: blocks of many kinds, in sections, from several interfaces.
//!
//! The format: <https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-02.html>. Blocks that describe are parsed by
//! `pcap-parser`. Those that carry frames are read here: its parsers allocate for the options of every frame, and refuse
//! a frame over a bad option.
#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::arithmetic_side_effects)]

use super::blocks::{BLOCK_LIMIT, Record};
use super::interface::{Interface, drops};
use super::order::Order;
use super::packet::{self, Packet};
use super::problem::Fault;
use super::window::Window;

/// Block types (sections 4 and 10 of the draft).
const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const INTERFACE_DESCRIPTION: u32 = 1;
const OLD_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const INTERFACE_STATISTICS: u32 = 5;
const ENHANCED_PACKET: u32 = 6;

/// Type, length, and the length once more at the end.
const EMPTY_BLOCK: u32 = 12;

/// Type, length, byte-order magic, versions, section length, and the length once more at the end.
const SECTION_HEADER_LENGTH: u32 = 28;

/// Reads the blocks of one pcapng capture.
pub(super) struct Pcapng {
    window: Window,
    order: Order,
    /// The interfaces of the section being read.
    interfaces: Vec<Interface>,
    number: u64,
    record: Record,
    /// Drops that ended sections reported, and whether any did.
    earlier_drops: Option<u64>,
    fault: Option<Fault>,
    faulted: bool,
}

/// The first bytes of a block.
struct Head {
    kind: u32,
    length: u32,
    offset: u64,
}

impl Pcapng {
    /// Reads the section header at the front of `window`.
    pub(super) fn open(window: Window) -> Result<Self, Fault> {
        let mut file = Self {
            window,
            order: Order::Little,
            interfaces: Vec::new(),
            number: 0,
            record: Record::NONE,
            earlier_drops: None,
            fault: None,
            faulted: false,
        };
        if !file.ensure(SECTION_HEADER_LENGTH)? {
            return Err(Fault::CutInHeader { length: file.window.bytes().len() });
        }
        let head = file.head(0)?;
        file.describe(&head)?;
        Ok(file)
    }

    /// Goes to the next frame; false at the end.
    #[inline]
    pub(super) fn advance(&mut self) -> Result<bool, Fault> {
        loop {
            let offset = self.window.position();
            if !self.ensure(EMPTY_BLOCK)? {
                return if self.window.bytes().is_empty() { Ok(false) } else { Err(self.cut_in_head(offset)) };
            }
            let head = self.head(offset)?;
            let found = match head.kind {
                ENHANCED_PACKET | SIMPLE_PACKET | OLD_PACKET => self.packet(&head)?,
                SECTION_HEADER | INTERFACE_DESCRIPTION | INTERFACE_STATISTICS => self.describe(&head)?,
                _ => self.pass(&head)?,
            };
            if found {
                return Ok(true);
            }
        }
    }

    /// The frame last advanced to.
    #[inline]
    pub(super) fn record(&self) -> (&Record, &[u8]) {
        (&self.record, self.window.consumed(&self.record.place))
    }

    /// Its number: packets only are counted, in all sections, from 1.
    #[inline]
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Bytes of the file that were read.
    pub(super) fn position(&self) -> u64 {
        self.window.position()
    }

    /// The sum of what the interfaces of all sections last said to have dropped.
    pub(super) fn drops(&self) -> Option<u64> {
        sum(self.earlier_drops, &self.interfaces)
    }

    /// What was found wrong and read past.
    pub(super) fn take_fault(&mut self) -> Option<Fault> {
        self.fault.take()
    }

    /// The type and length of the block at the front; a section header also says how its section is to be read.
    #[inline]
    fn head(&mut self, offset: u64) -> Result<Head, Fault> {
        let Some(&[k0, k1, k2, k3, l0, l1, l2, l3, m0, m1, m2, m3]) = self.window.bytes().first_chunk() else {
            return Err(self.cut_in_head(offset));
        };
        let kind = self.order.u32([k0, k1, k2, k3]);
        if kind == SECTION_HEADER {
            let Some(order) = Order::of_magic([m0, m1, m2, m3]) else {
                return Err(self.bad("a section of no known byte order", offset));
            };
            self.order = order;
        }
        let length = self.order.u32([l0, l1, l2, l3]);
        if length < EMPTY_BLOCK || !length.is_multiple_of(4) {
            return Err(self.bad("a block of impossible length", offset));
        }
        Ok(Head { kind, length, offset })
    }

    /// Reads a block that carries a frame; false where the frame cannot be interpreted.
    #[inline]
    fn packet(&mut self, head: &Head) -> Result<bool, Fault> {
        self.whole(head)?;
        let end = (head.length as usize).saturating_sub(4);
        let body = self.window.bytes().get(packet::BLOCK_HEAD..end).unwrap_or_default();
        let packet = match head.kind {
            ENHANCED_PACKET => Packet::enhanced(body, self.order),
            SIMPLE_PACKET => Packet::simple(body, self.order, self.interfaces.first()),
            _ => Packet::old(body, self.order),
        };
        let Some(packet) = packet else { return Err(self.bad("a frame longer than its block", head.offset)) };
        let frame = self.number.saturating_add(1);
        let Some(interface) = self.interfaces.get(packet.interface as usize) else {
            self.number = frame;
            self.undescribed(packet.interface);
            self.window.consume(head.length as usize);
            return Ok(false);
        };
        if packet.captured > interface.frame_limit {
            return Err(Fault::FrameTooLong { frame, offset: head.offset, claimed: u64::from(packet.captured) });
        }
        self.number = frame;
        self.record.timestamp = packet.ticks.map_or_else(Default::default, |ticks| interface.clock.time(ticks));
        self.record.link = interface.link;
        self.record.wire_length = packet.wire_length;
        let block = self.window.consume(head.length as usize);
        let start = block.start.saturating_add(packet::BLOCK_HEAD).saturating_add(packet.start);
        self.record.place = start..start.saturating_add(packet.captured as usize);
        Ok(true)
    }

    /// Reads a block that describes what follows or what was dropped; never a frame.
    fn describe(&mut self, head: &Head) -> Result<bool, Fault> {
        self.whole(head)?;
        let block = self.window.bytes().get(..head.length as usize).unwrap_or_default();
        match head.kind {
            SECTION_HEADER => {
                self.earlier_drops = sum(self.earlier_drops, &self.interfaces);
                self.interfaces.clear();
            }
            INTERFACE_DESCRIPTION => {
                let Some(interface) = Interface::parse(block, self.order) else {
                    return Err(self.bad("an interface description that cannot be read", head.offset));
                };
                self.interfaces.push(interface);
            }
            _ => {
                let Some((interface, count)) = drops(block, self.order) else {
                    self.window.consume(head.length as usize);
                    return Ok(false);
                };
                // Each statement counts from the start of the capture, so the latest holds.
                if let Some(interface) = self.interfaces.get_mut(interface as usize) {
                    interface.drops = Some(count);
                }
            }
        }
        self.window.consume(head.length as usize);
        Ok(false)
    }

    /// Passes over a block of no interest, of whatever length.
    fn pass(&mut self, head: &Head) -> Result<bool, Fault> {
        let most = u64::from(head.length).saturating_sub(4);
        let skipped = self.window.skip(most).map_err(|source| self.failed(source))?;
        if !skipped || !self.ensure(4)? {
            return Err(self.cut(head));
        }
        let trailer = self.window.bytes().first_chunk().map(|&bytes| self.order.u32(bytes));
        if trailer != Some(head.length) {
            return Err(self.bad("a block whose two lengths differ", head.offset));
        }
        self.window.consume(4);
        Ok(false)
    }

    /// Makes the whole block available, and sees that it ends with the length it began with.
    #[inline]
    fn whole(&mut self, head: &Head) -> Result<(), Fault> {
        if head.length > BLOCK_LIMIT {
            return Err(self.bad("a block longer than 64 MiB", head.offset));
        }
        if !self.ensure(head.length)? {
            return Err(self.cut(head));
        }
        let end = (head.length as usize).saturating_sub(4);
        let trailer = self.window.bytes().get(end..).and_then(|rest| rest.first_chunk());
        if trailer.map(|&bytes| self.order.u32(bytes)) != Some(head.length) {
            return Err(self.bad("a block whose two lengths differ", head.offset));
        }
        Ok(())
    }

    #[inline]
    fn ensure(&mut self, count: u32) -> Result<bool, Fault> {
        self.window.ensure(count as usize).map_err(|source| self.failed(source))
    }

    #[cold]
    fn undescribed(&mut self, interface: u32) {
        if !self.faulted {
            self.faulted = true;
            self.fault = Some(Fault::UnknownInterface { frame: self.number, interface });
        }
    }

    #[cold]
    fn cut(&self, head: &Head) -> Fault {
        match head.kind {
            ENHANCED_PACKET | SIMPLE_PACKET | OLD_PACKET => {
                Fault::CutInFrame { frame: self.number.saturating_add(1), offset: head.offset }
            }
            _ => self.cut_in_head(head.offset),
        }
    }

    #[cold]
    fn cut_in_head(&self, offset: u64) -> Fault {
        Fault::CutInBlock { after: self.number, offset }
    }

    #[cold]
    fn bad(&self, what: &'static str, offset: u64) -> Fault {
        Fault::BadBlock { what, after: self.number, offset }
    }

    #[cold]
    fn failed(&self, source: std::io::Error) -> Fault {
        Fault::reading(self.number, self.window.position(), source)
    }
}

/// Adds what interfaces say to have dropped; `None` where none says anything.
fn sum(earlier: Option<u64>, interfaces: &[Interface]) -> Option<u64> {
    interfaces
        .iter()
        .filter_map(|interface| interface.drops)
        .fold(earlier, |total, drops| Some(total.unwrap_or(0).saturating_add(drops)))
}
