//! Other addresses in place of the captured ones, everywhere the findings name them, with their prefixes preserved.
//!
//! The analysis sees the true addresses: whether one is multicast or on the link decides what a message means. What it
//! found is then disguised, before anything is written.

mod crypto_pan;
mod findings;

use std::net::IpAddr;

pub use crypto_pan::{CryptoPan, Key};

use crate::flow::Bounded;
use crate::incident::letters;

/// Addresses whose others are remembered: a megabyte of them. A live run may see ever new ones.
const REMEMBERED: usize = 1 << 14;

/// Replaces addresses, and ids made of them, by others; the same by the same in every run with the same key.
#[derive(Debug)]
pub struct Disguise {
    cipher: CryptoPan,
    /// Mapping an address takes one encryption a bit, and the same few addresses come again and again.
    known: Bounded<IpAddr, IpAddr>,
}

impl Disguise {
    /// The disguise of a key.
    pub fn new(key: &Key) -> Self {
        Self { cipher: CryptoPan::new(key), known: Bounded::new(REMEMBERED) }
    }

    /// The address that stands for another.
    pub fn address(&mut self, address: IpAddr) -> IpAddr {
        let Self { cipher, known } = self;
        *known.entry(&address, || cipher.address(address))
    }

    /// An id in place of another. It is keyed: whoever guesses the addresses that an id was made of could check the guess.
    pub fn id(&self, id: &str) -> String {
        let code = self.cipher.code(id.as_bytes());
        letters(code, id.len())
    }

    /// Text of this program, with the addresses in it replaced. Whatever reads as an address is taken for one.
    pub fn text(&mut self, text: &str) -> String {
        let is_part = |character: char| character.is_ascii_hexdigit() || matches!(character, '.' | ':');
        let mut disguised = String::with_capacity(text.len());
        let mut rest = text;
        while !rest.is_empty() {
            let end = rest.find(|character| !is_part(character)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            self.word(word, &mut disguised);
            let end = after.find(is_part).unwrap_or(after.len());
            let (between, next) = after.split_at(end);
            disguised.push_str(between);
            rest = next;
        }
        disguised
    }

    /// Appends a run of digits, dots and colons: an address, one with a port or with punctuation behind it, or none.
    fn word(&mut self, word: &str, disguised: &mut String) {
        let ends =
            (1..=word.len()).rev().filter(|&end| word.get(end..).is_some_and(|tail| !tail.starts_with(is_digit)));
        for end in ends {
            let (head, tail) = word.split_at(end);
            if let Ok(address) = head.parse::<IpAddr>() {
                disguised.push_str(&self.address(address).to_string());
                return self.word(tail, disguised);
            }
        }
        disguised.push_str(word);
    }
}

fn is_digit(character: char) -> bool {
    character.is_ascii_hexdigit()
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::{Disguise, Key, REMEMBERED};

    #[test]
    fn addresses_without_end_are_mapped_in_bounded_memory() {
        let mut disguise = Disguise::new(&Key::from_file(&[7; 32]).expect("a key"));
        let address = |number: u32| IpAddr::from(Ipv4Addr::from(number));
        let first = disguise.address(address(0));
        for number in 0..2 * REMEMBERED as u32 {
            disguise.address(address(number));
        }
        assert!(disguise.known.len() <= REMEMBERED, "{} are remembered", disguise.known.len());
        assert!(disguise.known.get(&address(0)).is_none(), "it was forgotten");
        assert_eq!(disguise.address(address(0)), first, "what was forgotten is mapped as before");
    }
}
