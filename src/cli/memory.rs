//! `--max-memory`: what of it each part of a run may take.

use super::arguments::{Input as InputOptions, Reporting};
use crate::analyzer::Config;

/// One in so many bytes is for names, where they are learned: those of more hosts than the rest is enough to judge.
const FOR_NAMES: u64 = 8;
/// The same of sorting rows, which begins when the analysis has given back most of what it took.
const FOR_SORTING: u64 = 4;

/// What parts of a run may take; as much as they do anyway where memory is not bounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shares {
    analysis: Option<u64>,
    pub(super) names: Option<usize>,
    pub(super) sorting: Option<usize>,
}

impl Shares {
    /// Those of a run with these options.
    pub(super) fn of(input: &InputOptions, reporting: &Reporting) -> Self {
        Self::within(input.max_memory, reporting.naming.learns())
    }

    /// Those of a run that learns no names.
    pub(super) fn of_analysis(input: &InputOptions) -> Self {
        Self::within(input.max_memory, false)
    }

    fn within(memory: Option<u64>, learns_names: bool) -> Self {
        let Some(memory) = memory else { return Self::default() };
        let names = if learns_names { memory / FOR_NAMES } else { 0 };
        Self {
            analysis: Some(memory - names),
            names: Some(names as usize),
            sorting: Some((memory / FOR_SORTING) as usize),
        }
    }

    /// The same bounds, or those that the share of the analysis leaves where they are smaller.
    pub(super) fn bound(self, config: Config) -> Config {
        match self.analysis {
            Some(memory) => config.within(memory),
            None => config,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::Shares;
    use crate::analyzer::Config;
    use crate::cli::arguments::{Arguments, Command};
    use crate::cli::session::{self, Told};

    /// The shares of a run with these options, and its bounds.
    fn bounds(options: &[&str]) -> (Shares, Config) {
        let words = [&["unreach", "read", "any.pcap"], options].concat();
        let arguments = Arguments::try_parse_from(words).expect("good options");
        let Some(Command::Read(read)) = arguments.command else { panic!("another command") };
        let shares = Shares::of(&read.input, &read.report);
        (shares, session::config(&read.input, shares, Told::by(&read.report, arguments.talk)))
    }

    #[test]
    fn of_two_bounds_the_smaller_counts() {
        let flows = |options: &[&str]| bounds(options).1.max_flows;
        let within = flows(&["--max-memory", "24MiB"]);
        assert!(within < 100_000, "{within}");
        assert_eq!(flows(&["--max-memory", "24MiB", "--max-flows", "4000000"]), within);
        assert_eq!(flows(&["--max-memory", "24MiB", "--max-flows", "1000"]), 1000);
        assert_eq!(flows(&["--max-flows", "5000000"]), 5_000_000);
        assert_eq!(flows(&[]), Config::default().max_flows);
    }

    #[test]
    fn names_take_from_what_the_analysis_has() {
        let ((without, all), (with, less)) =
            (bounds(&["--max-memory", "64MiB"]), bounds(&["--max-memory", "64MiB", "--names"]));
        assert_eq!((without.analysis, without.names), (Some(64 << 20), Some(0)));
        assert_eq!((with.analysis, with.names), (Some(56 << 20), Some(8 << 20)));
        assert!(less.max_flows < all.max_flows && less.others < all.others, "{less:?} {all:?}");
        assert_eq!(with.sorting, Some(16 << 20), "the analysis is over then");
        assert_eq!(bounds(&["--names"]).0, Shares::default());
    }
}
