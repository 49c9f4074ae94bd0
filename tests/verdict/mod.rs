//! Prior and weights to probabilities, and what is said of them.

mod attribution;
mod judging;
mod properties;
