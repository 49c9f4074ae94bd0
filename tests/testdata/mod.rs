//! Captures whose truth is known, from the lab and from the recipe in `testdata/crafted`, against what `unreach` says.

mod binary;
mod crafted;
mod credit;
mod cut;
mod damaged;
pub(crate) mod folder;
mod lab;
mod recipe;
mod savefile;
mod timelines;
mod truth;
