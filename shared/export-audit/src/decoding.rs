//! The bytes of a file as UTF-8, whatever they were.

use std::{
    io::{self, Read},
    ops::Range,
};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// What a file is read through.
const CHUNK: usize = 64 * 1024;

/// The encoding that the first bytes of a file speak for, and whether that is certain: by its mark, by being UTF-8
/// beyond ASCII, or by every second byte being zero. What is none of these is taken for Windows-1252.
pub(crate) fn recognised(sample: &[u8]) -> (&'static Encoding, bool) {
    if let Some((encoding, _)) = Encoding::for_bom(sample) {
        return (encoding, true);
    }
    let zeros = |from: usize| {
        let every = sample.iter().skip(from).step_by(2);
        let (zero, all) = every.fold((0_usize, 0_usize), |(zero, all), byte| {
            (zero + usize::from(*byte == 0), all + 1)
        });
        all > 4 && zero * 10 > all * 7
    };
    if zeros(1) {
        return (UTF_16LE, true);
    }
    if zeros(0) {
        return (UTF_16BE, true);
    }
    match std::str::from_utf8(sample) {
        Ok(_) => (UTF_8, true),
        // The sample ends within a character.
        Err(why) if why.error_len().is_none() => (UTF_8, true),
        Err(_) => (WINDOWS_1252, false),
    }
}

/// A reader of UTF-8 over one of another encoding. A mark at the beginning is left out; what cannot be decoded
/// becomes U+FFFD.
pub(crate) struct Decoding<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    /// The part of `raw` that is not decoded yet.
    undecoded: Range<usize>,
    /// Whether the inner reader is at its end; whether the decoder is.
    ended: bool,
    finished: bool,
    text: Vec<u8>,
    given: usize,
}

impl<R: Read> Decoding<R> {
    pub(crate) fn new(inner: R, encoding: &'static Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; CHUNK],
            undecoded: 0..0,
            ended: false,
            finished: false,
            text: Vec::new(),
            given: 0,
        }
    }

    /// Decodes the next stretch.
    fn go_on(&mut self) -> io::Result<()> {
        if self.undecoded.is_empty() && !self.ended {
            let read = self.inner.read(&mut self.raw)?;
            self.undecoded = 0..read;
            self.ended = read == 0;
        }
        let bytes = self.raw.get(self.undecoded.clone()).unwrap_or_default();
        self.text.resize(CHUNK, 0);
        let (result, read, written, _) =
            self.decoder
                .decode_to_utf8(bytes, &mut self.text, self.ended);
        self.text.truncate(written);
        self.given = 0;
        self.undecoded.start += read;
        self.finished = self.ended && result == CoderResult::InputEmpty;
        Ok(())
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let mut rest = self.text.get(self.given..).unwrap_or_default();
            if !rest.is_empty() {
                let read = rest.read(out)?;
                self.given += read;
                return Ok(read);
            }
            if self.finished {
                return Ok(0);
            }
            self.go_on()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> String {
        let (encoding, _) = recognised(bytes);
        let mut text = String::new();
        let mut reader = Decoding::new(bytes, encoding);
        reader.read_to_string(&mut text).expect("text");
        text
    }

    #[test]
    fn each_encoding_gives_the_same_text() {
        let text = "id,Straße\r\n1,Köln\r\n";
        let wide: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = wide.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = wide.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let (western, _, _) = WINDOWS_1252.encode(text);
        assert_eq!(decoded(text.as_bytes()), text);
        assert_eq!(decoded(&[b"\xef\xbb\xbf", text.as_bytes()].concat()), text);
        assert_eq!(decoded(&little), text);
        assert_eq!(decoded(&[&[0xff, 0xfe], &little[..]].concat()), text);
        assert_eq!(decoded(&big), text);
        assert_eq!(decoded(&western), text);
    }

    #[test]
    fn a_long_text_is_decoded_to_its_end() {
        let text = "ä;€\n".repeat(100_000);
        let (western, _, _) = WINDOWS_1252.encode(&text);
        assert_eq!(decoded(&western), text);
        assert_eq!(decoded(b""), "");
    }
}
