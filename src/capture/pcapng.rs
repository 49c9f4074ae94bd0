//! The capture file of the next generation: blocks of many kinds, in sections, from several interfaces.
//!
//! The format: <https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-02.html>. Blocks that describe are parsed by
//! `pcap-parser`. Those that carry frames are read here: its parsers allocate for the options of every frame, and refuse
//! a frame over a bad option.
#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::arithmetic_side_effects)]

use super::blocks::BLOCK_LIMIT;
use super::head::{Head, Passing};
use super::interface::Interface;
use super::order::Order;
use super::packet::{self, ENHANCED_PACKET, Packet};
use super::passed::Passed;
use super::problem::Fault;
use super::record::{RECORDS, Record, add_times};
use super::resync::{self, Attempts, Damage, Stop};
use super::section::Section;
use super::window::Window;
use crate::frame::Course;

/// Block types (sections 4 and 10 of the draft).
const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const INTERFACE_DESCRIPTION: u32 = 1;
const OLD_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const INTERFACE_STATISTICS: u32 = 5;

/// Type, length, and the length once more at the end.
const EMPTY_BLOCK: u32 = 12;

/// Bytes of a block that describes an interface or what it dropped, at most: all its options are taken apart, which takes
/// eight times the memory of the shortest ones. Those of real captures have some hundred.
const DESCRIPTION_LIMIT: u32 = 1 << 20;

/// Type, length, byte-order magic, versions, section length, and the length once more at the end.
const SECTION_HEADER_LENGTH: u32 = 28;

/// Reads the blocks of one pcapng capture.
pub(super) struct Pcapng {
    window: Window,
    section: Section,
    number: u64,
    /// A block of no interest that is being passed over.
    passing: Option<Passing>,
    /// Drops that ended sections reported, and whether any did.
    earlier_drops: Option<u64>,
    passed: Passed,
    times: Course,
    attempts: Attempts,
}

impl Pcapng {
    /// Reads the section header at the front of `window`.
    pub(super) fn open(window: Window) -> Result<Self, Fault> {
        let mut file = Self {
            window,
            section: Section::new(Order::Little),
            number: 0,
            passing: None,
            earlier_drops: None,
            passed: Passed::default(),
            times: Course::default(),
            attempts: Attempts::default(),
        };
        if !file.ensure(SECTION_HEADER_LENGTH)? {
            return Err(Fault::CutInHeader { length: file.window.bytes().len() });
        }
        let head = file.head(0)?;
        file.describe(&head)?;
        Ok(file)
    }

    /// Reads the records of frames, as many as are in memory and one at least; none at the end.
    pub(super) fn advance(&mut self, records: &mut Vec<Record>) -> Result<(), Fault> {
        if let Some(passing) = self.passing.take() {
            self.pass_on(passing)?;
        }
        if let Some(damage) = self.attempts.take_open() {
            self.pass_damage(damage)?;
        }
        loop {
            match self.section.order {
                Order::Little => self.read_held(u32::from_le_bytes, records),
                Order::Big => self.read_held(u32::from_be_bytes, records),
            }
            if records.len() >= RECORDS {
                break;
            }
            match self.block(records) {
                Ok(true) => {}
                Ok(false) => break,
                // The frames before it come first; then it is met again.
                Err(_) if !records.is_empty() => break,
                Err(fault) if fault.is_damage() => {
                    self.pass_damage(Damage { fault, from: self.window.position() })?;
                }
                Err(fault) => return Err(fault),
            }
        }
        add_times(&mut self.times, records);
        Ok(())
    }

    /// Goes to the next blocks that can be believed, if there are any.
    #[cold]
    fn pass_damage(&mut self, damage: Damage) -> Result<(), Fault> {
        let believable = |bytes: &[u8]| self.section.believable(bytes, self.times.last());
        let is_next = |bytes: &[u8], place| self.section.has_block_before(bytes, place);
        match self.attempts.pass(&mut self.window, damage, believable, is_next) {
            Ok(from) => self.passed.over(self.number, from, self.window.position()),
            Err(Stop::Damage(fault)) => return Err(fault),
            Err(Stop::Input(source)) => return Err(self.failed(source)),
        }
        self.section.is_unsure = true;
        Ok(())
    }

    /// Reads Enhanced Packet blocks that are in memory, up to one with which something is the matter: that, and all
    /// other blocks, are left to [`block`](Self::block).
    fn read_held(&mut self, number: impl Fn([u8; 4]) -> u32, records: &mut Vec<Record>) {
        let mut bytes = self.window.bytes();
        let (begin, all) = (self.window.start(), bytes.len());
        while records.len() < RECORDS
            && let Some((packet, behind)) = packet::split_enhanced(bytes, &number)
            && let Some(interface) = self.section.interfaces.get(packet.interface as usize)
            && packet.captured <= interface.frame_limit
        {
            self.number = self.number.wrapping_add(1);
            let block = begin.wrapping_add(all).wrapping_sub(bytes.len());
            records.push(interface.record(self.number, block, &packet));
            bytes = behind;
        }
        let left = bytes.len();
        self.window.consume(all.saturating_sub(left));
    }

    /// Reads the next block; false at the end, and where reading on would move frames that were found.
    #[inline]
    fn block(&mut self, records: &mut Vec<Record>) -> Result<bool, Fault> {
        let is_fixed = !records.is_empty();
        if is_fixed && !self.window.holds(EMPTY_BLOCK as usize) {
            return Ok(false);
        }
        let offset = self.window.position();
        if !self.ensure(EMPTY_BLOCK)? {
            return if self.window.bytes().is_empty() { Ok(false) } else { Err(self.cut_in_head(offset)) };
        }
        let head = self.head(offset)?;
        if is_fixed && !self.window.holds(head.length as usize) {
            return Ok(false);
        }
        match head.kind {
            ENHANCED_PACKET | SIMPLE_PACKET | OLD_PACKET => records.extend(self.packet(&head)?),
            SECTION_HEADER | INTERFACE_DESCRIPTION | INTERFACE_STATISTICS => self.describe(&head)?,
            _ => self.pass(&head)?,
        }
        Ok(true)
    }

    /// The bytes in memory.
    pub(super) fn held(&self) -> &[u8] {
        self.window.held()
    }

    /// Number of the frame last read, in all sections, from 1: those of packets, and of what else [has one](Head::numbers).
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Times of the frames read until now.
    pub(super) fn times(&self) -> Course {
        self.times
    }

    /// Bytes of the file that were read.
    pub(super) fn position(&self) -> u64 {
        self.window.position()
    }

    /// The sum of what the interfaces of all sections last said to have dropped.
    pub(super) fn drops(&self) -> Option<u64> {
        self.section.drops(self.earlier_drops)
    }

    /// Where more has to come before it is known how damage is passed over: from now on what is in memory is all there is. Tells
    /// whether it is so.
    pub(super) fn end_if_stuck(&mut self) -> bool {
        self.attempts.end_if_open(&mut self.window)
    }

    /// What was found wrong and read past, each once, and what could not be, as no more came.
    pub(super) fn take_fault(&mut self) -> Option<Fault> {
        self.passed.take().or_else(|| Some(self.attempts.take_open()?.fault))
    }

    /// The type and length of the block at the front; a section header also says how its section is to be read.
    #[inline]
    fn head(&mut self, offset: u64) -> Result<Head, Fault> {
        let Some(&[k0, k1, k2, k3, l0, l1, l2, l3, m0, m1, m2, m3]) = self.window.bytes().first_chunk() else {
            return Err(self.cut_in_head(offset));
        };
        let mut order = self.section.order;
        let kind = order.u32([k0, k1, k2, k3]);
        if kind == SECTION_HEADER {
            let own = Order::of_magic([m0, m1, m2, m3]);
            order = own.ok_or_else(|| self.bad("a section of no known byte order", offset))?;
        }
        let length = order.u32([l0, l1, l2, l3]);
        if kind == 0 && length == 0 {
            return Err(Fault::Zeros { frame: self.number.wrapping_add(1), offset });
        }
        if length < EMPTY_BLOCK || !length.is_multiple_of(4) {
            return Err(self.bad("a block of impossible length", offset));
        }
        // Not of a header that is damaged: what follows is of the section before.
        self.section.order = order;
        Ok(Head { kind, length, offset })
    }

    /// Reads a block that carries a frame; `None` where the frame cannot be interpreted.
    #[inline]
    fn packet(&mut self, head: &Head) -> Result<Option<Record>, Fault> {
        self.whole(head)?;
        let end = (head.length as usize).saturating_sub(4);
        let body = self.window.bytes().get(packet::BLOCK_HEAD..end).unwrap_or_default();
        let packet = match head.kind {
            ENHANCED_PACKET => Packet::enhanced(body, |bytes| self.section.order.u32(bytes)),
            SIMPLE_PACKET => Packet::simple(body, self.section.order, self.section.interfaces.first()),
            _ => Packet::old(body, self.section.order),
        };
        let Some(packet) = packet else { return Err(self.bad("a frame longer than its block", head.offset)) };
        let frame = self.number.saturating_add(1);
        let Some(interface) = self.section.interfaces.get(packet.interface as usize) else {
            self.number = frame;
            // Of a section with too many of them, it may well be described.
            if !self.section.is_crowded() {
                self.passed.undescribed(frame, packet.interface);
            }
            self.window.consume(head.length as usize);
            return Ok(None);
        };
        if packet.captured > interface.frame_limit {
            return Err(Fault::FrameTooLong { frame, offset: head.offset, claimed: u64::from(packet.captured) });
        }
        self.number = frame;
        let record = interface.record(frame, self.window.start(), &packet);
        self.window.consume(head.length as usize);
        Ok(Some(record))
    }

    /// Reads a block that describes what follows or what was dropped; never a frame.
    fn describe(&mut self, head: &Head) -> Result<(), Fault> {
        if head.kind != SECTION_HEADER && head.length > DESCRIPTION_LIMIT {
            return Err(self.bad("an interface description or statistics of more than 1 MiB", head.offset));
        }
        self.whole(head)?;
        let block = self.window.bytes().get(..head.length as usize).unwrap_or_default();
        match head.kind {
            SECTION_HEADER => {
                self.earlier_drops = self.section.drops(self.earlier_drops);
                self.section = Section::new(self.section.order);
            }
            INTERFACE_DESCRIPTION if self.section.is_unsure => {
                return Err(Fault::InterfaceUncertain { after: self.number, offset: head.offset });
            }
            INTERFACE_DESCRIPTION => {
                let Some(interface) = Interface::parse(block, self.section.order) else {
                    return Err(self.bad("an interface description that cannot be read", head.offset));
                };
                if !self.section.describe(interface) {
                    self.passed.crowded(head.offset);
                }
            }
            _ => self.section.note_drops(block),
        }
        self.window.consume(head.length as usize);
        Ok(())
    }

    /// Passes over a block of no interest, of whatever length. Where it ends wrongly, records are sought in it too, if it is
    /// no longer than what is looked through for them: of longer ones no more is kept, however the bytes arrive.
    fn pass(&mut self, head: &Head) -> Result<(), Fault> {
        if head.length as usize <= resync::VIEW {
            self.whole(head)?;
            self.window.consume(head.length as usize);
            self.number = self.number.saturating_add(head.numbers());
            return Ok(());
        }
        self.pass_on(Passing { head: *head, left: u64::from(head.length).saturating_sub(4) })
    }

    /// Passes over what is left of a block. Where its bytes have not come yet, it is gone on with later.
    fn pass_on(&mut self, mut passing: Passing) -> Result<(), Fault> {
        let Passing { head, left } = &mut passing;
        let before = self.window.position();
        let outcome = self.window.skip(*left).and_then(|skipped| Ok(skipped && self.window.ensure(4)?));
        *left = left.saturating_sub(self.window.position().saturating_sub(before));
        let head = *head;
        match outcome {
            Ok(true) => {}
            Ok(false) => return Err(self.cut(&head)),
            Err(source) => {
                self.passing = Some(passing);
                return Err(self.failed(source));
            }
        }
        let trailer = self.window.bytes().first_chunk().map(|&bytes| self.section.order.u32(bytes));
        if trailer != Some(head.length) {
            return Err(self.bad("a block whose two lengths differ", head.offset));
        }
        self.window.consume(4);
        self.number = self.number.saturating_add(head.numbers());
        Ok(())
    }

    /// Makes the whole block available, and sees that it ends as it should.
    #[inline]
    fn whole(&mut self, head: &Head) -> Result<(), Fault> {
        if head.length > BLOCK_LIMIT {
            return Err(self.bad("a block longer than 64 MiB", head.offset));
        }
        if !self.ensure(head.length)? {
            return Err(self.cut(head));
        }
        self.closed(head)
    }

    /// Sees that the block, which is there, ends with the length it began with.
    #[inline]
    fn closed(&self, head: &Head) -> Result<(), Fault> {
        let end = (head.length as usize).saturating_sub(4);
        let trailer = self.window.bytes().get(end..).and_then(|rest| rest.first_chunk());
        if trailer.map(|&bytes| self.section.order.u32(bytes)) != Some(head.length) {
            return Err(self.bad("a block whose two lengths differ", head.offset));
        }
        Ok(())
    }

    #[inline]
    fn ensure(&mut self, count: u32) -> Result<bool, Fault> {
        self.window.ensure(count as usize).map_err(|source| self.failed(source))
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
