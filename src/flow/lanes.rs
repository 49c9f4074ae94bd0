//! Eight numbers compared at once.
#![allow(unsafe_code)]

/// How many numbers.
pub(super) const LANES: usize = 8;

/// Which of the numbers are the wanted one: a bit for each, the first lowest. Without a branch, which mattered more here than
/// that they are compared together.
#[inline]
pub(super) fn equal(numbers: &[u32; LANES], wanted: u32) -> u32 {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{
            _mm_cmpeq_epi32, _mm_movemask_epi8, _mm_packs_epi16, _mm_packs_epi32, _mm_set1_epi32, _mm_setr_epi32,
        };
        let lanes = numbers.map(u32::cast_signed);
        // SAFETY: the instructions are part of SSE2, which every x86-64 has; they read and write registers only.
        let alike = unsafe {
            let wanted = _mm_set1_epi32(wanted.cast_signed());
            let low = _mm_setr_epi32(lanes[0], lanes[1], lanes[2], lanes[3]);
            let high = _mm_setr_epi32(lanes[4], lanes[5], lanes[6], lanes[7]);
            let halves = _mm_packs_epi32(_mm_cmpeq_epi32(low, wanted), _mm_cmpeq_epi32(high, wanted));
            _mm_movemask_epi8(_mm_packs_epi16(halves, halves))
        };
        alike.cast_unsigned() & 0xff
    }
    #[cfg(not(target_arch = "x86_64"))]
    numbers.iter().enumerate().fold(0, |found, (lane, &number)| found | u32::from(number == wanted) << lane)
}

#[cfg(test)]
mod tests {
    use super::{LANES, equal};

    #[test]
    fn each_lane_has_its_bit() {
        for lane in 0..LANES {
            let mut numbers = [7; LANES];
            numbers[lane] = u32::MAX;
            assert_eq!(equal(&numbers, u32::MAX), 1 << lane);
            assert_eq!(equal(&numbers, 7), 0xff & !(1 << lane));
            assert_eq!(equal(&numbers, 8), 0);
        }
    }
}
