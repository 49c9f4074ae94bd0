//! The command line: what is said, where, and with which exit status.

mod anonymize;
pub(crate) mod captures;
mod commands;
mod compressed;
mod failures;
pub(crate) mod lines;
mod live;
mod live_outputs;
mod live_scenes;
mod names;
mod selecting;
