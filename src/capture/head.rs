//! The first bytes of a pcapng's block, and what is left of one of no interest.

/// The first bytes of a block.
#[derive(Clone, Copy)]
pub(super) struct Head {
    pub(super) kind: u32,
    pub(super) length: u32,
    pub(super) offset: u64,
}

/// Blocks that are no packets, but have numbers among them in Wireshark (`pcapng.c` of its wiretap): entries of the systemd journal, and
/// custom blocks, those that may be copied and those that may not.
const NUMBERED: [u32; 3] = [9, 0x0bad, 0x4000_0bad];

impl Head {
    /// How many numbers of frames a block of no interest takes.
    pub(super) fn numbers(&self) -> u64 {
        u64::from(NUMBERED.contains(&self.kind))
    }
}

/// A block that is passed over, and how many of its bytes are left before its last four.
pub(super) struct Passing {
    pub(super) head: Head,
    pub(super) left: u64,
}
