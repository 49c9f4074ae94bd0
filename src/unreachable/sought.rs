//! The packet that a message quotes, as it is looked for among the captured ones.

use super::Quote;
use super::plain::Ends;
use crate::flow::{Direction, FragmentKey, Hint, Located, Locator, Observations};

/// Where the quoted packet is looked for; worked out before anything is looked up, on whichever thread reads the message.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    /// Its flow, and the way it went in it; `None` as in [`FlowKey::of`](crate::flow::FlowKey::of).
    pub(super) flow: Option<(Located, Direction)>,
    /// Where the flow was seen, some messages before this one is taken.
    pub(super) hint: Hint,
    /// Of a fragment: its datagram, and its offset there in units of eight bytes. Few quotes are, and all carry the place.
    pub(super) fragment: Option<Box<(FragmentKey, u16)>>,
}

impl Sought {
    /// Works out where the packet that a quote is of may be; nowhere, where nothing is quoted.
    #[inline]
    pub fn read(&mut self, quote: Option<&Quote<'_>>, locator: &Locator) {
        self.hint = Hint::default();
        self.flow = quote.and_then(|quote| locator.locate(&quote.ip, &quote.transport));
        let datagram = |quote: &Quote<'_>| Box::new((FragmentKey::of(&quote.ip), quote.ip.fragment_offset));
        self.fragment = quote.filter(|quote| quote.ip.is_fragment()).map(datagram);
    }

    /// The same for a quote that has these ends, and is of no fragment.
    #[inline]
    pub fn read_ends(&mut self, (addresses, ports, protocol): Ends<'_>, locator: &Locator) {
        self.hint = Hint::default();
        self.flow = Some(locator.locate_ends(addresses, ports, protocol));
        self.fragment = None;
    }

    /// Its flow, and the way it went in it.
    pub(crate) fn flow(&self) -> Option<(Located, Direction)> {
        self.flow
    }

    /// What its flow is found by; anything, where it has none.
    #[inline]
    pub(crate) fn tag(&self) -> u32 {
        self.flow.as_ref().map_or(0, |(located, _)| located.tag())
    }

    /// Brings its flow into the cache, and notes where that is.
    #[inline]
    pub(crate) fn prefetch_flow(&mut self, seen: &Observations) {
        if let Some((located, _)) = &self.flow {
            self.hint = seen.flows.prefetch_flow(located);
        }
    }

    /// Brings the flow's latest packet into the cache.
    #[inline]
    pub(crate) fn prefetch_latest(&self, seen: &Observations) {
        if let Some((_, direction)) = &self.flow {
            seen.prefetch_latest(self.hint, *direction);
        }
    }
}
