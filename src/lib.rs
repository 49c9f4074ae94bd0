//! `unreach` tells for every ICMP unreachable of a capture which packet was refused, by whom, and why.
//!
//! The modules below are listed in the order of the data flow; each uses only those above it.
//! Everything before [`report`] knows no file, clock, socket or thread: bytes and time come in, findings come out.

/// A captured frame.
pub mod frame;

/// Bytes to packets.
pub mod decode;

/// Flows, hosts and services.
pub mod flow;

/// Messages and their quotes.
pub mod unreachable;

/// Priors and weights to probabilities.
pub mod verdict;

/// Questions put to the capture.
pub mod evidence;

/// Messages to incidents, reporters to devices.
pub mod incident;

/// The hot path.
pub mod analyzer;

/// Names of hosts and networks.
pub mod naming;

/// Other addresses in place of the captured ones.
pub mod anonymity;

/// Findings to tables.
pub mod report;

/// Frames from files and interfaces.
pub mod capture;

/// The command line.
pub mod cli;
