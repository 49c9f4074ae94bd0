//! The README and the pages beside it say what the program does: their tables are made from the program's own, their
//! commands and options exist, their links lead somewhere, and the example is what the program prints.

mod commands;
mod example;
mod pages;
mod program;
mod tables;
