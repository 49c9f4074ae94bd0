//! The command line: what is said, where, and with which exit status.

pub(crate) mod captures;
mod commands;
mod compressed;
mod configured;
mod explaining;
mod failures;
pub(crate) mod lines;
mod live;
mod outputs;
mod selecting;
