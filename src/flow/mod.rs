//! What the capture has shown of flows, hosts and services: facts, each bounded in memory.

mod bounded;
mod distinct;
mod fragment;
mod half;
mod host;
mod index;
mod key;
mod locate;
mod neighbour;
mod observations;
mod pages;
mod path;
mod prefetch;
mod recent;
mod segments;
mod service;
mod step;
mod table;
mod ticks;
mod words;

pub use bounded::Bounded;
pub use distinct::{Distinct, FewAddresses, Tally, address_bits};
pub use fragment::{Datagram, Fragment, FragmentKey, Fragments};
pub use half::{FlowId, FlowState, Side};
pub use host::{Host, Signature, TtlTally};
pub(crate) use index::Index;
pub use key::{Direction, FlowKey};
pub use locate::{Located, Locator};
pub use neighbour::Neighbour;
pub use observations::{Bounds, Observations};
pub use path::{Pair, Path};
pub(crate) use prefetch::{prefetch, prefetch_whole};
pub use recent::{Identity, Recent, Record};
pub use service::{Askers, Service, ServiceKey};
pub use step::Step;
pub use table::{FlowTable, LONGEST_TIMEOUT};
