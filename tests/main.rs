//! The integration tests: a module for each module of the library.

mod capture;
