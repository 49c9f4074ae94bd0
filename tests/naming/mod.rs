//! Names of hosts and networks: what DNS messages, lists and databases say, and what they cannot do.

mod answers;
mod hosts;
mod made;
mod networks;
