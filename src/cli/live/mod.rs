//! `unreach live`: interfaces, until told to stop.

mod desk;
mod metrics;
mod options;
mod outlet;
mod pulse;
mod rights;
mod rows;
mod run;
mod saving;
mod tally;
mod view;

pub(super) use options::Options;
pub(super) use run::run;
