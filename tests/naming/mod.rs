//! Names of hosts and networks: what DNS messages, lists and databases say, and what they cannot do.

mod answers;
mod hosts;
pub(crate) mod made;
mod networks;
