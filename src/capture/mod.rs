//! The edge: frames from saved captures and live interfaces. The only module that names the `pcap` crate.

/// Classic captures and pcapng from any stream.
pub mod blocks;
/// Captures compressed by gzip, zstd or lz4.
pub mod compressed;
/// Capture filters.
pub mod filter;
/// What a file is, by its first bytes.
pub mod format;
/// Live interfaces.
pub mod live;
/// Inputs that keep their reader waiting.
pub mod patience;
/// What can go wrong, in words.
pub mod problem;
/// Frames that lie in memory together.
pub mod record;
/// Saved captures through libpcap.
pub mod savefile;
/// Several saved captures in order of time.
pub mod timeline;

mod arguments;
mod classic;
mod devices;
mod directory;
mod follow;
mod input;
mod interface;
mod link;
mod order;
mod packet;
mod pcapng;
mod privileges;
mod reader;
mod resync;
mod section;
mod source;
mod walk;
mod window;

pub use devices::{Interface, interfaces};
pub use input::InputSummary;
pub use live::{Drained, Live, LiveError, LiveOptions, LiveStats};
pub use patience::Until;
pub use problem::{Error, Fault, Problem};
pub use record::Frames;
pub use timeline::{Options, Timeline};
