//! The signals, one a file.

pub(super) mod answered_too;
pub(super) mod delay;
pub(super) mod distance;
pub(super) mod forwarding;
pub(super) mod hardware_address;
pub(super) mod neighbour;
pub(super) mod odd_packet;
pub(super) mod original;
pub(super) mod other_codes;
pub(super) mod own_address;
pub(super) mod own_icmp;
pub(super) mod pace;
pub(super) mod port_history;
pub(super) mod reporter_role;
pub(super) mod router_quote;
pub(super) mod speaker;
pub(super) mod target_alive;
pub(super) mod tcp_resets;
