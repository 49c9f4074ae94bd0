//! Flows, hosts and services: what is remembered, what is forgotten, and what is counted.

mod bounded;
mod directions;
mod locate;
mod made;
mod profiles;
mod recent;
mod services;
mod table;
mod table_limits;
mod tallies;
