//! The Internet checksum.

use proptest::collection::vec;
use proptest::prelude::*;
use unreach::decode::internet_checksum;

/// The same word by word, as RFC 1071 section 1 says it: what is carried out comes in again each time.
fn by_the_book(bytes: &[u8]) -> u16 {
    let words = bytes.chunks(2).map(|word| u16::from_be_bytes([word[0], word.get(1).copied().unwrap_or(0)]));
    !words.fold(0, |sum: u16, word| {
        let (sum, carries) = sum.overflowing_add(word);
        sum + u16::from(carries)
    })
}

proptest! {
    /// Mostly ones, so that sums carry as often as they can.
    #[test]
    fn it_is_that_of_the_rfc(
        words in vec(prop_oneof![4 => Just(u16::MAX), 1 => any::<u16>()], 0..40),
        odd in proptest::option::of(any::<u8>()),
        cut in 0..40_usize,
    ) {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).chain(odd).collect();
        let (before, behind) = bytes.split_at((cut * 2).min(words.len() * 2));
        prop_assert_eq!(internet_checksum(&[&bytes]), by_the_book(&bytes));
        prop_assert_eq!(internet_checksum(&[before, behind]), by_the_book(&bytes));
    }
}
