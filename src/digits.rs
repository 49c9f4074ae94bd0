//! Numbers and addresses as text, without the machinery of `fmt`: with it, they took nearly half of the instructions of a row.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Appends what is written to room of `N` bytes, of which as many stay as it returns. What was just written in parts is not
/// copied: to be read back as a whole it would have to be in the cache first, and until then the copy stands still.
#[inline]
fn in_place<const N: usize>(out: &mut Vec<u8>, write: impl FnOnce(&mut [u8; N]) -> usize) {
    let start = out.len();
    out.extend_from_slice(&[b'.'; N]);
    if let Some(room) = out.get_mut(start..).and_then(<[u8]>::first_chunk_mut) {
        let length = write(room);
        out.truncate(start + length);
    }
}

/// The text that is written.
#[inline]
pub fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
    // Room for nearly every cell: what grows is copied.
    let mut text = Vec::with_capacity(24);
    write(&mut text);
    // Only text is written.
    String::from_utf8(text).unwrap_or_default()
}

/// Appends a number.
pub fn number(number: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Fills the room with the last digits of a number, zeros in front.
#[inline]
pub fn fill(mut number: u32, room: &mut [u8]) {
    for digit in room.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// Appends an address as the standard library writes it: IPv6 as RFC 5952 wants it.
pub fn address(address: IpAddr, out: &mut Vec<u8>) {
    match address {
        IpAddr::V4(address) => dotted(address, out),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => {
                out.extend_from_slice(b"::ffff:");
                dotted(mapped, out);
            }
            None => coloned(address, out),
        },
    }
}

fn dotted(address: Ipv4Addr, out: &mut Vec<u8>) {
    in_place(out, |text: &mut [u8; "255.255.255.255.".len()]| {
        let mut end = 0;
        for octet in address.octets() {
            let (digits, length) = OCTETS[usize::from(octet)];
            text[end..end + 3].copy_from_slice(&digits);
            end += length + 1;
        }
        end - 1
    });
}

/// Every octet in digits, with a dot behind where there is room, and how many digits these are: a row has four addresses, and
/// to look up their octets takes a third of the instructions of dividing them.
const OCTETS: [([u8; 3], usize); 256] = {
    let mut octets = [(*b"...", 1); 256];
    let mut number = 0;
    while number < 256 {
        let [hundreds, tens, ones] = [number / 100, number / 10 % 10, number % 10];
        let [hundreds, tens, ones] = [b'0' + hundreds as u8, b'0' + tens as u8, b'0' + ones as u8];
        octets[number] = match number {
            0..10 => ([ones, b'.', b'.'], 1),
            10..100 => ([tens, ones, b'.'], 2),
            _ => ([hundreds, tens, ones], 3),
        };
        number += 1;
    }
    octets
};

/// RFC 5952 section 4.2: the longest run of two zeros or more is left out, of equally long ones the first.
fn coloned(address: Ipv6Addr, out: &mut Vec<u8>) {
    let segments = address.segments();
    let (start, length) = longest_zeros(segments);
    if length < 2 {
        return joined(&segments, out);
    }
    joined(segments.get(..start).unwrap_or_default(), out);
    out.extend_from_slice(b"::");
    joined(segments.get(start + length..).unwrap_or_default(), out);
}

fn longest_zeros(segments: [u16; 8]) -> (usize, usize) {
    let (mut longest, mut run) = ((0, 0), (0, 0));
    for (place, segment) in segments.into_iter().enumerate() {
        run = if segment == 0 { (run.0, run.1 + 1) } else { (place + 1, 0) };
        if run.1 > longest.1 {
            longest = run;
        }
    }
    longest
}

fn joined(segments: &[u16], out: &mut Vec<u8>) {
    for (place, segment) in segments.iter().enumerate() {
        if place > 0 {
            out.push(b':');
        }
        let needed = (16 - segment.leading_zeros()).div_ceil(4).max(1);
        let digit = |place: u32| b"0123456789abcdef"[usize::from(segment >> (4 * place) & 0xf)];
        out.extend((0..needed).rev().map(digit));
    }
}
