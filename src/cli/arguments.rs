//! The command line as it is declared: commands, options, and the words that explain them.

mod selecting;
mod shaping;

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{OsStringValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Args, ColorChoice, Parser, Subcommand, ValueEnum};

use super::anonymize::Anonymity;
use super::decode_as::Assignment;
use super::destination::Destination;
use super::live::Options as Live;
use super::naming::NamingOptions;
use super::schema::Subject;
use super::{manual, pump, quantities};
use crate::incident::{LABELS, Label};
use crate::report::{Format, TableName};
use crate::verdict::Outcome;

pub(super) use selecting::Selecting;
pub(super) use shaping::Shaping;

pub(super) const OUTPUT: &str = "Output";
const SELECTION: &str = "Which incidents to print";
const BOUNDS: &str = "Bounds";
pub(super) const CAPTURE: &str = "Capture";

/// Of [`Words`](super::words::Words), the declaration knows nothing: a path may stand where a command does.
const USAGE: &str = "unreach [OPTIONS] <PATH>...\n       unreach [OPTIONS] <COMMAND>";

/// Tells for every ICMP unreachable of a capture who refused the packet, and why
///
/// For each ICMP "destination unreachable" of a packet capture, unreach finds the packet that was refused, and
/// attributes the refusal: to a closed port, a filtering device (the host's own firewall, or one in front of it), or
/// the network (no route, host down). It only reads; it never sends a packet.
///
/// `unreach PATH...` is short for `unreach read PATH...`.
#[derive(Debug, Parser)]
#[command(name = "unreach", version, override_usage = USAGE, after_long_help = manual::after_help(), arg_required_else_help = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) talk: Talk,
}

/// What is said on standard error, and in which colours.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Talk {
    /// No summary on standard error; warnings and errors stay
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// A longer summary: a line for each input, every reason why frames were not decoded
    #[arg(short, long, global = true)]
    pub(super) verbose: bool,
    /// Colour in the text tables
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) color: ColorChoice,
    /// A progress bar on standard error while captures are read
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) progress: When,
    /// Print the configuration file's place, and every option with its default as the file would set it
    #[arg(long, global = true)]
    pub(super) print_config: bool,
    /// Heed no configuration file
    ///
    /// For scripts, which are to do the same whoever runs them.
    #[arg(long, global = true)]
    pub(super) no_config: bool,
}

/// When something is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Analyze saved captures
    ///
    /// Several inputs make one timeline: their frames are taken in the order of time.
    Read(Read),
    /// Sniff interfaces until told to stop
    ///
    /// Tells incidents as they open and close. At an interrupt (^C), at SIGTERM, or at a limit it ends: those that are open are closed,
    /// and tables and formats that do not grow are written.
    Live(Live),
    /// List interfaces, and whether they can be opened
    Interfaces,
    /// Explain an ICMP code, a signal, a column, any word of a table, or the judgement of an incident
    Explain(Explain),
    /// List the columns of the tables, and what live events say, with types and units
    Schema {
        /// Only of this table, or of the events that `live -F ndjson` writes
        #[arg(value_name = "TABLE", value_parser = Subject::parser())]
        subject: Option<Subject>,
        /// As JSON Schema: of a row of the table in NDJSON, of an event, or, without either, of the JSON document
        #[arg(long)]
        json: bool,
    },
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, in roff
    Man,
}

#[derive(Debug, Args)]
pub(super) struct Read {
    /// Capture files, directories of them, or - for standard input; a file that several lead to is read once
    #[arg(required = true, value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Go on at the end of the captures, which are still being written, until an interrupt (^C)
    ///
    /// Of a directory the latest capture is followed, and the next one when it appears, as in a ring that tcpdump or
    /// dumpcap writes, whether it uses names again, renames files or removes them. What was overwritten before it was
    /// read is told. After 65,536 files the ring is followed no more, which is told, too: then start anew. Compressed
    /// captures are read as they are. Tables and output files appear when it ends; what is found is told as it happens by
    /// `live` alone.
    #[arg(long, help_heading = CAPTURE)]
    pub(super) follow: bool,
    /// Follow no longer than this: 90, 90s, 10m, 2h
    #[arg(long, value_name = "TIME", value_parser = quantities::duration, requires = "follow", help_heading = CAPTURE)]
    pub(super) duration: Option<Duration>,
    #[command(flatten)]
    pub(super) input: Input,
    /// Threads to use: with two, one reads while the other analyzes; the rows are the same
    #[arg(long, value_name = "N", default_value_t = pump::threads(), value_parser = quantities::count::<usize>, hide_default_value = true, help_heading = BOUNDS)]
    pub(super) threads: usize,
    #[command(flatten)]
    pub(super) report: Reporting,
}

/// What is taken from the inputs, and how much of it is remembered.
#[derive(Clone, Debug, Args)]
pub(super) struct Input {
    /// Only packets that pass this capture filter, in the language of tcpdump
    ///
    /// It has to let through the ICMP messages and the packets they are about. Without a filter nothing is missed.
    #[arg(short, long, value_name = "BPF", help_heading = CAPTURE)]
    pub(super) filter: Option<String>,
    /// Open a tunnel at this UDP port, or none there: udp:8472=vxlan, udp:4789=none; may be repeated
    ///
    /// Tunnels are vxlan, vxlan-gpe, geneve, gtp, teredo and l2tp. Their usual ports are known: 4789 and 8472 (vxlan),
    /// 4790 (vxlan-gpe), 6081 (geneve), 2152 and 3386 (gtp), 3544 (teredo), 1701 (l2tp).
    #[arg(long, value_name = "udp:PORT=TUNNEL", value_parser = Assignment::parse, help_heading = CAPTURE)]
    pub(super) decode_as: Vec<Assignment>,
    /// Flows remembered at once, 32 or more, four million if left out; reaching the bound is said in the summary
    #[arg(long, value_name = "N", value_parser = quantities::flows, help_heading = BOUNDS)]
    pub(super) max_flows: Option<usize>,
    /// Memory to keep within, 24MiB or more: flows, hosts, incidents and names are bounded to fit, --max-flows or not
    #[arg(long, value_name = "SIZE", value_parser = quantities::memory, help_heading = BOUNDS)]
    pub(super) max_memory: Option<u64>,
    /// Time without a packet after which a flow is forgotten
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = quantities::duration, help_heading = BOUNDS)]
    pub(super) flow_timeout: Duration,
}

/// What is printed, and where to.
#[derive(Clone, Debug, Args)]
pub(super) struct Reporting {
    /// Table for standard output
    #[arg(short, long, value_name = "TABLE", default_value = "incidents", value_parser = table_parser(), help_heading = OUTPUT)]
    pub(super) table: TableName,
    /// Format for standard output; json is one document with every table, html one page about everything
    #[arg(short = 'F', long, value_name = "FORMAT", default_value = "table", value_parser = format_parser(), help_heading = OUTPUT)]
    pub(super) format: Format,
    /// Also write TABLE (incidents if left out) to PATH; may be repeated
    ///
    /// The suffix tells the format: .csv, .ndjson or .jsonl, .json, .md, .txt, .html,
    #[cfg_attr(feature = "parquet", doc = " .parquet,")]
    /// .sqlite (or .sqlite3, .db). A .json, .html or .sqlite file is about everything. The file appears whole or not at all;
    /// rows of a live run are added as they come.
    #[arg(short, long = "output", value_name = "[TABLE=]PATH", value_parser = OsStringValueParser::new().try_map(|text| Destination::parse(&text)), help_heading = OUTPUT)]
    pub(super) outputs: Vec<Destination>,
    /// Overwrite existing output files
    #[arg(long, help_heading = OUTPUT)]
    pub(super) force: bool,
    /// Only incidents with one of these labels; `all` folds nothing away (`unreach explain` lists labels and causes)
    ///
    /// Late replies, and traceroute ends where no filter was found, are only counted in the text table, unless they are included by
    /// name or by `all`.
    #[arg(long, value_name = "LABEL", value_delimiter = ',', value_parser = include_parser(), hide_possible_values = true, help_heading = SELECTION)]
    pub(super) include: Vec<Inclusion>,
    /// No incidents with any of these labels
    #[arg(long, value_name = "LABEL", value_delimiter = ',', value_parser = label_parser(), hide_possible_values = true, help_heading = SELECTION)]
    pub(super) exclude: Vec<Label>,
    /// Only incidents of these causes, or attributions: `filtering-device`, `network`
    #[arg(long = "cause", value_name = "CAUSE", value_delimiter = ',', value_parser = outcome_parser(), hide_possible_values = true, help_heading = SELECTION)]
    pub(super) causes: Vec<Outcome>,
    /// Only incidents whose cause, or attribution where only that is certain, is at least this probable, 0 to 1
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = quantities::probability, help_heading = SELECTION)]
    pub(super) min_confidence: f64,
    /// Exit with status 1 where one of the incidents that are selected has one of these causes, or attributions
    ///
    /// Those count that the text table folds away, too: `--exclude late-reply,traceroute` leaves them out.
    #[arg(long, value_name = "CAUSE", value_delimiter = ',', value_parser = outcome_parser(), hide_possible_values = true, help_heading = SELECTION)]
    pub(super) fail_on: Vec<Outcome>,
    #[command(flatten)]
    pub(super) selecting: Selecting,
    #[command(flatten)]
    pub(super) shaping: Shaping,
    #[command(flatten)]
    pub(super) anonymity: Anonymity,
    #[command(flatten)]
    pub(super) naming: NamingOptions,
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// A code (3/13, v6:1/4), a word of a table (admin-prohibited, closed-port), a signal, a column, or an incident's id
    ///
    /// Left out, or `all`: lists everything that can be explained. Of an incident's id, the beginning is enough.
    pub(super) what: Option<String>,
    /// Captures that the incident is found in, the same as when it was printed
    #[arg(long = "in", value_name = "PATH", num_args = 1..)]
    pub(super) captures: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) input: Input,
    #[command(flatten)]
    pub(super) anonymity: Anonymity,
}

/// A label that is included; `None` is `all`.
pub(super) type Inclusion = Option<Label>;

fn table_parser() -> impl TypedValueParser<Value = TableName> {
    PossibleValuesParser::new(TableName::ALL.map(TableName::name))
        .map(|name| TableName::ALL.into_iter().find(|table| table.name() == name).unwrap_or_default())
}

fn format_parser() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::PRINTED.map(Format::name))
        .map(|name| Format::PRINTED.into_iter().find(|format| format.name() == name).unwrap_or_default())
}

fn label_names() -> impl Iterator<Item = &'static str> {
    LABELS.iter().map(|entry| entry.name)
}

fn label_named(name: &str) -> Option<Label> {
    LABELS.iter().find(|entry| entry.name == name).map(|entry| entry.label)
}

fn include_parser() -> impl TypedValueParser<Value = Inclusion> {
    PossibleValuesParser::new(label_names().chain(["all"])).map(|name| label_named(&name))
}

fn label_parser() -> impl TypedValueParser<Value = Label> {
    PossibleValuesParser::new(label_names()).try_map(|name| label_named(&name).ok_or("no such label"))
}

fn outcome_parser() -> impl TypedValueParser<Value = Outcome> {
    let named = |name: String| Outcome::all().find(|outcome| outcome.name() == name);
    PossibleValuesParser::new(Outcome::all().map(Outcome::name)).try_map(move |name| named(name).ok_or("no such cause"))
}
