//! Frames that are held back for a while: copies, first in, first out.

use std::collections::VecDeque;

use crate::frame::{Frame, InputId, LinkType, Timestamp};

/// Bytes given up at the front before the rest is moved there.
const SLACK: usize = 1 << 16;

/// Frames in the order they came.
#[derive(Debug, Default)]
pub(super) struct Held {
    heads: VecDeque<Head>,
    /// Their bytes, one frame after the other, from `start` on.
    bytes: Vec<u8>,
    start: usize,
}

/// A frame but for its bytes.
#[derive(Clone, Copy, Debug)]
struct Head {
    number: u64,
    timestamp: Timestamp,
    /// When it was put here, in the caller's clock.
    arrived: u64,
    length: u32,
    wire_length: u32,
    input: InputId,
    link: LinkType,
}

impl Held {
    /// Adds a frame at the end.
    pub(super) fn push(&mut self, frame: &Frame<'_>, arrived: u64) {
        let &Frame { input, number, timestamp, link, bytes, wire_length } = frame;
        self.heads.push_back(Head { number, timestamp, arrived, length: bytes.len() as u32, wire_length, input, link });
        self.bytes.extend_from_slice(bytes);
    }

    /// The first frame.
    pub(super) fn front(&self) -> Option<Frame<'_>> {
        let head = self.heads.front()?;
        let bytes = self.bytes.get(self.start..self.start + head.length as usize)?;
        let &Head { number, timestamp, input, link, wire_length, .. } = head;
        Some(Frame { input, number, timestamp, link, bytes, wire_length })
    }

    /// When the first frame was captured, and when it was put here.
    pub(super) fn times(&self) -> Option<(Timestamp, u64)> {
        self.heads.front().map(|head| (head.timestamp, head.arrived))
    }

    /// Drops the first frame.
    pub(super) fn pop(&mut self) {
        let Some(head) = self.heads.pop_front() else { return };
        self.start += head.length as usize;
        if self.heads.is_empty() {
            self.bytes.clear();
            self.start = 0;
        } else if self.start > SLACK && self.start > self.bytes.len() / 2 {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
    }

    /// Bytes of memory that its frames take.
    pub(super) fn size(&self) -> usize {
        self.bytes.len() - self.start + self.heads.len() * size_of::<Head>()
    }
}

#[cfg(test)]
mod tests {
    use super::Held;
    use crate::frame::{Frame, InputId, LinkType, Timestamp};

    fn frame(number: u64, bytes: &[u8]) -> Frame<'_> {
        Frame {
            input: InputId(3),
            number,
            timestamp: Timestamp(number.cast_signed() * 10),
            link: LinkType::ETHERNET,
            bytes,
            wire_length: 2000,
        }
    }

    #[test]
    fn frames_come_out_as_they_went_in() {
        let mut held = Held::default();
        let (mut pushed, mut popped) = (0_u64, 0_u64);
        let content = |number: u64| vec![number as u8; 300 + (number as usize * 37) % 1200];
        // More goes in than comes out, then the other way round: the bytes are moved to the front several times.
        for round in 0..2000_u64 {
            for _ in 0..(if round < 1000 { 2 } else { 0 }) {
                pushed += 1;
                held.push(&frame(pushed, &content(pushed)), round);
            }
            popped += 1;
            let front = held.front().expect("a frame");
            assert_eq!(
                (front.number, front.timestamp, front.wire_length),
                (popped, Timestamp(popped.cast_signed() * 10), 2000)
            );
            assert_eq!(front.bytes, content(popped));
            held.pop();
        }
        assert_eq!((pushed, held.size()), (2000, 0));
        assert!(held.front().is_none() && held.times().is_none());
    }
}
