//! From bytes to packets: link layers, tunnels, IP, transport. The only place that reads headers.

mod encapsulation;

pub use encapsulation::{Encapsulation, Layer};
