use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

/// How many hexadecimal digits are kept of a digest: 128 bits.
const DIGITS: usize = 32;

/// The first 128 bits of SHA-256 over some parts, as 32 lower-case hexadecimal digits. It is copied
/// about by the million in a simulation, so it lies where it is used and not behind a pointer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct HexDigest([u8; DIGITS]);

impl HexDigest {
    /// Of these parts, each with its length before it so that `("a", "bc")` and `("ab", "c")` differ.
    pub(crate) fn of(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        let mut digits = [b'0'; DIGITS];
        let bytes = hash.finalize();
        // As many digits as there is room for: it cannot fail.
        let _ = hex::encode_to_slice(bytes.get(..DIGITS / 2).unwrap_or_default(), &mut digits);
        Self(digits)
    }

    /// As somebody wrote it; none if it is anything but 32 hexadecimal digits.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits: [u8; DIGITS] = text.to_ascii_lowercase().as_bytes().try_into().ok()?;
        digits
            .iter()
            .all(u8::is_ascii_hexdigit)
            .then_some(Self(digits))
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for HexDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl Serialize for HexDigest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for HexDigest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            de::Error::invalid_value(de::Unexpected::Str(&text), &"32 hexadecimal digits")
        })
    }
}
