//! The tests: a module for each module of the library, and one for the captures in `testdata`.

mod capture;
mod cli;
mod decode;
mod documentation;
mod network;
mod report;
mod testdata;
