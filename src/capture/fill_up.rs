//! Reads until there is no more room, or no more to read.

use std::io;

/// Fills `room` by `read`, which is told how many bytes come before those that it is asked for; returns how many there are, and how
/// reading failed behind them, if it did. Fewer than there is room for are the last ones.
pub(super) fn fill_up(
    room: &mut [u8],
    mut read: impl FnMut(&mut [u8], usize) -> io::Result<usize>,
) -> (usize, io::Result<()>) {
    let mut length = 0;
    while let Some(space @ [_, ..]) = room.get_mut(length..) {
        match read(space, length) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (length, Err(error)),
        }
    }
    (length, Ok(()))
}
