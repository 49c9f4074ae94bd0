//! The first bytes of a pcapng's block, and what is left of one of no interest.

/// The first bytes of a block.
#[derive(Clone, Copy)]
pub(super) struct Head {
    pub(super) kind: u32,
    pub(super) length: u32,
    pub(super) offset: u64,
}

/// A block that is passed over, and how many of its bytes are left before its last four.
pub(super) struct Passing {
    pub(super) head: Head,
    pub(super) left: u64,
}
