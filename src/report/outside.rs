//! Text from outside (file and interface names): made harmless for terminals and spreadsheets.

/// First characters that make a spreadsheet take a cell for a formula, in their ASCII and their full-width form.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Appends `text` so that no terminal takes any of it for a command, and no spreadsheet takes it for a formula.
///
/// Control and formatting characters are written as escapes (`\x1b`, `\u{202e}`). Text that would start a formula
/// gets an apostrophe in front, except a lone `-`, which is how standard input is called.
pub(super) fn write(text: &str, out: &mut Vec<u8>) {
    if text.starts_with(FORMULA) && text != "-" {
        out.push(b'\'');
    }
    write_printable(text, out);
}

/// Appends `text` with control and formatting characters written as escapes.
fn write_printable(text: &str, out: &mut Vec<u8>) {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return out.extend_from_slice(text.as_bytes());
    }
    for character in text.chars() {
        if is_command(character) {
            escape(character, out);
        } else {
            out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

/// The same as a string: neither a formula nor a command.
pub fn harmless(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    write(text, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// The text as it may be shown on a terminal, for where no spreadsheet reads it.
pub fn printable(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    write_printable(text, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// Whether a terminal may act on the character instead of showing it: control characters, line and paragraph
/// separators, and the invisible ones that reorder or hide what stands beside them.
fn is_command(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn escape(character: char, out: &mut Vec<u8>) {
    let number = u32::from(character);
    let text = if number < 0x80 { format!("\\x{number:02x}") } else { format!("\\u{{{number:x}}}") };
    out.extend_from_slice(text.as_bytes());
}
