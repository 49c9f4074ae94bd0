//! What is shown of a text where there is no room for all of it.

use std::fmt;

use unicode_width::UnicodeWidthChar;

use super::line::width;

/// Where a cell is cut that is longer than its column is wide.
#[derive(Clone, Copy)]
pub(super) enum Cut {
    /// At its end, but for a question mark there: what is uncertain would look certain.
    End,
    /// At its end, between words: half a number would be another one.
    Words,
    /// In its middle: both ends of an address tell it from others.
    Middle,
    /// At its beginning: names of files differ at their ends.
    Start,
    /// At its end, without a mark as long as only digits of a fraction are lost: the rest of a time would be another one.
    Digits,
}

/// What stands between the words of a text, or the items of a list.
const BETWEEN_WORDS: [char; 3] = [' ', ',', ';'];

/// What is shown of a text: its beginning, a mark where something is missing, and its end, where that is shown.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) start: &'a str,
    pub(super) mark: &'static str,
    pub(super) end: &'a str,
}

impl<'a> Shown<'a> {
    pub(super) fn whole(text: &'a str) -> Self {
        Self { start: text, mark: "", end: "" }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.start.is_empty() && self.mark.is_empty()
    }

    /// Columns of the screen that it takes.
    pub(super) fn width(&self) -> usize {
        width(self.start) + width(self.mark) + width(self.end)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        [self.start, self.mark, self.end].into_iter().try_for_each(|part| f.write_str(part))
    }
}

/// The text in at most `room` columns of the screen.
pub(super) fn shortened(text: &str, room: usize, at: Cut) -> Shown<'_> {
    /// One column wide.
    const MARK: &str = "…";
    if width(text) <= room {
        return Shown::whole(text);
    }
    let rest = room.saturating_sub(1);
    let (start, mark, end) = match at {
        Cut::Digits => match without_digits(text, room) {
            Some(start) => (start, "", ""),
            None => (beginning(text, rest), MARK, ""),
        },
        Cut::End => {
            let doubt = if text.ends_with('?') && rest > 1 { "?" } else { "" };
            (beginning(text, rest - doubt.len()), MARK, doubt)
        }
        Cut::Start => ("", MARK, ending(text, rest)),
        Cut::Words => {
            let start = beginning(text, rest);
            let between = start.rfind(BETWEEN_WORDS).and_then(|last| start.get(..=last));
            // A word that is cut for want of another place loses all of its number.
            let in_word = start.trim_end_matches(|char: char| char.is_ascii_digit() || char == '.');
            (between.unwrap_or(in_word), MARK, "")
        }
        Cut::Middle => (beginning(text, rest / 3), MARK, ending(text, rest - rest / 3)),
    };
    Shown { start, mark, end }
}

/// A decimal number, or a time that ends in one, with so few digits of its fraction that it fits, if all before the fraction does.
fn without_digits(text: &str, room: usize) -> Option<&str> {
    let (whole, fraction) = text.rsplit_once('.')?;
    let is_fraction = fraction.bytes().all(|byte| byte.is_ascii_digit());
    (is_fraction && width(whole) <= room).then(|| beginning(text, room).trim_end_matches('.'))
}

/// As many of the first characters as fit.
fn beginning(text: &str, room: usize) -> &str {
    let end = first_beyond(text.char_indices(), room).map(|(place, _)| place);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// As many of the last characters as fit.
fn ending(text: &str, room: usize) -> &str {
    let start = first_beyond(text.char_indices().rev(), room).map(|(place, character)| place + character.len_utf8());
    start.and_then(|start| text.get(start..)).unwrap_or(text)
}

/// The first of the characters, and its place, that there is no room for.
fn first_beyond(mut characters: impl Iterator<Item = (usize, char)>, room: usize) -> Option<(usize, char)> {
    let mut left = room;
    characters.find(|(_, character)| match left.checked_sub(character.width().unwrap_or(0)) {
        Some(after) => {
            left = after;
            false
        }
        None => true,
    })
}

#[cfg(test)]
mod tests {
    use super::{Cut, shortened};

    #[test]
    fn what_is_cut_takes_no_more_room_than_there_is() {
        for text in
            ["", "a", "late-reply, one of 12 or 345", "2001:db8::1:2:3", "日本語のテキスト", "e\u{301}e\u{301}e\u{301}"]
        {
            for room in 0..40 {
                for at in [Cut::Start, Cut::End, Cut::Words, Cut::Middle, Cut::Digits] {
                    let shown = shortened(text, room, at);
                    // The mark alone takes a column.
                    assert!(shown.width() <= room.max(1), "{shown} in {room}");
                    assert!(text.starts_with(shown.start) && text.ends_with(shown.end), "{shown}");
                }
            }
        }
    }

    #[test]
    fn each_way_of_cutting_keeps_what_matters() {
        let shown = |text, room, at| shortened(text, room, at).to_string();
        assert_eq!(shown("10.2.0.2", 8, Cut::End), "10.2.0.2");
        assert_eq!(shown("port-unreachable", 12, Cut::End), "port-unreac…");
        assert_eq!(shown("network-filter?", 13, Cut::End), "network-fil…?");
        assert_eq!(shown("late-reply, nat", 14, Cut::Words), "late-reply, …");
        assert_eq!(shown("limited 1200", 11, Cut::Words), "limited …");
        assert_eq!(shown("2001:db8::1:2:3", 10, Cut::Middle), "200…:1:2:3");
        assert_eq!(shown("ring_00012", 6, Cut::Start), "…00012");
        assert_eq!(shown("14:32:37.354", 10, Cut::Digits), "14:32:37.3");
        assert_eq!(shown("14:32:37.354", 9, Cut::Digits), "14:32:37");
        assert_eq!(shown("14:32:37.354", 8, Cut::Digits), "14:32:37");
        assert_eq!(shown("14:32:37.354", 7, Cut::Digits), "14:32:…");
        assert_eq!(shown("1763821957.354", 9, Cut::Digits), "17638219…");
        assert_eq!(shown("14:32:37.354Z", 12, Cut::Digits), "14:32:37.35…");
        assert_eq!(shown("日本語", 5, Cut::Middle), "…語");
        assert_eq!(shown("e\u{301}xyz", 2, Cut::End), "e\u{301}…");
    }
}
