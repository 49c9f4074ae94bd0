//! Capture filters in the language of tcpdump, compiled by libpcap for each link type they meet.

use pcap::{BpfProgram, Capture, Linktype};

use super::link;
use super::problem::{Error, Fault};
use crate::frame::{Frame, LinkType};

/// A filter and its programs. As libpcap's crate hands it only the captured bytes, `len`, `less` and `greater`
/// speak of the captured length.
pub struct Filter {
    expression: String,
    programs: Vec<(LinkType, Option<BpfProgram>)>,
}

impl Filter {
    /// A filter that is compiled when it meets frames.
    pub fn new(expression: &str) -> Self {
        Self { expression: expression.to_owned(), programs: Vec::new() }
    }

    /// A filter that is compiled for the link types that inputs begin with, and which of these it could not be compiled for. One that fits
    /// none of them is the user's error.
    pub(super) fn compile(
        expression: &str,
        links: impl Iterator<Item = (usize, LinkType)>,
    ) -> Result<(Self, Vec<(usize, Fault)>), Error> {
        let mut filter = Self::new(expression);
        let mut links: Vec<_> = links.collect();
        if links.is_empty() {
            links.push((0, LinkType::ETHERNET));
        }
        let (mut fits, mut failures) = (false, Vec::new());
        for (index, link) in links {
            match filter.prepare(link) {
                Ok(()) => fits |= filter.fits(link),
                Err(reason) => failures.push((index, link, reason)),
            }
        }
        if !fits && let Some((_, _, reason)) = failures.pop() {
            return Err(Error::Filter { expression: expression.to_owned(), reason });
        }
        let faults = failures.into_iter().map(|(index, link, reason)| (index, Fault::Unfiltered { link, reason }));
        Ok((filter, faults.collect()))
    }

    /// Compiles the filter for frames of `link`; the error is what libpcap says. The first call for a link type counts:
    /// later ones are silent.
    pub fn prepare(&mut self, link: LinkType) -> Result<(), String> {
        if self.programs.iter().any(|(known, _)| *known == link) {
            return Ok(());
        }
        let compiled =
            Capture::dead(Linktype(link::to_dlt(link))).and_then(|dead| dead.compile(&self.expression, true));
        let (program, outcome) = match compiled {
            Ok(program) => (Some(program), Ok(())),
            Err(pcap::Error::PcapError(reason)) => (None, Err(reason)),
            Err(error) => (None, Err(error.to_string())),
        };
        self.programs.push((link, program));
        outcome
    }

    /// Whether it was compiled for frames of `link`.
    pub fn fits(&self, link: LinkType) -> bool {
        self.programs.iter().any(|(known, program)| *known == link && program.is_some())
    }

    /// Whether the frame passes; frames of a link type that the filter was not, or could not be, prepared for do not.
    #[inline]
    pub fn admits(&self, frame: &Frame<'_>) -> bool {
        let program = self.programs.iter().find(|(link, _)| *link == frame.link);
        program.is_some_and(|(_, program)| program.as_ref().is_some_and(|program| program.filter(frame.bytes)))
    }
}
