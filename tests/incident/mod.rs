//! Messages to incidents: what is counted once, what tells one story, and what was going on.

mod closing;
mod copies;
mod devices;
mod labels;
mod ledger;
mod stories;
