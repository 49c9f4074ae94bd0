//! `--view`: the run on a terminal as it goes, drawn by a thread of its own, so that a slow terminal costs no packets.

mod board;
mod draw;
mod keys;
mod list;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use ratatui::DefaultTerminal;
use ratatui::crossterm::event;

pub(super) use board::Board;
use keys::{Next, View as State};

/// How often it is drawn, and at the longest waited for a key.
const PACE: Duration = Duration::from_millis(250);

/// How long the end waits for a terminal that takes nothing.
const PATIENCE: Duration = Duration::from_secs(2);

/// The view, and the thread that draws it.
pub(super) struct View {
    board: Arc<Mutex<Board>>,
    ends: Arc<AtomicBool>,
    has_left: Arc<AtomicBool>,
    thread: JoinHandle<io::Result<()>>,
}

impl View {
    /// Takes the terminal over. It is given back as it was at the end, and where anything panics.
    pub(super) fn begin(has_colour: bool) -> io::Result<Self> {
        let terminal = ratatui::try_init()?;
        let (board, ends, has_left) = (Arc::default(), Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
        let (seen, ending, leaving) = (Arc::clone(&board), Arc::clone(&ends), Arc::clone(&has_left));
        let thread = thread::spawn(move || {
            let outcome = show(terminal, &seen, &ending, has_colour);
            leaving.store(true, Ordering::Release);
            outcome
        });
        Ok(Self { board, ends, has_left, thread })
    }

    /// What is shown.
    pub(super) fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the user has left it, or the terminal is gone.
    pub(super) fn has_ended(&self) -> bool {
        self.has_left.load(Ordering::Acquire)
    }

    /// Gives the terminal back.
    pub(super) fn end(self) {
        self.ends.store(true, Ordering::Release);
        let begun = Instant::now();
        while !self.thread.is_finished() && begun.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(5));
        }
        ratatui::restore();
    }
}

fn show(mut terminal: DefaultTerminal, board: &Mutex<Board>, ends: &AtomicBool, has_colour: bool) -> io::Result<()> {
    let mut state = State::new(has_colour);
    while !ends.load(Ordering::Acquire) {
        // Copied, so that nobody waits for the terminal while holding the board.
        let shown = board.lock().unwrap_or_else(PoisonError::into_inner).clone();
        terminal.draw(|frame| draw::draw(frame, &shown, &mut state))?;
        let until = Instant::now() + PACE;
        while event::poll(until.saturating_duration_since(Instant::now()))? {
            if state.take(&event::read()?) == Next::Leave {
                return Ok(());
            }
            if Instant::now() >= until {
                break;
            }
        }
    }
    Ok(())
}
