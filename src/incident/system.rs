//! What system a reporter looks like, so that the advised command exists there.

use crate::evidence::{CaseFacts, initial_ttl};

/// A family of systems, as far as messages tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum System {
    /// Linux; where nothing tells otherwise, as most hosts and boxes are.
    Linux,
    /// Windows: initial TTL 128.
    Windows,
    /// FreeBSD and macOS, and other hosts of that descent: initial TTL 64, no precedence, eight bytes quoted.
    Bsd,
    /// A router of its own make: initial TTL 255, eight bytes quoted or precedence 6.
    Router,
}

impl System {
    /// What the messages of the case look like (nmap-os-db test U1; RFC 1812 section 4.3.2.5 for the precedence).
    pub(super) fn of(facts: &CaseFacts) -> Self {
        let look = facts.key.signature;
        let shortest = if look.version == 4 { 28 } else { 48 };
        let is_short = facts.quoted_length_max <= shortest;
        match initial_ttl(look.ttl) {
            128 => Self::Windows,
            255 if is_short || look.precedence == 0xc0 => Self::Router,
            64 if look.version == 4 && is_short && look.precedence == 0 => Self::Bsd,
            _ => Self::Linux,
        }
    }
}
