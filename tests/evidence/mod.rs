//! Signals: what each says of itself, and that a capture shows each of their readings.

mod codes;
mod disorder;
mod gaps;
mod points;
mod prior;
mod shown;
mod table;
mod vantage;
mod waits;
mod ways;
