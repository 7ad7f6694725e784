//! A record behind a number.

/// The most records that are listed behind a number.
pub(crate) const LISTED: usize = 50;

/// A record behind a number.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Listed {
    /// Its id, as the export writes it.
    pub id: String,
    /// The line on which its row begins.
    pub line: u64,
}

impl Listed {
    pub(crate) fn of(id: &[u8], line: u64) -> Self {
        Self {
            id: decisions::shown::one_line(&String::from_utf8_lossy(id)),
            line,
        }
    }
}
