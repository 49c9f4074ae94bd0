//! The edge: frames from saved captures and live interfaces. The only module that names the `pcap` crate.

/// Classic captures and pcapng from any stream.
pub mod blocks;
/// Capture filters.
pub mod filter;
/// What a file is, by its first bytes.
pub mod format;
/// What can go wrong, in words.
pub mod problem;

/// Saved captures through libpcap.
pub mod savefile;
/// Several saved captures in order of time.
pub mod timeline;

mod arguments;
mod classic;
mod input;
mod interface;
mod link;
mod packet;
mod pcapng;
mod source;
mod walk;
mod window;

pub use input::InputSummary;
pub use problem::{Error, Fault, Problem};
pub use timeline::{Options, Timeline};
