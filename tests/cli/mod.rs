//! The command line: what is said, where, and with which exit status.

mod anonymize;
pub(crate) mod captures;
mod closed;
mod commands;
mod compressed;
mod configured;
mod damage;
mod decode_as;
mod explaining;
mod failures;
mod follow;
mod idle;
pub(crate) mod lines;
mod live;
mod live_outputs;
mod live_scenes;
mod misspelt;
mod names;
mod outputs;
mod selecting;
mod sniffing;
