//! Writes captures of made-up traffic, for measurements: the same bytes for the same arguments.
//!
//! ```sh
//! cargo run --release --example generate -- typical 5000000 large.pcap
//! cargo run --release --example generate -- hostile 50000 scan.pcapng
//! ```
//!
//! The benchmarks of `cargo bench` and the guard `.ci/instructions` measure the same traffic.

#[path = "../benches/traffic/mod.rs"]
mod traffic;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use traffic::{Form, Mix, Traffic, write};

/// Writes a capture of made-up traffic.
#[derive(Debug, Parser)]
struct Arguments {
    /// What kind of traffic.
    #[arg(value_enum)]
    mix: Kind,
    /// How many frames.
    frames: u64,
    /// The file; one that ends in `.pcapng` is in that format, any other in classic pcap.
    file: PathBuf,
}

/// The kinds of traffic, as they are named on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// Many hosts at work; a few frames in a thousand are unreachable messages.
    Typical,
    /// A scan that has most of its probes refused, and forged messages in it.
    Hostile,
    /// A stream, each packet of which is refused by a message that quotes another.
    Mismatched,
}

fn main() -> io::Result<()> {
    let Arguments { mix, frames, file } = Arguments::parse();
    let mix = match mix {
        Kind::Typical => Mix::Typical,
        Kind::Hostile => Mix::Hostile,
        Kind::Mismatched => Mix::Mismatched,
    };
    let form = if file.extension().is_some_and(|end| end == "pcapng") { Form::Pcapng } else { Form::Pcap };
    let frames = (0..frames).zip(Traffic::new(mix, frames)).map(|(_, frame)| frame);
    let mut out = BufWriter::new(File::create(file)?);
    write(form, frames, &mut out)?;
    out.flush()
}
