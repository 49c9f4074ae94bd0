//! What came from each interface.

use crate::capture::{Sniffer, Standing};
use crate::frame::{Frame, LinkType};
use crate::report::{Input, printable};

/// Inputs by [`InputId`](crate::frame::InputId), as far as frames came from them.
#[derive(Default)]
pub(super) struct Tally {
    inputs: Vec<Input>,
    /// Link type of the last frame of each: interfaces rarely have two.
    links: Vec<Option<LinkType>>,
}

impl Tally {
    /// Counts a frame.
    #[inline]
    pub(super) fn count(&mut self, frame: &Frame<'_>) {
        let place = usize::from(frame.input.0);
        self.reach(place + 1);
        let (Some(input), Some(link)) = (self.inputs.get_mut(place), self.links.get_mut(place)) else { return };
        input.packets += 1;
        input.bytes += frame.bytes.len() as u64;
        input.first = input.first.or(Some(frame.timestamp));
        input.last = input.last.max(Some(frame.timestamp));
        if *link != Some(frame.link) {
            *link = Some(frame.link);
            let name = frame.link.to_string();
            if !input.link_types.contains(&name) {
                input.link_types.push(name);
            }
        }
    }

    fn reach(&mut self, length: usize) {
        while self.inputs.len() < length {
            self.inputs.push(Input { format: "live".to_owned(), ..Input::default() });
            self.links.push(None);
        }
    }

    /// Gives the inputs their names.
    pub(super) fn name(&mut self, sniffer: &Sniffer) {
        for (place, input) in (0..).zip(&mut self.inputs) {
            if input.name.is_empty() {
                sniffer.name(crate::frame::InputId(place)).unwrap_or_default().clone_into(&mut input.name);
            }
        }
    }

    /// The inputs.
    pub(super) fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// The inputs with what the interfaces lost, and remarks where that is any.
    pub(super) fn conclude(mut self, standings: &[Standing]) -> (Vec<Input>, Vec<String>) {
        self.reach(standings.len());
        let mut remarks = Vec::new();
        for standing in standings {
            let (kernel, interface) = (standing.stats.dropped_by_kernel, standing.stats.dropped_by_interface);
            if let Some(input) = self.inputs.get_mut(usize::from(standing.input.0)) {
                standing.name.clone_into(&mut input.name);
                input.dropped = Some(kernel + interface);
            }
            if kernel + interface > 0 {
                remarks.push(format!(
                    "{}: {kernel} packets dropped by the kernel and {interface} by the interface were not seen \
                     (a larger --buffer may help)",
                    printable(&standing.name)
                ));
            }
        }
        (self.inputs, remarks)
    }
}
