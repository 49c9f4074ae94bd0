//! The edge: frames from saved captures and live interfaces. The only module that names the `pcap` crate.

/// Classic captures and pcapng from any stream.
pub mod blocks;
/// What a file is, by its first bytes.
pub mod format;
/// What can go wrong, in words.
pub mod problem;

mod classic;
mod interface;
mod link;
mod packet;
mod pcapng;
mod window;
