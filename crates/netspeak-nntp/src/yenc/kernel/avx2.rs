//! 32 bytes at a time: escaped bytes are undone, and line ends and escapes taken out, without a branch.

use std::arch::x86_64::{
    __m128i, __m256i, _mm_cvtsi32_si128, _mm_set_epi64x, _mm_storel_epi64, _mm_unpackhi_epi64,
    _mm256_add_epi8, _mm256_alignr_epi8, _mm256_and_si256, _mm256_castsi256_si128,
    _mm256_cmpeq_epi8, _mm256_extracti128_si256, _mm256_loadu_si256, _mm256_movemask_epi8,
    _mm256_or_si256, _mm256_permute2x128_si256, _mm256_set_m128i, _mm256_set1_epi8,
    _mm256_shuffle_epi8, _mm256_sub_epi8, _mm256_zextsi128_si256,
};

use super::Carry;
use crate::yenc::Dots;

pub(super) const BLOCK: usize = 32;

/// For eight bytes of which some go: the places of those that stay, one behind the other. The byte
/// for the first place is the lowest.
static KEPT: [u64; 256] = kept();

#[expect(
    clippy::indexing_slicing,
    reason = "the table has a row for each byte, and is made by the compiler"
)]
const fn kept() -> [u64; 256] {
    let mut table = [0; 256];
    let mut dropped = 0;
    while dropped < 256 {
        let (mut places, mut to, mut from) = (0, 0, 0);
        while from < 8 {
            if dropped & (1 << from) == 0 {
                places |= from << (8 * to);
                to += 1;
            }
            from += 1;
        }
        table[dropped] = places;
        dropped += 1;
    }
    table
}

/// Proof that the processor has AVX2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::yenc) struct Avx2(());

impl Avx2 {
    pub(super) fn detect() -> Option<Self> {
        let has_both = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt");
        has_both.then_some(Self(()))
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
#[target_feature(enable = "avx2,popcnt")]
unsafe fn blocks_in_room(mut carry: Carry, input: &[u8], dots: Dots, out: &mut Vec<u8>) -> usize {
    let dot_mask = match dots {
        Dots::Stuffed => u32::MAX,
        Dots::Plain => 0,
    };
    let old_len = out.len();
    let (mut read, mut written) = (0, 0);
    let to = out.spare_capacity_mut().as_mut_ptr().cast::<u8>();
    for block in input.chunks_exact(BLOCK) {
        // SAFETY: a block has 32 bytes, and the load asks for no alignment.
        let bytes = unsafe { _mm256_loadu_si256(block.as_ptr().cast::<__m256i>()) };
        let escape = equal(bytes, b'=');
        let lf = equal(bytes, b'\n');
        let (escapes, lfs) = (mask(escape), mask(lf));
        let ends = mask(_mm256_or_si256(equal(bytes, b'\r'), lf));
        let escaped = escapes << 1 | carry.escape;
        let starts = lfs << 1 | carry.start;
        let is_odd = starts & (escapes | (mask(equal(bytes, b'.')) & dot_mask)) | escapes & escaped;
        if is_odd != 0 {
            break;
        }
        let dropped = (escapes | ends) & !escaped;
        let decoded = _mm256_sub_epi8(bytes, offsets(escape, carry.escape));
        // SAFETY: as many blocks came before as were read, and none gave more than 32 bytes, so that
        // there is room for 32 more; `compact` writes no further.
        unsafe { compact(decoded, dropped, to.add(written)) };
        written += (BLOCK as u32 - dropped.count_ones()) as usize;
        read += BLOCK;
        carry = Carry {
            escape: escapes >> 31,
            start: lfs >> 31,
        };
    }
    // SAFETY: so many bytes were written behind those that were there.
    unsafe { out.set_len(old_len + written) };
    read
}

#[target_feature(enable = "avx2")]
fn equal(bytes: __m256i, byte: u8) -> __m256i {
    _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte.cast_signed()))
}

#[target_feature(enable = "avx2")]
fn mask(equal: __m256i) -> u32 {
    _mm256_movemask_epi8(equal).cast_unsigned()
}

/// What to subtract from each byte: 42, and 64 more behind an escape.
#[target_feature(enable = "avx2")]
fn offsets(escape: __m256i, carry: u32) -> __m256i {
    // Each byte's neighbour before it, over the border between the halves too.
    let low_as_high = _mm256_permute2x128_si256::<0x08>(escape, escape);
    let before = _mm256_alignr_epi8::<15>(escape, low_as_high);
    let more = _mm256_and_si256(before, _mm256_set1_epi8(64));
    let first = _mm256_zextsi128_si256(_mm_cvtsi32_si128((carry << 6).cast_signed()));
    _mm256_add_epi8(_mm256_set1_epi8(42), _mm256_or_si256(more, first))
}

/// Writes the bytes that are not dropped, and something behind them, 32 bytes at most.
///
/// # Safety
/// There is room for 32 bytes.
#[expect(unsafe_code, reason = "stores have no safe form")]
#[target_feature(enable = "avx2,popcnt")]
unsafe fn compact(bytes: __m256i, dropped: u32, to: *mut u8) {
    let [a, b, c, d] = dropped.to_le_bytes();
    let upper = 0x0808_0808_0808_0808;
    let low = _mm_set_epi64x(row(b) | upper, row(a));
    let high = _mm_set_epi64x(row(d) | upper, row(c));
    let packed = _mm256_shuffle_epi8(bytes, _mm256_set_m128i(high, low));
    let low = _mm256_castsi256_si128(packed);
    let high = _mm256_extracti128_si256::<1>(packed);
    let first = stays(a);
    let second = first + stays(b);
    let third = second + stays(c);
    // SAFETY: eight bytes each, the last from the 24th at most; these stores ask for no alignment.
    unsafe {
        store_low(low, to);
        store_high(low, to.add(first));
        store_low(high, to.add(second));
        store_high(high, to.add(third));
    }
}

#[expect(clippy::indexing_slicing, reason = "the table has a row for each byte")]
fn row(dropped: u8) -> i64 {
    KEPT[usize::from(dropped)].cast_signed()
}

#[target_feature(enable = "popcnt")]
fn stays(dropped: u8) -> usize {
    (8 - dropped.count_ones()) as usize
}

/// # Safety
/// There is room for eight bytes.
#[expect(unsafe_code, reason = "stores have no safe form")]
#[target_feature(enable = "sse2")]
unsafe fn store_low(bytes: __m128i, to: *mut u8) {
    // SAFETY: the caller's promise.
    unsafe { _mm_storel_epi64(to.cast::<__m128i>(), bytes) }
}

/// # Safety
/// There is room for eight bytes.
#[expect(unsafe_code, reason = "stores have no safe form")]
#[target_feature(enable = "sse2")]
unsafe fn store_high(bytes: __m128i, to: *mut u8) {
    // SAFETY: the caller's promise.
    unsafe { _mm_storel_epi64(to.cast::<__m128i>(), _mm_unpackhi_epi64(bytes, bytes)) }
}
