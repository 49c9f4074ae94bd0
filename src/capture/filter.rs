//! Capture filters in the language of tcpdump, compiled by libpcap for each link type they meet.

use pcap::{BpfProgram, Capture, Linktype};

use super::link;
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
