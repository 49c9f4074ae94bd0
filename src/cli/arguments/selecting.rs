//! Options that select incidents by who took part, and when.

use std::net::IpAddr;

use clap::Args;
use ipnet::IpNet;

use super::SELECTION;
use crate::cli::moment::Moment;

/// Which incidents are printed, by addresses and time.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct Selecting {
    /// Only incidents whose target is in one of these networks, such as 10.0.0.0/8, or is one of these addresses
    #[arg(long = "target", value_name = "NET", value_delimiter = ',', value_parser = network, help_heading = SELECTION)]
    pub(in crate::cli) targets: Vec<IpNet>,
    /// Only incidents whose reporter is in one of these networks
    #[arg(long = "reporter", value_name = "NET", value_delimiter = ',', value_parser = network, help_heading = SELECTION)]
    pub(in crate::cli) reporters: Vec<IpNet>,
    /// Only incidents with a sender in one of these networks
    ///
    /// Of an incident with many senders not all are remembered; it is printed where one of the others may be meant.
    #[arg(long = "sender", value_name = "NET", value_delimiter = ',', value_parser = network, help_heading = SELECTION)]
    pub(in crate::cli) senders: Vec<IpNet>,
    /// Only incidents that were not over by this time, on the capture's clock
    ///
    /// A date and time (2026-11-22T14:30:00Z, or 2026-11-22 14:30 in the zone of --time-zone), a time of the day that the
    /// capture begins on (14:30), seconds since 1970, or relative: +5m is after the first packet, -5m before the last.
    #[arg(long, value_name = "TIME", value_parser = Moment::parse, allow_hyphen_values = true, help_heading = SELECTION)]
    pub(in crate::cli) since: Option<Moment>,
    /// Only incidents that began before this time
    ///
    /// A time of the day that is not behind --since is of the next day: from 22:00 to 02:00 is a night.
    #[arg(long, value_name = "TIME", value_parser = Moment::parse, allow_hyphen_values = true, help_heading = SELECTION)]
    pub(in crate::cli) until: Option<Moment>,
}

/// `10.0.0.0/8`, or an address alone.
fn network(text: &str) -> Result<IpNet, String> {
    let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network.map_err(|_| "a network such as 10.0.0.0/8, or an address, is expected".to_owned())
}
