//! 16 bytes at a time: blocks without anything special are decoded at once.

use std::arch::x86_64::{
    __m128i, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8,
    _mm_storeu_si128, _mm_sub_epi8,
};

use super::Carry;
use crate::yenc::Dots;

pub(super) const BLOCK: usize = 16;

/// Decodes whole blocks until one is not plain, and tells how many bytes that were.
pub(super) fn blocks(mut carry: Carry, input: &[u8], dots: Dots, out: &mut Vec<u8>) -> usize {
    let mut read = 0;
    for block in input.chunks_exact(BLOCK) {
        let Ok(block) = <&[u8; BLOCK]>::try_from(block) else {
            break;
        };
        let starts_with_dot =
            dots == Dots::Stuffed && carry.start == 1 && block.first() == Some(&b'.');
        if carry.escape == 1 || starts_with_dot {
            break;
        }
        let Some(plain) = decode(block) else {
            break;
        };
        out.extend_from_slice(&plain);
        read += BLOCK;
        carry.start = 0;
    }
    read
}

/// A block in which nothing is special.
#[expect(unsafe_code, reason = "wide loads and stores have no safe form")]
fn decode(block: &[u8; BLOCK]) -> Option<[u8; BLOCK]> {
    let mut plain = [0; BLOCK];
    // SAFETY: SSE2 is part of x86-64. Both pointers are to 16 bytes, the second to ones that are ours,
    // and these instructions ask for no alignment.
    unsafe {
        let bytes = _mm_loadu_si128(block.as_ptr().cast::<__m128i>());
        let escape = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b'='.cast_signed()));
        let cr = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b'\r'.cast_signed()));
        let lf = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b'\n'.cast_signed()));
        if _mm_movemask_epi8(_mm_or_si128(escape, _mm_or_si128(cr, lf))) != 0 {
            return None;
        }
        let decoded = _mm_sub_epi8(bytes, _mm_set1_epi8(42));
        _mm_storeu_si128(plain.as_mut_ptr().cast::<__m128i>(), decoded);
    }
    Some(plain)
}
