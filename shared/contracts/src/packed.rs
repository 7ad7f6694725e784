//! Long bodies in little room: JSON, deflated (RFC 1951) with a dictionary of what audit records and states say again
//! and again. A table bills by begun kilobyte, in each index anew, and the names of JSON are most of it (ADR 50).

use std::string::FromUtf8Error;

use flate2::{
    Compress, CompressError, Compression, Decompress, DecompressError, FlushCompress,
    FlushDecompress, Status,
};

/// What packed bodies are taken to have been preceded by. It never changes, since what was packed by it stands in
/// tables: a better one gets a number of its own.
const DICTIONARY: &[u8] = include_bytes!("packed.dictionary");

/// The number of [`DICTIONARY`], with which everything begins that was packed by it.
const NUMBER: u8 = 1;

/// The most that a body has when it is unpacked, in bytes. A table keeps items of 400 kB, and packs none that is larger.
const MOST: usize = 4_000_000;

/// How much room is made at a time.
const ROOM: usize = 8_192;

/// Why a packed body cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unpackable {
    /// It was packed by a later release.
    #[error("it was packed by a later version of Fairlead: deploy that one")]
    Later,
    /// It ends too early, or is too long.
    #[error("what was packed is damaged")]
    Damaged,
    /// It is not what the method makes.
    #[error(transparent)]
    Deflate(#[from] DecompressError),
    /// It is no text.
    #[error(transparent)]
    Text(#[from] FromUtf8Error),
}

/// A text in little room.
///
/// # Errors
/// If the method fails, which it does for no text.
pub fn pack(text: &str) -> Result<Vec<u8>, CompressError> {
    let mut deflate = Compress::new(Compression::best(), false);
    deflate.set_dictionary(DICTIONARY)?;
    let mut packed = Vec::with_capacity(ROOM);
    packed.push(NUMBER);
    loop {
        let rest = rest_of(text.as_bytes(), deflate.total_in());
        let status = deflate.compress_vec(rest, &mut packed, FlushCompress::Finish)?;
        if status == Status::StreamEnd {
            return Ok(packed);
        }
        packed.reserve(ROOM);
    }
}

/// The text that was packed.
///
/// # Errors
/// If it is not what [`pack`] makes.
pub fn unpack(packed: &[u8]) -> Result<String, Unpackable> {
    let Some((&NUMBER, packed)) = packed.split_first() else {
        return Err(Unpackable::Later);
    };
    let mut inflate = Decompress::new(false);
    inflate.set_dictionary(DICTIONARY)?;
    let mut text = Vec::with_capacity(ROOM);
    loop {
        let before = (inflate.total_in(), inflate.total_out());
        let rest = rest_of(packed, inflate.total_in());
        let status = inflate.decompress_vec(rest, &mut text, FlushDecompress::None)?;
        if status == Status::StreamEnd {
            return Ok(String::from_utf8(text)?);
        }
        let stands = before == (inflate.total_in(), inflate.total_out());
        let full = text.len() == text.capacity();
        if text.len() > MOST || (stands && !full) {
            return Err(Unpackable::Damaged);
        }
        text.reserve(ROOM);
    }
}

/// What has not been taken in yet.
fn rest_of(all: &[u8], taken: u64) -> &[u8] {
    let taken = usize::try_from(taken).unwrap_or(usize::MAX);
    all.get(taken..).unwrap_or_default()
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    const AUDIT: &str = r#"{"at":"2026-11-27T12:03:25.8Z","decision":"ef4e","event_name":"record.changed","function":"lead-routing","outcome":"routed to ben","reasons":[{"verdict":"held"}]}"#;

    #[test]
    fn what_is_packed_comes_back() {
        let long: String = (0..40_000).map(|n| format!("{n} ü ")).collect();
        for text in ["", "{}", AUDIT, &long] {
            assert_eq!(unpack(&pack(text).unwrap()).unwrap(), text);
        }
    }

    #[test]
    fn what_is_said_often_takes_little_room() {
        let packed = pack(AUDIT).unwrap();
        assert!(packed.len() < AUDIT.len() / 2, "{}", packed.len());
    }

    #[test]
    fn what_is_damaged_is_refused_and_ends() {
        let packed = pack(AUDIT).unwrap();
        for length in 0..packed.len() {
            assert!(unpack(&packed[..length]).is_err(), "{length} bytes");
        }
        assert!(matches!(unpack(&[2, 3]), Err(Unpackable::Later)));
        let mut zeros = pack(&"0".repeat(5_000_000)).unwrap();
        assert!(unpack(&zeros).is_err(), "more than an item can hold");
        for at in 1..zeros.len().min(40) {
            zeros[at] ^= 0x55;
            let _ = unpack(&zeros);
        }
    }

    #[test]
    fn the_dictionary_never_changes() {
        let digest = hex::encode(Sha256::digest(DICTIONARY));
        assert_eq!(
            digest,
            "978a5723123f5eb1723ef488ee73c863e6afb2cab50351f98a5017629c834b37"
        );
    }
}
