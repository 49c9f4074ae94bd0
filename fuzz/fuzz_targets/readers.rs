//! The readers of saved captures: whatever the bytes are, reading ends, and gives the same however the bytes arrive.
#![no_main]

use std::io::{self, Cursor, Read};

use libfuzzer_sys::fuzz_target;
use unreach::capture::Fault;
use unreach::capture::blocks::Blocks;
use unreach::frame::InputId;

/// Frames after which a capture is left: compressed ones can hold millions.
const FRAMES: usize = 20_000;

/// A stream that gives few bytes at a time.
struct Trickle(Cursor<Vec<u8>>, usize);

impl Read for Trickle {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(self.1);
        self.0.read(&mut buffer[..most])
    }
}

/// Number, time, link type, lengths and a sum of the bytes of each frame; then how it ended. How far a decompressor got
/// into damage depends on the pieces that it is handed: of compressed captures it is told only that there was some.
fn read(stream: Box<dyn Read + Send>) -> (Vec<(u64, i64, u16, u32, usize, u64)>, String) {
    let mut frames = Vec::new();
    let mut blocks = match Blocks::open(stream, InputId(0)) {
        Ok(blocks) => blocks,
        // With a reason, it is inside of something: what was unpacked before damage may be enough to see that it is none.
        Err(Fault::Damaged { .. } | Fault::NotACapture { reason: Some(_), .. }) => {
            return (frames, "damaged".to_owned());
        }
        Err(fault) => return (frames, fault.to_string()),
    };
    let is_packed = blocks.kind().layers.any();
    let words = |fault: Fault| if is_packed { "damaged".to_owned() } else { fault.to_string() };
    loop {
        match blocks.advance() {
            Ok(true) => {}
            Ok(false) => return (frames, blocks.take_fault().map(words).unwrap_or_default()),
            Err(fault) => return (frames, words(fault)),
        }
        for frame in blocks.frames() {
            let sum = frame.bytes.iter().map(|&byte| u64::from(byte)).sum();
            assert!(frames.last().is_none_or(|&(before, ..)| before < frame.number));
            let (time, link) = (frame.timestamp.0, frame.link.0);
            frames.push((frame.number, time, link, frame.wire_length, frame.bytes.len(), sum));
        }
        if frames.len() >= FRAMES {
            frames.truncate(FRAMES);
            return (frames, String::new());
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((&step, file)) = data.split_last() else { return };
    let whole = read(Box::new(Cursor::new(file.to_vec())));
    let trickled = read(Box::new(Trickle(Cursor::new(file.to_vec()), usize::from(step) + 1)));
    assert_eq!(whole, trickled);
});
