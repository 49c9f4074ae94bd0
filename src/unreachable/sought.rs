//! The packet that a message quotes, as it is looked for among the captured ones.

use super::Quote;
use crate::flow::{Direction, FragmentKey, Located, Locator};

/// Where the quoted packet is looked for; worked out before anything is looked up, on whichever thread reads the message.
#[derive(Clone, Debug)]
pub struct Sought {
    /// Its flow, and the way it went in it; `None` as in [`FlowKey::of`](crate::flow::FlowKey::of).
    pub(super) flow: Option<(Located, Direction)>,
    /// Of a fragment: its datagram, and its offset there in units of eight bytes. Few quotes are, and all carry the place.
    pub(super) fragment: Option<Box<(FragmentKey, u16)>>,
}

impl Sought {
    /// Where the packet that a quote is of may be.
    #[inline]
    pub fn of(quote: &Quote<'_>, locator: &Locator) -> Self {
        let datagram = || Box::new((FragmentKey::of(&quote.ip), quote.ip.fragment_offset));
        Self { flow: locator.locate(&quote.ip, &quote.transport), fragment: quote.ip.is_fragment().then(datagram) }
    }
}
