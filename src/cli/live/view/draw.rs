//! The view on the screen: how the run stands, the list or one incident, and the keys; on narrow screens less of each.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Cell, Paragraph, Row, Table, Wrap};

use super::board::{Board, Entry};
use super::keys::{Pane, View};
use super::list;
use super::wrapping::wrapped;
use crate::report::{parties, percent, printable, verdict};
use crate::verdict::Attribution;

/// Screens narrower than this show fewer columns.
const WIDE: u16 = 110;

/// And those narrower than this only what it is about.
const NARROW: u16 = 64;

/// Draws everything.
pub(super) fn draw(frame: &mut Frame<'_>, board: &Board, view: &mut View) {
    let areas =
        Layout::vertical([Constraint::Length(2), Constraint::Min(1), Constraint::Length(2)]).split(frame.area());
    let &[head, body, foot] = areas.as_ref() else { return };
    frame.render_widget(Paragraph::new(standing(board, head.width)), head);
    view.page = usize::from(body.height.saturating_sub(2)).max(1);
    match view.pane {
        Pane::Incidents => incidents(frame, body, board, view),
        Pane::Devices => devices(frame, body, board, view),
        Pane::Details(number) => match board.entry(number) {
            Some(entry) => details(frame, body, entry, view),
            None => frame.render_widget(Paragraph::new("This incident is no longer remembered."), body),
        },
    }
    frame.render_widget(Paragraph::new(footer(board, view)), foot);
}

/// Two lines: what came and what was lost.
fn standing(board: &Board, width: u16) -> Vec<Line<'static>> {
    let pulse = &board.pulse;
    let [packets, bytes, messages] = board.rates;
    let (kernel, interface) = pulse.dropped();
    let names: Vec<String> = pulse
        .interfaces
        .iter()
        .map(|one| format!("{}{}", printable(&one.name), if one.is_up { "" } else { " (down)" }))
        .collect();
    let program = "unreach live on ";
    let mut first = format!(
        "{program}{}: {} packets ({packets:.0}/s, {:.1} Mbit/s), {} unreachables ({messages:.0}/s)",
        names.join(", "),
        pulse.packets,
        bytes * 8.0 / 1e6,
        pulse.messages
    );
    if first.chars().count() > usize::from(width) {
        first = first.split_off(program.len());
    }
    let second = format!(
        "{} open (*), {} closed; dropped {kernel} by the kernel, {interface} by the interface; {} flows",
        pulse.open, pulse.closed, pulse.flows
    );
    let lost = kernel + interface > 0;
    let fitting = |text: String| text.chars().take(usize::from(width)).collect::<String>();
    let style = if lost { Style::new().add_modifier(Modifier::BOLD) } else { Style::new() };
    vec![Line::from(fitting(first)), Line::styled(fitting(second), style)]
}

fn incidents(frame: &mut Frame<'_>, area: Rect, board: &Board, view: &mut View) {
    let listed = list::incidents(board, &view.words, view.order, view.is_reversed);
    view.listed = listed.iter().map(|entry| entry.number).collect();
    if view.selected.is_none_or(|number| !view.listed.contains(&number)) {
        view.selected = view.listed.first().copied();
    }
    let place = view.selected.and_then(|number| view.listed.iter().position(|&listed| listed == number));
    view.table.select(place);
    let columns = Columns::of(area.width);
    let rows = listed.into_iter().map(|entry| row(entry, columns, view.has_colour));
    let (headings, widths) = columns.headings();
    let table = Table::new(rows, widths)
        .header(Row::new(headings).style(Style::new().add_modifier(Modifier::BOLD)))
        .row_highlight_style(Style::new().add_modifier(Modifier::REVERSED));
    frame.render_stateful_widget(table, area, &mut view.table);
}

/// Which columns of incidents there is room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Columns {
    Narrow,
    Usual,
    Wide,
}

impl Columns {
    fn of(width: u16) -> Self {
        match width {
            0..NARROW => Self::Narrow,
            NARROW..WIDE => Self::Usual,
            _ => Self::Wide,
        }
    }

    fn headings(self) -> (Vec<&'static str>, Vec<Constraint>) {
        use Constraint::{Fill, Max};
        match self {
            Self::Narrow => (vec!["", "MSGS", "TARGET", "CAUSE"], vec![Max(1), Max(5), Fill(1), Max(16)]),
            Self::Usual => (
                vec!["", "MSGS", "TARGET", "CAUSE", "LAST UTC", "REPORTER", "SURE"],
                vec![Max(1), Max(6), Fill(3), Max(16), Max(8), Fill(2), Max(5)],
            ),
            Self::Wide => (
                vec!["", "MSGS", "TARGET", "CAUSE", "LAST SEEN UTC", "REPORTER", "SURE", "MEANING"],
                [1, 8, 39, 21, 13, 39, 5, 24].map(Max).to_vec(),
            ),
        }
    }
}

fn row(entry: &Entry, columns: Columns, has_colour: bool) -> Row<'static> {
    let incident = &entry.incident;
    let (cause, probability) = verdict(&incident.verdict);
    let style = if has_colour { Style::new().fg(colour(incident.verdict.attribution)) } else { Style::new() };
    let mut cells = vec![
        Cell::from(if entry.is_open { "*" } else { "" }),
        Cell::from(incident.messages.to_string()),
        Cell::from(list::target(incident)),
        Cell::from(Span::styled(cause, style)),
    ];
    if columns != Columns::Narrow {
        let time = crate::report::Cell::Time(incident.last_seen).to_text();
        // `2026-11-22T14:32:37.354...`: the time of day, with or without milliseconds.
        let end = if columns == Columns::Wide { 23 } else { 19 };
        cells.push(Cell::from(time.get(11..end).unwrap_or_default().to_owned()));
        cells.push(Cell::from(parties::reporter(incident)));
        cells.push(Cell::from(percent(probability)));
    }
    if columns == Columns::Wide {
        cells.push(Cell::from(incident.code.meaning().into_owned()));
    }
    Row::new(cells)
}

/// The colours of the text tables.
fn colour(attribution: Attribution) -> Color {
    match attribution {
        Attribution::FilteringDevice => Color::Red,
        Attribution::ClosedPort => Color::Yellow,
        Attribution::Network => Color::Cyan,
        Attribution::Forged => Color::Magenta,
        Attribution::Undetermined => Color::Reset,
    }
}

fn devices(frame: &mut Frame<'_>, area: Rect, board: &Board, view: &View) {
    let reporters = list::reporters(board, &view.words);
    // As wide as the longest, so that narrow screens have room for the causes.
    let longest = reporters.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let rows = reporters.into_iter().map(|(name, reporter)| {
        let causes: Vec<_> = reporter.causes.iter().map(|(cause, count)| format!("{cause} {count}")).collect();
        Row::new([
            name,
            reporter.hops.map(|hops| hops.to_string()).unwrap_or_default(),
            reporter.messages.to_string(),
            format!("{} ({} open)", reporter.incidents, reporter.open),
            causes.join(", "),
        ])
    });
    let widths = [
        Constraint::Max(longest.max(8) as u16),
        Constraint::Max(5),
        Constraint::Max(8),
        Constraint::Max(16),
        Constraint::Fill(1),
    ];
    let headings = Row::new(["REPORTER", "HOPS", "MSGS", "INCIDENTS", "CAUSES"]);
    let table = Table::new(rows, widths).header(headings.style(Style::new().add_modifier(Modifier::BOLD)));
    frame.render_widget(table, area);
}

/// Columns before the values of an incident's details: the name, and a gap.
const LABEL: usize = 24;

fn details(frame: &mut Frame<'_>, area: Rect, entry: &Entry, view: &View) {
    let mut lines = Vec::new();
    for (name, text) in list::details(entry) {
        // One piece of evidence a line.
        let is_list = matches!(name, "evidence" | "candidates");
        let room = usize::from(area.width).saturating_sub(LABEL).max(1);
        let parts = text.split(if is_list { ';' } else { '\n' }).flat_map(|part| wrapped(part, room));
        for (position, part) in parts.enumerate() {
            let name = if position == 0 { format!("{name:>22}  ") } else { " ".repeat(LABEL) };
            lines
                .push(Line::from(vec![Span::styled(name, Style::new().add_modifier(Modifier::BOLD)), Span::raw(part)]));
        }
    }
    let paragraph = Paragraph::new(lines).wrap(Wrap { trim: false }).scroll((view.scroll, 0));
    frame.render_widget(paragraph, area);
}

/// What was said last, and the keys.
fn footer(board: &Board, view: &View) -> Vec<Line<'static>> {
    let said = board.said.back().map(|line| printable(line)).unwrap_or_default();
    let keys = match (view.is_typing, view.pane) {
        (true, _) => format!("filter: {}_  Enter keep  Esc clear", printable(&view.words)),
        (false, Pane::Details(_)) => "q end  Esc back  Up/Down scroll".to_owned(),
        (false, Pane::Devices) => "q end  Tab incidents  / filter".to_owned(),
        (false, Pane::Incidents) => {
            let filter = if view.words.is_empty() { String::new() } else { format!(" [{}]", printable(&view.words)) };
            let reversed = if view.is_reversed { " reversed" } else { "" };
            format!(
                "q end  Enter details  Tab devices  s sort ({}{reversed})  r reverse  / filter{filter}",
                view.order.name()
            )
        }
    };
    vec![Line::from(said), Line::styled(keys, Style::new().add_modifier(Modifier::REVERSED))]
}
