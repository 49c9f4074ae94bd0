//! The tests: a module for each module of the library, and one for the captures in `testdata`.

mod analyzer;
mod anonymity;
mod architecture;
mod capture;
mod cli;
mod corpus;
mod decode;
mod decode_plain;
mod documentation;
mod evidence;
mod flow;
mod frame;
mod incident;
mod naming;
mod network;
mod report;
mod testdata;
mod unreachable;
mod verdict;
