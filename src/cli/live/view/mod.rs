//! `--view`: the run on a terminal as it goes, drawn by a thread of its own, so that a slow terminal costs no packets.

mod board;
mod draw;
mod keys;
mod list;
#[cfg(test)]
mod scenes;
mod wrapping;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use std::{panic, thread};

use ratatui::DefaultTerminal;
use ratatui::crossterm::event;

pub(super) use board::Board;
use keys::{Next, View as State};

use crate::lock::locked;

/// How often it is drawn, and at the longest waited for a key.
const PACE: Duration = Duration::from_millis(250);

/// How long the end waits for a terminal that takes nothing.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long a panic waits until nobody is drawing.
const BRIEF: Duration = Duration::from_millis(200);

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
        let terminal = ratatui::try_init().inspect_err(|_| ratatui::restore())?;
        let (board, ends, has_left) = (Arc::default(), Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
        let (seen, ending, leaving) = (Arc::clone(&board), Arc::clone(&ends), Arc::clone(&has_left));
        let drawing = Arc::default();
        end_with_panics(&ends, &drawing);
        let thread = thread::spawn(move || {
            let outcome = show(terminal, &seen, &ending, &drawing, has_colour);
            leaving.store(true, Ordering::Release);
            outcome
        });
        Ok(Self { board, ends, has_left, thread })
    }

    /// What is shown.
    pub(super) fn board(&self) -> MutexGuard<'_, Board> {
        locked(&self.board)
    }

    /// Whether the user has left it, or the terminal is gone.
    pub(super) fn has_ended(&self) -> bool {
        self.has_left.load(Ordering::Acquire) || self.thread.is_finished()
    }

    /// Gives the terminal back. Says whether its thread panicked, which was told then.
    pub(super) fn end(self) -> thread::Result<()> {
        self.ends.store(true, Ordering::Release);
        let begun = Instant::now();
        while !self.thread.is_finished() && begun.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(5));
        }
        ratatui::restore();
        if self.thread.is_finished() { self.thread.join().map(drop) } else { Ok(()) }
    }
}

/// Before a panic of any thread gives the terminal back and tells of itself, drawing ends: it would go on over its words.
fn end_with_panics(ends: &Arc<AtomicBool>, drawing: &Arc<Mutex<()>>) {
    let (ends, drawing, before) = (Arc::clone(ends), Arc::clone(drawing), panic::take_hook());
    panic::set_hook(Box::new(move |panic| {
        ends.store(true, Ordering::Release);
        let begun = Instant::now();
        // Who draws may be kept by the terminal, or be the one who panics.
        while drawing.try_lock().is_err() && begun.elapsed() < BRIEF {
            thread::sleep(Duration::from_millis(5));
        }
        before(panic);
    }));
}

fn show(
    mut terminal: DefaultTerminal,
    board: &Mutex<Board>,
    ends: &AtomicBool,
    drawing: &Mutex<()>,
    has_colour: bool,
) -> io::Result<()> {
    let mut state = State::new(has_colour);
    while !ends.load(Ordering::Acquire) {
        // Copied, so that nobody waits for the terminal while holding the board.
        let shown = locked(board).clone();
        let is_drawing = locked(drawing);
        if ends.load(Ordering::Acquire) {
            return Ok(());
        }
        terminal.draw(|frame| draw::draw(frame, &shown, &mut state))?;
        drop(is_drawing);
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
