//! 64 bytes at a time, for processors that compress bytes by a mask themselves (AVX-512 VBMI2).

use std::arch::x86_64::{
    __m512i, _mm512_cmpeq_epi8_mask, _mm512_loadu_si512, _mm512_mask_sub_epi8,
    _mm512_maskz_compress_epi8, _mm512_set1_epi8, _mm512_storeu_si512, _mm512_sub_epi8,
};

use super::Carry;
use crate::yenc::Dots;

pub(super) const BLOCK: usize = 64;

/// Proof that the processor has what it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::yenc) struct Avx512(());

impl Avx512 {
    pub(super) fn detect() -> Option<Self> {
        let has_all = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vbmi2")
            && is_x86_feature_detected!("popcnt");
        has_all.then_some(Self(()))
    }

    /// Decodes whole blocks until one has to be looked at byte by byte, and tells how many bytes that
    /// were.
    #[expect(
        unsafe_code,
        reason = "the instructions are not those of every processor"
    )]
    pub(super) fn blocks(self, carry: Carry, input: &[u8], dots: Dots, out: &mut Vec<u8>) -> usize {
        let blocks = input.len() / BLOCK;
        // No block gives more than it has.
        out.reserve(blocks * BLOCK);
        // SAFETY: whoever has a `Self` has asked the processor, and there is room for every block.
        unsafe { blocks_in_room(carry, input, dots, out) }
    }
}

/// # Safety
/// `out` has room for as many bytes as there are in the whole blocks of `input`.
#[expect(unsafe_code, reason = "wide loads and stores have no safe form")]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,popcnt")]
unsafe fn blocks_in_room(carry: Carry, input: &[u8], dots: Dots, out: &mut Vec<u8>) -> usize {
    let dot_mask = match dots {
        Dots::Stuffed => u64::MAX,
        Dots::Plain => 0,
    };
    let (mut escape, mut start) = (u64::from(carry.escape), u64::from(carry.start));
    let old_len = out.len();
    let (mut read, mut written) = (0, 0);
    let to = out.spare_capacity_mut().as_mut_ptr().cast::<u8>();
    for block in input.chunks_exact(BLOCK) {
        // SAFETY: a block has 64 bytes, and the load asks for no alignment.
        let bytes = unsafe { _mm512_loadu_si512(block.as_ptr().cast::<__m512i>()) };
        let escapes = equal(bytes, b'=');
        let lfs = equal(bytes, b'\n');
        let ends = equal(bytes, b'\r') | lfs;
        let escaped = (escapes << 1) | escape;
        let starts = (lfs << 1) | start;
        let is_odd = (starts & (escapes | (equal(bytes, b'.') & dot_mask))) | (escapes & escaped);
        if is_odd != 0 {
            break;
        }
        let dropped = (escapes | ends) & !escaped;
        let decoded = _mm512_sub_epi8(bytes, _mm512_set1_epi8(42));
        let decoded = _mm512_mask_sub_epi8(decoded, escaped, decoded, _mm512_set1_epi8(64));
        let packed = _mm512_maskz_compress_epi8(!dropped, decoded);
        // SAFETY: as many blocks came before as were read, and none gave more than 64 bytes, so that
        // there is room for 64 more. The store asks for no alignment.
        unsafe { _mm512_storeu_si512(to.add(written).cast::<__m512i>(), packed) };
        written += BLOCK - dropped.count_ones() as usize;
        read += BLOCK;
        escape = escapes >> 63;
        start = lfs >> 63;
    }
    // SAFETY: so many bytes were written behind those that were there.
    unsafe { out.set_len(old_len + written) };
    read
}

#[target_feature(enable = "avx512f,avx512bw")]
fn equal(bytes: __m512i, byte: u8) -> u64 {
    _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte.cast_signed()))
}
