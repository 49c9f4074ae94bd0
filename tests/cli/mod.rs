//! The command line: what is said, where, and with which exit status.

mod anonymize;
pub(crate) mod captures;
mod commands;
mod compressed;
mod damage;
mod decode_as;
mod failures;
mod follow;
mod lines;
mod live;
mod names;
mod selecting;
