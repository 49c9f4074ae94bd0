//! Addresses in disguise: the mapping against published values, and texts that hold addresses.

mod crypto_pan;
mod texts;
