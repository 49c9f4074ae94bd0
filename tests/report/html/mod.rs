//! The HTML page: what it says, that nothing gets into it or out of it, how long it may get, and how a browser takes it.

mod browser;
mod page;
mod paths;
mod room;
mod time;
