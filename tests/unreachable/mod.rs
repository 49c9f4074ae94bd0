//! Messages: what they quote, and which packet of the capture that was.

mod checksums;
mod codes;
mod extensions;
mod flows;
mod fragments;
pub(crate) mod made;
mod quotes;
mod sequences;
mod translations;
