//! Calibration: how far the confidence of verdicts can be trusted, and which weights the labelled captures would change.
//!
//! ```sh
//! cargo run --release --example calibrate -- [DIR] [--folds N] [--strength X] [--without-twins]
//! ```
//!
//! `DIR` (default `testdata/lab`) holds `SCENARIO/VANTAGE.pcap` with `VANTAGE.labels.csv` beside it. The command prints
//!
//! 1. what the present weights are worth, and a table of confidence against truth: of the verdicts at 0.9, nine in ten
//!    ought to be right. Twins (a closed UDP port, and a `REJECT` on the same host) send the same bytes and stand apart;
//! 2. the same figures for fitted weights: on scenarios that the fit has not seen (`--folds`), and on those it has;
//! 3. the changes that the fit suggests, in whole decibans, and how many groups of messages gave the reading.
//!
//! It writes nothing. A suggestion is worth as much as the captures are like the world: a weight is changed by hand in
//! the file of its signal, where there is a reason beside the figure, and then the command is run again.
//!
//! The fit minimizes the surprise of the true causes over groups of alike messages, each weighing the same, plus
//! `--strength` nepers for each weight that moves by ten decibans. How often a cause is met in a laboratory says nothing
//! about how often it is met elsewhere. So while it fits, each kind of refusal has a mix of causes of its own, which then
//! is dropped: verdicts by fitted weights use the priors as they are. Readings that weigh nothing by design stay, too.

mod captures;
mod figures;
mod fit;
mod folds;
mod tables;
mod truth;

use std::io;
use std::path::PathBuf;

use clap::Parser;
use unreach::verdict::Verdict;

use captures::{Collection, Sample};
use figures::figures;

/// Compares verdicts with the truth of labelled captures, and suggests changes of weights.
#[derive(Debug, Parser)]
struct Arguments {
    /// Folder of SCENARIO/VANTAGE.pcap with VANTAGE.labels.csv beside it
    #[arg(default_value = "testdata/lab", value_name = "DIR")]
    folder: PathBuf,
    /// Parts that the scenarios are divided into; each is judged by a fit on the others
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(2..))]
    folds: u16,
    /// Pull towards the present weights: nepers for each weight that moves by ten decibans
    #[arg(long, value_name = "X", default_value_t = 30.0)]
    strength: f64,
    /// Fit to what can be read off a capture only: twins are judged, but teach nothing
    #[arg(long)]
    without_twins: bool,
}

fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    let collection = captures::collect(&arguments.folder)?;
    tables::print_collection(&collection);
    print_present(&collection);
    print_fits(&collection.samples, &arguments);
    Ok(())
}

fn print_present(Collection { samples, .. }: &Collection) {
    let said: Vec<Verdict> = samples.iter().map(|sample| sample.verdict.clone()).collect();
    tables::print_reliability(samples, &said);
    tables::print_heading();
    tables::print_figures("as printed", &figures(samples, &said));
}

fn print_fits(samples: &[Sample], arguments: &Arguments) {
    let teaches = |sample: &Sample| !(arguments.without_twins && sample.truth.is_twin);
    let chosen: Vec<&Sample> = samples.iter().filter(|sample| teaches(sample)).collect();
    let (present, fitted) = (fit::present(), fit::fit(&chosen, arguments.strength));
    let by = |weights| samples.iter().map(|sample| fit::verdict(sample, weights)).collect::<Vec<Verdict>>();
    let whole: Vec<Verdict> = samples.iter().map(|sample| fit::whole_verdict(sample, &fitted)).collect();
    let held_out = folds::held_out(samples, arguments.folds.into(), |others| {
        fit::fit(&others.into_iter().filter(|sample| teaches(sample)).collect::<Vec<_>>(), arguments.strength)
    });
    tables::print_figures("present weights", &figures(samples, &by(&present)));
    tables::print_figures("fitted, held out", &figures(samples, &held_out));
    tables::print_figures("fitted on all", &figures(samples, &by(&fitted)));
    tables::print_figures("fitted, whole", &figures(samples, &whole));
    tables::print_changes(samples, &present, &fitted);
}
