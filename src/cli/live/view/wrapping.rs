//! Text broken into lines of a width, wherever it has to be.

use unicode_width::UnicodeWidthChar;

/// The lines: broken between words, and within those that are longer than a line. At least one.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_inclusive(' ') {
        if used > 0 && used + columns(word.trim_end()) > width {
            begin(&mut lines, &mut used);
        }
        for character in word.chars() {
            let taken = character.width().unwrap_or_default();
            if used > 0 && used + taken > width {
                // No line begins with the space that it was broken at.
                if character == ' ' {
                    continue;
                }
                begin(&mut lines, &mut used);
            }
            // The space that a line was broken at.
            if character != ' ' || used > 0 {
                lines.iter_mut().next_back().into_iter().for_each(|line| line.push(character));
                used += taken;
            }
        }
    }
    lines
}

fn begin(lines: &mut Vec<String>, used: &mut usize) {
    lines.push(String::new());
    *used = 0;
}

fn columns(text: &str) -> usize {
    text.chars().filter_map(UnicodeWidthChar::width).sum()
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn lines_are_broken_between_words_and_within_long_ones() {
        assert_eq!(wrapped("", 5), [""]);
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("one two ", 7), ["one two"]);
        assert_eq!(wrapped("a wonderful day", 4), ["a ", "wond", "erfu", "l ", "day"]);
        assert_eq!(wrapped("a wonderful day", 0).concat(), "awonderfulday");
        assert_eq!(wrapped("\u{65e5}\u{672c}\u{8a9e}", 5), ["\u{65e5}\u{672c}", "\u{8a9e}"]);
    }
}
