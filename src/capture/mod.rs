//! The edge: frames from saved captures and live interfaces. The only module that names the `pcap` crate.

/// Classic captures and pcapng from any stream.
pub mod blocks;
/// Captures compressed by gzip, zstd or lz4.
pub mod compressed;
/// Capture filters.
pub mod filter;
/// What a file is, by its first bytes.
pub mod format;
/// A file that others help to read.
pub mod helped;
/// What capture filters hide.
pub mod hidden;
/// Packets that were evidence.
pub mod keeper;
/// A live interface.
pub mod live;
/// Inputs that keep their reader waiting.
pub mod patience;
/// What can go wrong, in words.
pub mod problem;
/// Frames that lie in memory together.
pub mod record;
/// Frames to pcapng.
pub mod saved;
/// Saved captures through libpcap.
pub mod savefile;
/// Several live interfaces in order of time.
pub mod sniffer;
/// Several saved captures in order of time.
pub mod timeline;

mod arguments;
mod beginning;
mod classic;
mod closed;
mod devices;
mod directory;
mod fill_up;
mod follow;
mod growing;
mod hands;
mod head;
mod held;
mod input;
mod interface;
mod known;
mod layout;
mod link;
mod order;
mod packet;
mod passed;
mod pcapng;
mod presence;
mod privileges;
mod reader;
mod resync;
mod section;
mod source;
mod tap;
mod walk;
mod window;

pub use devices::{Interface, interfaces};
pub use helped::Help;
pub use input::InputSummary;
pub use keeper::{Keeper, Unkept};
pub use live::{Drained, Live, LiveError, LiveOptions, LiveStats};
pub use patience::Until;
pub use problem::{Error, Fault, Problem};
pub use record::Frames;
pub use saved::Saved;
pub use sniffer::{News, Sniffer, Standing};
pub use tap::Change;
pub use timeline::{Options, Timeline};
