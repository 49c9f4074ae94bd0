//! Keys of the view, and what they change.

use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::widgets::TableState;

use super::list::Order;

/// What follows a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Stay,
    Leave,
}

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pane {
    Incidents,
    Devices,
    /// One incident with its evidence, by number.
    Details(u32),
}

/// How the board is looked at.
pub(super) struct View {
    pub(super) pane: Pane,
    pub(super) order: Order,
    pub(super) is_reversed: bool,
    /// Words that listed incidents contain.
    pub(super) words: String,
    /// Whether keys go into the words.
    pub(super) is_typing: bool,
    /// The selected row, and which rows are on the screen.
    pub(super) table: TableState,
    /// Number of the selected incident, which stays selected when the order changes.
    pub(super) selected: Option<u32>,
    /// First line of the details that is shown.
    pub(super) scroll: u16,
    pub(super) has_colour: bool,
    /// Rows of a page, as of the last drawing.
    pub(super) page: usize,
    /// Numbers of the listed incidents, as of the last drawing.
    pub(super) listed: Vec<u32>,
}

impl View {
    /// Incidents, latest first.
    pub(super) fn new(has_colour: bool) -> Self {
        Self {
            pane: Pane::Incidents,
            order: Order::default(),
            is_reversed: false,
            words: String::new(),
            is_typing: false,
            table: TableState::default(),
            selected: None,
            scroll: 0,
            has_colour,
            page: 1,
            listed: Vec::new(),
        }
    }

    /// Takes what the terminal tells.
    pub(super) fn take(&mut self, event: &Event) -> Next {
        let Event::Key(key) = event else { return Next::Stay };
        if key.kind == KeyEventKind::Release {
            return Next::Stay;
        }
        // The terminal no longer turns it into a signal.
        if key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL) {
            return Next::Leave;
        }
        if self.is_typing {
            self.type_key(*key);
            return Next::Stay;
        }
        self.press(*key)
    }

    fn type_key(&mut self, key: KeyEvent) {
        match key.code {
            KeyCode::Enter => self.is_typing = false,
            KeyCode::Esc => {
                self.is_typing = false;
                self.words.clear();
            }
            KeyCode::Backspace => {
                self.words.pop();
            }
            KeyCode::Char(character) => self.words.push(character),
            _ => {}
        }
    }

    fn press(&mut self, key: KeyEvent) -> Next {
        match key.code {
            KeyCode::Char('q') => return Next::Leave,
            KeyCode::Esc | KeyCode::Backspace => self.go_back(),
            KeyCode::Enter => self.open(),
            KeyCode::Tab => self.change_pane(),
            KeyCode::Char('/') => self.is_typing = true,
            KeyCode::Char('s') => self.order = self.order.next(),
            KeyCode::Char('r') => self.is_reversed = !self.is_reversed,
            KeyCode::Down | KeyCode::Char('j') => self.go(1),
            KeyCode::Up | KeyCode::Char('k') => self.go(-1),
            KeyCode::PageDown | KeyCode::Char(' ') => self.go(self.page.cast_signed()),
            KeyCode::PageUp => self.go(-self.page.cast_signed()),
            KeyCode::Home | KeyCode::Char('g') => self.go(isize::MIN / 2),
            KeyCode::End | KeyCode::Char('G') => self.go(isize::MAX / 2),
            _ => {}
        }
        Next::Stay
    }

    fn go_back(&mut self) {
        if self.pane == Pane::Incidents {
            self.words.clear();
        }
        self.pane = Pane::Incidents;
    }

    fn open(&mut self) {
        if let (Pane::Incidents, Some(number)) = (self.pane, self.selected) {
            self.pane = Pane::Details(number);
            self.scroll = 0;
        }
    }

    fn change_pane(&mut self) {
        self.pane = if self.pane == Pane::Devices { Pane::Incidents } else { Pane::Devices };
    }

    fn go(&mut self, rows: isize) {
        if let Pane::Details(_) = self.pane {
            let lines = rows.clamp(-1000, 1000) as i32;
            self.scroll = (i32::from(self.scroll) + lines).clamp(0, 1000) as u16;
            return;
        }
        let last = self.listed.len().saturating_sub(1).cast_signed();
        let here = self.selected.and_then(|number| self.listed.iter().position(|&listed| listed == number));
        let next = here.map_or(0, |here| here.cast_signed().saturating_add(rows)).clamp(0, last.max(0));
        self.selected = self.listed.get(next as usize).copied();
    }
}
