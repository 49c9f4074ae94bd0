//! Messages to incidents: what is counted once, what tells one story, and what was going on.

mod advice;
mod aliases;
mod circumstances;
mod closing;
mod copies;
mod devices;
mod keys;
mod labels;
mod ledger;
mod limits;
mod packed;
mod stories;
