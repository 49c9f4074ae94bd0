//! Options that would do nothing where they stand: refused, with what to do instead.
//!
//! Only what the command line itself says is refused. Defaults of the configuration file hold for all runs, and in each of
//! them some are idle. Options that every command has (`--quiet`, `--color` and their like) are welcome everywhere.

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::arguments::{Command, Reporting};
use super::destination::Destination;
use super::ending::Failure;
use super::live::Options as Live;
use crate::report::{Format, TableName};

/// Options of `explain` that are about captures.
const OF_CAPTURES: [&str; 6] = ["filter", "decode_as", "max_flows", "max_memory", "flow_timeout", "anonymize"];

/// Refuses the first option that is idle.
pub(super) fn refuse(command: &Command, given: &ArgMatches) -> Result<(), Failure> {
    let is_given = |id: &str| given.value_source(id) == Some(ValueSource::CommandLine);
    let idle = match command {
        Command::Read(read) => Places::of(&read.report, true).idle(is_given),
        Command::Live(live) => Places::of(&live.report, !live.view).idle_live(live, is_given),
        Command::Explain(explain) if explain.captures.is_empty() => {
            let idle = OF_CAPTURES.into_iter().find(|id| is_given(id));
            idle.map(|id| (id, "captures that an incident is found in", "name them by `--in PATH`"))
        }
        _ => None,
    };
    idle.map_or(Ok(()), |(id, about, remedy)| {
        let option = id.replace('_', "-");
        Err(Failure::Usage(format!(
            "--{option} is about {about}, and would do nothing here: {remedy}, or leave it out"
        )))
    })
}

/// An option, what it is about, and what would make it do something.
type Idle = (&'static str, &'static str, &'static str);

/// What is written: each table with its format.
struct Places<'a> {
    reporting: &'a Reporting,
    written: Vec<(TableName, Format)>,
}

impl<'a> Places<'a> {
    fn of(reporting: &'a Reporting, prints: bool) -> Self {
        let printed = prints.then(|| (reporting.shaping.table(reporting.table), reporting.format));
        let files = reporting.outputs.iter().map(|output| (output.table, output.format));
        Self { reporting, written: printed.into_iter().chain(files).collect() }
    }

    fn any(&self, is_so: impl Fn(TableName, Format) -> bool) -> bool {
        self.written.iter().any(|&(table, format)| is_so(table, format))
    }

    fn idle(&self, is_given: impl Fn(&str) -> bool) -> Option<Idle> {
        let shaped = self.reporting.shaping.table(self.reporting.table);
        let rows_are_in =
            |wanted| move |table, format: Format| table == wanted && format != Format::Html || is_whole(format);
        let is_page = |table, format: Format| table == TableName::Incidents && format == Format::Html;
        let selecting = &self.reporting.selecting;
        let has_times = selecting.since.is_some() || selecting.until.is_some();
        let is_text = |format: Format| format == Format::Table;
        let rows = shaped == TableName::Incidents && self.any(is_page);
        let (rows_of, write_them) =
            ("rows of the table that -t names", "have them written, by another `-F` or by `-o`");
        let rules: [(Idle, bool); 8] = [
            (("columns", rows_of, write_them), self.any(rows_are_in(shaped))),
            (("sort", rows_of, write_them), rows || self.any(rows_are_in(shaped))),
            (("top", rows_of, write_them), rows || self.any(rows_are_in(shaped))),
            (
                ("group_by", "the table `groups`", "write it, as by `-t groups` or `-o groups=FILE.csv`"),
                self.any(rows_are_in(TableName::Groups)),
            ),
            (("excel", "CSV", "write some, by `-F csv` or `-o FILE.csv`"), self.any(|_, format| format == Format::Csv)),
            (
                ("time_zone", "text tables, pages and --since", "use `-F table` (all else has its times in UTC)"),
                has_times || self.any(|_, format| is_text(format) || format == Format::Html),
            ),
            (
                ("time_format", "text tables", "use `-F table` (all else has its times in full)"),
                self.any(|_, format| is_text(format)),
            ),
            (("force", "output files", "name one by `-o`"), !self.reporting.outputs.is_empty()),
        ];
        rules.into_iter().find(|((id, ..), does_something)| !does_something && is_given(id)).map(|(idle, _)| idle)
    }

    fn idle_live(&self, live: &Live, is_given: impl Fn(&str) -> bool) -> Option<Idle> {
        let shaping = &self.reporting.shaping;
        let is_arranged = shaping.sort.is_some() || shaping.top.is_some();
        let tells_lines =
            !live.view && !is_arranged && (self.reporting.table, self.reporting.format) == Default::default();
        // Lines that tell of incidents as they happen have no columns.
        let files = Self { reporting: self.reporting, written: self.written[usize::from(!live.view)..].to_vec() };
        if tells_lines && is_given("columns") && files.idle(|id| id == "columns").is_some() {
            return Some(("columns", "tables and events", "use `-F csv`, or `-F ndjson`"));
        }
        let table = shaping.table(self.reporting.table);
        let grows = |output: &Destination| {
            Destination::grows(output.table, output.format, is_arranged && output.table == table)
        };
        if live.rotate.is_some() && is_given("rotate") && !self.reporting.outputs.iter().any(grows) {
            return Some(("rotate", "output files that grow", "name one by `-o`, such as `-o incidents.csv`"));
        }
        self.idle(|id| is_given(id) && !(id == "force" && live.save.is_some()))
    }
}

/// Whether every table is in it, shaped as the options say.
fn is_whole(format: Format) -> bool {
    matches!(format, Format::Json | Format::Sqlite)
}
