//! The shape of the source: what may use what, how files open, how large they and their functions are.

mod crates;
mod dependencies;
mod files;
mod functions;
mod source;
