//! Unreachable messages: what they say, what they quote, and which packet of the capture that was.

mod candidates;
pub mod code;
mod comparison;
pub mod correlate;
mod credit;
mod message;
mod plain;
mod question;
mod quote;
mod reporter;
mod sought;
mod translation;

use serde::{Deserialize, Serialize};

use crate::frame::InputId;
pub use candidates::Walks;
pub use code::Code;
pub use comparison::is_quote_of;
pub use correlate::Correlation;
pub use message::{Message, Outer, Quoted};
pub use question::Questions;
pub use quote::{Quote, Unreachable};
pub use reporter::{Look, Reporter};
pub use sought::Sought;
pub use translation::Translations;

/// How the quoted packet was found among the captured ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Match {
    /// The very packet.
    Exact,
    /// Only its flow.
    Flow,
    /// Through its IP identification: the quote is of a fragment, or of a datagram that was captured in fragments.
    Fragment,
    /// Through an address translation.
    Nat,
    /// Nothing the capture holds.
    #[default]
    None,
}

impl Match {
    /// The keyword of the `match` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Flow => "flow",
            Self::Fragment => "fragment",
            Self::Nat => "nat",
            Self::None => "none",
        }
    }
}

/// Searches among the latest packets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Searches {
    /// Among those of the flow that a quote names.
    pub(crate) walks: Walks,
    /// For packets behind an address translation.
    pub(crate) translations: Translations,
    /// For questions that were put to another address.
    pub(crate) questions: Questions,
}

/// A frame of one of the inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FrameRef {
    /// The input.
    pub input: InputId,
    /// The frame's number in it, from 1.
    pub number: u64,
}
