//! The command line: what is said, where, and with which exit status.

mod captures;
mod commands;
mod failures;
mod lines;
