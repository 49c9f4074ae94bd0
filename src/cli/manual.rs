//! What help and manual page say beyond commands and options: examples, exit status, environment, files. Said once.

use super::ending::Ending;

/// A heading of help and manual, with its items.
pub(super) struct Section {
    /// The heading.
    pub(super) heading: &'static str,
    /// Terms, with what is said about each.
    pub(super) items: Vec<(String, &'static str)>,
    /// What is said below them.
    pub(super) remark: &'static str,
}

const EXAMPLES: [(&str, &str); 9] = [
    ("unreach capture.pcap", "what was refused, by whom, and why"),
    ("unreach read day/ -o incidents.csv", "all captures of a folder as one timeline, to a file"),
    ("unreach capture.pcap -o report.html", "a page for those who were not there"),
    ("unreach capture.pcap -o run.sqlite", "every table, for SQL"),
    ("unreach capture.pcap --group-by target --top 10", "what is refused most"),
    ("unreach capture.pcap --target 10.0.0.0/8 --since -1h", "one network, in the capture's last hour"),
    ("unreach explain dgck --in capture.pcap", "why incident dgck was judged as it was"),
    ("unreach explain 3/13", "what an ICMP code, or any word of a table, means"),
    ("sudo unreach live -i eth0 --duration 10m", "watch an interface"),
];

/// What the environment changes.
pub(super) const ENVIRONMENT: [(&str, &str); 5] = [
    ("NO_COLOR", "no colour, whatever the terminal"),
    ("COLUMNS", "width of text where the output is not a terminal"),
    ("TZ", "the zone of `--time-zone local`, such as Europe/Berlin"),
    ("XDG_CONFIG_HOME", "folder of configuration files; ~/.config if not set"),
    ("HOME", "the home folder, `~`"),
];

/// Files that are looked for.
pub(super) const FILES: [(&str, &str); 1] = [(
    "~/.config/unreach/config.toml",
    "defaults of options, such as `format = \"csv\"`; under [read] (for explain, too) or [live] those of one; see --print-config, --no-config",
)];

/// Every section, in order.
pub(super) fn sections() -> Vec<Section> {
    let pairs = |items: &[(&str, &'static str)]| items.iter().map(|&(term, says)| (term.to_owned(), says)).collect();
    vec![
        Section { heading: "Examples", items: pairs(&EXAMPLES), remark: "" },
        Section {
            heading: "Exit status",
            items: Ending::ALL.iter().map(|ending| (ending.status().to_string(), ending.meaning())).collect(),
            remark: "Where several hold, the first of 4, 5, 2, 3, 1 counts.",
        },
        Section { heading: "Environment", items: pairs(&ENVIRONMENT), remark: "" },
        Section { heading: "Files", items: pairs(&FILES), remark: "" },
    ]
}

/// The sections as they follow the options in `--help`.
pub(super) fn after_help() -> String {
    sections().iter().map(text).collect::<Vec<_>>().join("\n")
}

fn text(section: &Section) -> String {
    let width = section.items.iter().map(|(term, _)| term.chars().count()).max().unwrap_or_default();
    let lines = section.items.iter().map(|(term, says)| format!("  {term:width$}  {says}\n"));
    let remark = if section.remark.is_empty() { String::new() } else { format!("  {}\n", section.remark) };
    format!("{}:\n{}{remark}", section.heading, lines.collect::<String>())
}
