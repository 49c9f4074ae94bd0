//! The tests, in the order of the modules they are about.

mod cli;
mod report;
