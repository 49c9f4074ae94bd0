//! The `unreach` command.

fn main() {}
