//! `unreach` tells for every ICMP unreachable of a capture which packet was refused, by whom, and why.
//!
//! The modules below are listed in the order of the data flow; each uses only those above it.
//! Everything before [`report`] knows no file, clock or socket: bytes and time come in, findings come out.
//!
//! The whole way, from captures to rows:
//!
//! ```
//! use std::path::PathBuf;
//!
//! use unreach::analyzer::{Analyzer, Config};
//! use unreach::capture::{Options, Timeline};
//!
//! let captures = [PathBuf::from("testdata/lab/netfilter_fwd_r2/client.pcap")];
//! let mut timeline = Timeline::open(&captures, &Options::default())?;
//! let mut analyzer = Analyzer::new(Config::default());
//! while let Some(frames) = timeline.next_frames() {
//!     frames.for_each(|frame| analyzer.push(&frame));
//! }
//! let (findings, totals) = analyzer.finish();
//! for incident in &findings.incidents {
//!     println!("{} refused, {} ({:.2})", incident.reporter, incident.verdict.cause_name(), incident.verdict.confidence);
//! }
//! assert_eq!((totals.packets, findings.incidents.len()), (43, 6));
//! # Ok::<(), unreach::capture::Error>(())
//! ```
//!
//! [`report::Tallies`] and [`report::Report`] put what was found into tables, [`report::Format`] writes them, and
//! [`report::RowWriter`] takes rows one at a time.

/// Numbers and addresses as text.
pub mod digits;

/// A captured frame.
pub mod frame;

/// Locks that a panic leaves usable.
pub mod lock;

/// Work that one thread hands over to another.
pub mod handover;

/// Work that two threads share.
pub mod share;

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
