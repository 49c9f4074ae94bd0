//! The README says what the program does: its tables are made from the program's own, its commands and options exist, and
//! its example is what the program prints.

mod commands;
mod example;
mod program;
mod readme;
mod tables;
