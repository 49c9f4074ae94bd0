//! Crypto-PAn: addresses that share a prefix are mapped to addresses that share one as long.
//!
//! Xu, Fan, Ammar and Moon, "Prefix-Preserving IP Address Anonymization" (ICNP 2002). IPv6 works the same way with its
//! 128 bits.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use aes::Aes128;
use aes::cipher::{BlockCipherEncrypt, KeyInit};

/// Bits of a block of AES.
const BLOCK: u32 = 128;

/// A key of 32 bytes: sixteen for the cipher, sixteen that the padding is made of.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

impl Key {
    /// A key from what a file holds: 32 bytes as they are, or 64 hexadecimal digits, around which space does not matter.
    pub fn from_file(content: &[u8]) -> Option<Self> {
        if let Ok(bytes) = content.try_into() {
            return Some(Self(bytes));
        }
        let digits = content.trim_ascii();
        if digits.len() != 64 {
            return None;
        }
        let mut key = [0; 32];
        for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
            let value = |digit: u8| char::from(digit).to_digit(16);
            let (high, low) = (value(*pair.first()?)?, value(*pair.last()?)?);
            *byte = (high << 4 | low) as u8;
        }
        Some(Self(key))
    }
}

/// The mapping of a key.
pub struct CryptoPan {
    cipher: Aes128,
    pad: u128,
}

impl fmt::Debug for CryptoPan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CryptoPan(..)")
    }
}

impl CryptoPan {
    /// The mapping of a key.
    pub fn new(Key(key): &Key) -> Self {
        let (mut own, mut pad) = ([0; 16], [0; 16]);
        own.copy_from_slice(&key[..16]);
        pad.copy_from_slice(&key[16..]);
        let cipher = Aes128::new(&own.into());
        let mut mapping = Self { cipher, pad: 0 };
        mapping.pad = mapping.encrypted(u128::from_be_bytes(pad));
        mapping
    }

    /// The address that stands for another.
    pub fn address(&self, address: IpAddr) -> IpAddr {
        match address {
            IpAddr::V4(address) => {
                // The address stands at the head of a block, as its shorter form.
                let head = u128::from(u32::from(address)) << (BLOCK - u32::BITS);
                let mapped = self.mapped(head, u32::BITS) >> (BLOCK - u32::BITS);
                Ipv4Addr::from(mapped as u32).into()
            }
            IpAddr::V6(address) => Ipv6Addr::from(self.mapped(address.into(), BLOCK)).into(),
        }
    }

    /// Turns over each bit, or not, as the bits before it say: a block of them, padded, is encrypted for one bit.
    fn mapped(&self, original: u128, bits: u32) -> u128 {
        let mut mask = 0;
        for bit in 0..bits {
            let prefix = u128::MAX.checked_shl(BLOCK - bit).unwrap_or(0);
            let block = (original & prefix) | (self.pad & !prefix);
            mask |= self.encrypted(block) >> (BLOCK - 1) << (BLOCK - 1 - bit);
        }
        original ^ mask
    }

    /// A code of a text that nobody makes without the key: each block is added to the code of those before (CBC-MAC).
    pub fn code(&self, text: &[u8]) -> u128 {
        let mut code = self.encrypted(!self.pad ^ text.len() as u128);
        for part in text.chunks(16) {
            let mut block = [0; 16];
            for (byte, &own) in block.iter_mut().zip(part) {
                *byte = own;
            }
            code = self.encrypted(code ^ u128::from_be_bytes(block));
        }
        code
    }

    fn encrypted(&self, block: u128) -> u128 {
        let mut bytes = block.to_be_bytes().into();
        self.cipher.encrypt_block(&mut bytes);
        u128::from_be_bytes(bytes.into())
    }
}
