//! `--max-memory`: what of it each part of a run may take.

use super::arguments::{Input as InputOptions, Reporting};
use crate::analyzer::Config;

/// One in so many bytes is for names, where they are learned: those of more hosts than the rest is enough to judge.
const FOR_NAMES: u64 = 8;
/// The same of rows that wait for who reads the outputs of a live run.
const FOR_ROWS: u64 = 16;
/// The same of frames that are held back, for the sake of their order where there are several interfaces, and to be saved.
const FOR_ORDER: u64 = 8;
const FOR_SAVING: u64 = 4;
/// The same of sorting rows, which begins when the analysis has given back most of what it took.
const FOR_SORTING: u64 = 4;

/// What parts of a run may take; as much as they do anyway where memory is not bounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shares {
    analysis: Option<u64>,
    pub(super) names: Option<usize>,
    pub(super) sorting: Option<usize>,
    /// Of a live run.
    pub(super) live: LiveShares,
}

/// What parts of a live run may take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LiveShares {
    /// Rows that wait to be written, of all outputs.
    pub(super) rows: Option<usize>,
    /// Frames of several interfaces.
    pub(super) order: Option<usize>,
    /// Frames that may be evidence.
    pub(super) saving: Option<usize>,
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

    /// Those of a live run of one interface or several, which saves frames or does not.
    pub(super) fn of_live(input: &InputOptions, reporting: &Reporting, is_one: bool, saves: bool) -> Self {
        let shares = Self::of(input, reporting);
        let (Some(memory), Some(analysis)) = (input.max_memory, shares.analysis) else { return shares };
        let part = |of: u64, is_needed: bool| if is_needed { memory / of } else { 0 };
        let (rows, order, saving) = (part(FOR_ROWS, true), part(FOR_ORDER, !is_one), part(FOR_SAVING, saves));
        let [rows_room, order_room, saving_room] = [rows, order, saving].map(|bytes| Some(bytes as usize));
        Self {
            analysis: Some(analysis - rows - order - saving),
            live: LiveShares { rows: rows_room, order: order_room, saving: saving_room },
            ..shares
        }
    }

    fn within(memory: Option<u64>, learns_names: bool) -> Self {
        let Some(memory) = memory else { return Self::default() };
        let names = if learns_names { memory / FOR_NAMES } else { 0 };
        Self {
            analysis: Some(memory - names),
            names: Some(names as usize),
            sorting: Some((memory / FOR_SORTING) as usize),
            live: LiveShares::default(),
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
        (shares, session::config(&read.input, shares, Told::by(&read.report, arguments.talk), None))
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

    /// The shares of a live run with these options, and its bounds.
    fn live_bounds(options: &[&str]) -> (Shares, Config) {
        let words = [&["unreach", "live", "-i", "any", "-o", "messages=all.csv"], options].concat();
        let arguments = Arguments::try_parse_from(words).expect("good options");
        let Some(Command::Live(live)) = arguments.command else { panic!("another command") };
        let shares = Shares::of_live(&live.input, &live.report, live.interfaces.len() == 1, live.save.is_some());
        (shares, session::config(&live.input, shares, Told::by(&live.report, arguments.talk), Some(1)))
    }

    #[test]
    fn what_a_live_run_holds_back_is_within_its_memory() {
        for options in [&[][..], &["-i", "lo"], &["--save", "kept.pcapng", "--names"]] {
            let (shares, config) = live_bounds(&[&["--max-memory", "64MiB"], options].concat());
            let live = shares.live;
            let parts = [live.rows, live.order, live.saving, shares.names].map(Option::unwrap_or_default);
            assert_eq!(shares.analysis.map(|analysis| analysis as usize + parts.iter().sum::<usize>()), Some(64 << 20));
            assert_eq!(
                [live.rows, live.order, live.saving].map(|share| share > Some(0)),
                [true, options.contains(&"-i"), options.contains(&"--save")]
            );
            // Waiting and remembered, of some 128 bytes each.
            let messages = 2 * 128 * config.room.messages;
            assert!((1 << 20..12 << 20).contains(&messages), "{messages}");
        }
        // However little there is, rows that are wanted are written.
        let least = live_bounds(&["--max-memory", "24MiB", "-i", "lo", "--save", "kept.pcapng", "--names"]).1;
        assert!(least.room.messages >= 1 << 12, "{}", least.room.messages);
        assert_eq!(live_bounds(&[]).0, Shares::default());
        assert_eq!(live_bounds(&[]).1.room, Config::default().room);
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
