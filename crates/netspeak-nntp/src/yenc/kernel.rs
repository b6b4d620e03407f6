//! The data of a part, many bytes at a time where the processor can.
//!
//! A wide kernel decodes blocks in which nothing is special but escaped bytes and line ends, and leaves
//! those where a dot, a keyword or a doubled escape may begin to [`data::decode`], which knows them
//! all. So there is one place that knows the rules, and the tests hold the kernels to it.

use super::Dots;
use super::data::{self, Pos, Read};

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod sse2;

/// How the data is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kernel {
    /// Byte by byte.
    #[cfg(any(test, not(target_arch = "x86_64")))]
    Scalar,
    /// 16 bytes at a time; every x86-64 processor can.
    #[cfg(target_arch = "x86_64")]
    Sse2,
    /// 32 bytes at a time.
    #[cfg(target_arch = "x86_64")]
    Avx2(avx2::Avx2),
    /// 64 bytes at a time.
    #[cfg(target_arch = "x86_64")]
    Avx512(avx512::Avx512),
}

impl Kernel {
    /// The fastest that runs here.
    pub(super) fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        return match (avx512::Avx512::detect(), avx2::Avx2::detect()) {
            (Some(kernel), _) => Self::Avx512(kernel),
            (None, Some(kernel)) => Self::Avx2(kernel),
            (None, None) => Self::Sse2,
        };
        #[cfg(not(target_arch = "x86_64"))]
        Self::Scalar
    }

    /// All that run here.
    #[cfg(test)]
    pub(super) fn all() -> Vec<Self> {
        let mut all = vec![Self::Scalar, Self::detect()];
        #[cfg(target_arch = "x86_64")]
        all.extend(std::iter::once(Self::Sse2).chain(avx2::Avx2::detect().map(Self::Avx2)));
        all
    }

    /// As [`data::decode`].
    pub(super) fn decode(self, pos: &mut Pos, input: &[u8], dots: Dots, out: &mut Vec<u8>) -> Read {
        let block = match self {
            #[cfg(any(test, not(target_arch = "x86_64")))]
            Self::Scalar => return data::decode(pos, input, dots, out),
            #[cfg(target_arch = "x86_64")]
            Self::Sse2 => sse2::BLOCK,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => avx2::BLOCK,
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => avx512::BLOCK,
        };
        let mut at = 0;
        while let Some(rest) = input.get(at..).filter(|rest| !rest.is_empty()) {
            if let Some(carry) = Carry::of(*pos) {
                let read = self.blocks(carry, rest, dots, out);
                if read > 0 {
                    at += read;
                    *pos = behind(input.get(..at).unwrap_or_default(), *pos);
                    continue;
                }
            }
            let next = rest.get(..block).unwrap_or(rest);
            let found = data::decode(pos, next, dots, out);
            at += found.read;
            if found.stop.is_some() {
                return Read {
                    read: at,
                    stop: found.stop,
                };
            }
        }
        Read {
            read: at,
            stop: None,
        }
    }

    /// Decodes whole blocks until one has to be looked at byte by byte, and tells how many bytes that
    /// were.
    fn blocks(self, carry: Carry, input: &[u8], dots: Dots, out: &mut Vec<u8>) -> usize {
        match self {
            #[cfg(any(test, not(target_arch = "x86_64")))]
            Self::Scalar => 0,
            #[cfg(target_arch = "x86_64")]
            Self::Sse2 => sse2::blocks(carry, input, dots, out),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(kernel) => kernel.blocks(carry, input, dots, out),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(kernel) => kernel.blocks(carry, input, dots, out),
        }
    }
}

/// What a block has to know of the byte before it.
#[derive(Clone, Copy, Debug)]
struct Carry {
    /// 1 behind a `=`, else 0.
    escape: u32,
    /// 1 at the start of a line, else 0.
    start: u32,
}

impl Carry {
    /// `None` where the next byte is one for [`data::decode`].
    fn of(pos: Pos) -> Option<Self> {
        match pos {
            Pos::Mid | Pos::Cr => Some(Self {
                escape: 0,
                start: 0,
            }),
            Pos::Lf | Pos::CrLf => Some(Self {
                escape: 0,
                start: 1,
            }),
            Pos::Escape => Some(Self {
                escape: 1,
                start: 0,
            }),
            Pos::Dot | Pos::DotCr | Pos::StartEscape => None,
        }
    }
}

/// The position behind whole blocks, of which none had a `=` at the start of a line or behind another.
fn behind(blocks: &[u8], before: Pos) -> Pos {
    match blocks {
        [.., b'\r', b'\n'] => Pos::CrLf,
        [.., b'\n'] => Pos::Lf,
        [.., b'\r'] => Pos::Cr,
        [.., b'='] => Pos::Escape,
        [] => before,
        _ => Pos::Mid,
    }
}
