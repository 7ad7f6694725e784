//! Damage by seed, for runs without libFuzzer: what comes of a seed depends on nothing else.

/// Texts that are hard somewhere, of all that is read.
const PIECES: [&[u8]; 40] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b":",
    b",",
    b"null",
    b"true",
    b"-1",
    b"0",
    b"1e400",
    b"99999999999999999999",
    b"-9223372036854775808",
    b"253402300800000",
    b"1.5E7",
    b"\xff",
    b"\xc3",
    b"\x00",
    b"\r\n",
    b"\"\"",
    b";",
    b"=",
    b"&",
    b"%",
    b"%00",
    b"%ff",
    b"+",
    b".",
    b"/",
    b"..",
    b"\xef\xbb\xbf",
    b"2026-02-30",
    b"9999-12-31T23:59:59.999Z",
    b"-009999-01-01",
    b"{\"id\":",
    b"[[[[[[[[[[[[[[[[",
];

/// A generator of numbers that is the same everywhere (SplitMix64, Steele, Lea and Flood 2014).
pub struct Numbers(u64);

impl Numbers {
    /// The numbers of a seed.
    #[must_use]
    pub const fn of(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one, which is above zero.
    pub fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit.max(1)).unwrap();
        usize::try_from(self.next() % limit).unwrap()
    }
}

/// The input, damaged at one place. Its first byte stays: it says who reads it.
pub fn wound(input: &mut Vec<u8>, numbers: &mut Numbers) {
    let at = 1 + numbers.below(input.len());
    let at = at.min(input.len());
    let end = (at + 1 + numbers.below(12)).min(input.len());
    match numbers.below(5) {
        0 => input.truncate(at.max(1)),
        1 => drop(input.drain(at..end)),
        2 => {
            let again = input[at..end].to_vec();
            drop(input.splice(at..at, again));
        }
        3 => {
            if let Some(byte) = input.get_mut(at) {
                *byte ^= 1 << numbers.below(8);
            }
        }
        _ => {
            let piece = PIECES[numbers.below(PIECES.len())];
            let end = if numbers.below(2) == 0 { at } else { end };
            drop(input.splice(at..end, piece.iter().copied()));
        }
    }
}
