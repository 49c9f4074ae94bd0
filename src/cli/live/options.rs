//! Options of `unreach live`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::cli::arguments::{CAPTURE, Input, OUTPUT, Reporting};
use crate::cli::quantities;
use crate::report::Rotation;

#[derive(Debug, Args)]
pub(in crate::cli) struct Options {
    /// Interface to sniff; may be repeated
    #[arg(short, long = "interface", required = true, value_name = "IFACE", help_heading = CAPTURE)]
    pub(in crate::cli) interfaces: Vec<String>,
    /// Stop after this time: 90, 90s, 10m, 2h
    #[arg(long, value_name = "TIME", value_parser = quantities::duration, help_heading = CAPTURE)]
    pub(in crate::cli) duration: Option<Duration>,
    /// Stop after this many packets
    #[arg(long, value_name = "N", value_parser = quantities::count::<u64>, help_heading = CAPTURE)]
    pub(in crate::cli) count: Option<u64>,
    /// Bytes captured of each packet, 68 to 262144
    #[arg(long, value_name = "BYTES", default_value_t = 2048, value_parser = clap::value_parser!(u32).range(68..=262_144), help_heading = CAPTURE)]
    pub(in crate::cli) snaplen: u32,
    /// Buffer of the kernel: 16MiB, 64M, 1048576
    #[arg(long, value_name = "SIZE", default_value = "64MiB", value_parser = quantities::buffer, help_heading = CAPTURE)]
    pub(in crate::cli) buffer: u32,
    /// Do not ask the interface for packets to other hosts
    #[arg(long, help_heading = CAPTURE)]
    pub(in crate::cli) no_promisc: bool,
    /// Show incidents on the whole terminal as they happen
    ///
    /// Keys: arrows select, Enter shows an incident with its evidence, s sorts, / filters, Tab lists devices, q ends.
    #[arg(long, conflicts_with_all = ["table", "format"], help_heading = OUTPUT)]
    pub(in crate::cli) view: bool,
    /// Save the packets that were evidence to this file, as pcapng
    ///
    /// Messages, the packets they are about, and the first packets of each flow of their hosts: enough for `unreach read`
    /// to judge alike. A packet is written half a minute after it came, when it is known whether it matters.
    #[arg(long, value_name = "FILE", conflicts_with = "anonymize", help_heading = OUTPUT)]
    pub(in crate::cli) save: Option<PathBuf>,
    /// Serve counts for Prometheus on this address; a port alone is on the loopback
    #[arg(long, value_name = "ADDR", value_parser = super::metrics::address, help_heading = OUTPUT)]
    pub(in crate::cli) metrics: Option<SocketAddr>,
    /// Close an incident once it had no message for this time
    #[arg(long, value_name = "TIME", default_value = "1m", value_parser = quantities::duration, help_heading = OUTPUT)]
    pub(in crate::cli) incident_timeout: Duration,
    /// Put output files aside at this age (1h) or size (100MiB), and begin new ones
    ///
    /// The file put aside gets the time of its beginning in its name: incidents-20261122T191500Z.csv.
    #[arg(long, value_name = "WHEN", value_parser = rotation, help_heading = OUTPUT)]
    pub(in crate::cli) rotate: Option<Rotation>,
    /// Run as this user once the interfaces are open; `root` stays root
    ///
    /// Left out: who called sudo, or else nobody. Only the right to open interfaces again is kept, and where the system
    /// can see to it (Landlock), files can be written in the folders of the outputs only.
    #[arg(long, value_name = "USER", help_heading = CAPTURE)]
    pub(in crate::cli) user: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) input: Input,
    #[command(flatten)]
    pub(in crate::cli) report: Reporting,
}

/// `1h`, `100MiB`.
fn rotation(text: &str) -> Result<Rotation, String> {
    let number_alone = text.bytes().all(|byte| byte.is_ascii_digit());
    match (quantities::duration(text), quantities::size(text)) {
        _ if number_alone => Err("a unit is expected: 1h, 100MiB".to_owned()),
        (Ok(age), Err(_)) => Ok(Rotation::Age(age)),
        (Err(_), Ok(bytes)) if bytes > 0 => Ok(Rotation::Size(bytes)),
        (Ok(_), Ok(_)) => Err(format!("is `{text}` a time or a size? write 10min, or 10MiB")),
        _ => Err("an age such as 1h, or a size such as 100MiB, is expected".to_owned()),
    }
}
