//! Rows made a piece at a time on two threads, and written in their order.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::{panic, thread};

use crate::report::{Format, MessageRows, OutputFile, Report, Style, TableName};

/// Pieces that either thread has under way: one that it makes, and one that waits to be written.
const PIECES: usize = 2;

/// Writes a table: rows of messages a piece at a time on two threads where there are as many, everything else as its format does.
pub(super) fn write(
    (format, table): (Format, TableName),
    report: &Report<'_>,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    match MessageRows::of(format, table, report) {
        Some(rows) if style.threads >= 2 => write_rows(&rows, out),
        _ => format.write(table, report, style, out),
    }
}

/// Writes a table to an output file that was begun, likewise.
pub(super) fn write_file(
    (format, table): (Format, TableName),
    report: &Report<'_>,
    threads: usize,
    file: &mut OutputFile,
) -> io::Result<()> {
    match MessageRows::of(format, table, report) {
        Some(rows) if threads >= 2 => write_rows(&rows, file.writer()),
        _ => format.write_file(table, report, Style { threads, ..Style::default() }, file),
    }
}

fn write_rows(rows: &MessageRows<'_>, out: &mut dyn Write) -> io::Result<()> {
    rows.begin(out)?;
    let maker = || {
        let mut maker = rows.maker();
        move |piece: usize, text: &mut Vec<u8>| maker.append(piece, text)
    };
    share(rows.pieces(), maker, out)?;
    out.flush()
}

/// A piece that was made.
struct Made {
    piece: usize,
    text: Vec<u8>,
    /// Whether it was made by the thread that writes.
    is_own: bool,
}

/// Has pieces made by this thread and another, each of which takes the next that was not begun, and writes them in order. A
/// panic of either ends both.
fn share<M: FnMut(usize, &mut Vec<u8>)>(
    pieces: usize,
    maker: impl Fn() -> M + Sync,
    out: &mut dyn Write,
) -> io::Result<()> {
    let next = AtomicUsize::new(0);
    let (made, all_made) = channel();
    let (spare, spares) = channel();
    (0..PIECES).for_each(|_| spare.send(Vec::new()).unwrap_or_default());
    thread::scope(|scope| {
        let (next, maker) = (&next, &maker);
        let other = scope.spawn(move || make(pieces, next, maker(), spares, &made));
        let writing = Writing { pieces, next, all_made, spare, waiting: BTreeMap::new() };
        let written = writing.write(maker(), out);
        // Why a piece never came.
        other.join().unwrap_or_else(|panic| panic::resume_unwind(panic));
        written
    })
}

/// Makes pieces until there are none, or nobody wants them any more.
fn make(
    pieces: usize,
    next: &AtomicUsize,
    mut append: impl FnMut(usize, &mut Vec<u8>),
    spares: Receiver<Vec<u8>>,
    made: &Sender<Made>,
) {
    for mut text in spares {
        let piece = next.fetch_add(1, Ordering::Relaxed);
        if piece >= pieces {
            return;
        }
        text.clear();
        append(piece, &mut text);
        if made.send(Made { piece, text, is_own: false }).is_err() {
            return;
        }
    }
}

/// The side that writes. It makes pieces, too, while the next to be written is not there yet.
struct Writing<'a> {
    pieces: usize,
    next: &'a AtomicUsize,
    all_made: Receiver<Made>,
    /// What the other is to write in.
    spare: Sender<Vec<u8>>,
    /// Pieces whose turn has not come.
    waiting: BTreeMap<usize, Made>,
}

impl Writing<'_> {
    fn write(mut self, mut append: impl FnMut(usize, &mut Vec<u8>), out: &mut dyn Write) -> io::Result<()> {
        let mut own = vec![Vec::new(); PIECES];
        for piece in 0..self.pieces {
            let Some(made) = self.made(piece, &mut own, &mut append) else { break };
            out.write_all(&made.text)?;
            if made.is_own {
                own.push(made.text);
            } else {
                // The other is gone where there is nothing more to make.
                let _ = self.spare.send(made.text);
            }
        }
        Ok(())
    }

    /// The piece, once it was made; nothing where the other thread ended before it had made it.
    fn made(
        &mut self,
        piece: usize,
        own: &mut Vec<Vec<u8>>,
        append: &mut impl FnMut(usize, &mut Vec<u8>),
    ) -> Option<Made> {
        loop {
            self.waiting.extend(self.all_made.try_iter().map(|made| (made.piece, made)));
            if let Some(made) = self.waiting.remove(&piece) {
                return Some(made);
            }
            let made = match own.pop().and_then(|text| self.make(text, append)) {
                Some(made) => made,
                None => self.all_made.recv().ok()?,
            };
            self.waiting.insert(made.piece, made);
        }
    }

    /// Makes the next piece; nothing where all were begun.
    fn make(&self, mut text: Vec<u8>, append: &mut impl FnMut(usize, &mut Vec<u8>)) -> Option<Made> {
        let piece = self.next.fetch_add(1, Ordering::Relaxed);
        text.clear();
        (piece < self.pieces).then(|| append(piece, &mut text))?;
        Some(Made { piece, text, is_own: true })
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::panic::catch_unwind;
    use std::sync::mpsc::channel;
    use std::thread;
    use std::time::Duration;

    use super::share;

    /// What comes of it, which must not take for ever.
    fn outcome<T: Send + 'static>(shared: impl FnOnce() -> T + Send + std::panic::UnwindSafe + 'static) -> Option<T> {
        let (sender, receiver) = channel();
        thread::spawn(move || sender.send(catch_unwind(shared).ok()));
        receiver.recv_timeout(Duration::from_secs(20)).expect("it hangs")
    }

    /// Makes the number of a piece, of which every third takes longer.
    fn slowly(piece: usize, text: &mut Vec<u8>) {
        if piece.is_multiple_of(3) {
            thread::sleep(Duration::from_micros(200));
        }
        text.extend_from_slice(format!("{piece} ").as_bytes());
    }

    #[test]
    fn pieces_are_written_in_their_order() {
        for pieces in [0, 1, 2, 500] {
            let written = outcome(move || {
                let mut out = Vec::new();
                share(pieces, || slowly, &mut out).map(|()| out).unwrap()
            });
            let wanted = (0..pieces).map(|piece| format!("{piece} ")).collect::<Vec<_>>().concat();
            assert_eq!(written, Some(wanted.into_bytes()));
        }
    }

    #[test]
    fn a_panic_of_either_ends_both() {
        for place in [0, 1, 7, 400] {
            let fails = move |piece: usize, text: &mut Vec<u8>| {
                assert!(piece != place, "here");
                slowly(piece, text);
            };
            assert_eq!(outcome(move || share(401, || fails, &mut Vec::new()).is_ok()), None);
        }
    }

    /// A writer that nobody reads from any more.
    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_cannot_be_written_ends_the_making() {
        let failed = outcome(|| share(1 << 40, || slowly, &mut Closed).map_err(|error| error.kind()));
        assert_eq!(failed, Some(Err(io::ErrorKind::BrokenPipe)));
    }
}
