//! One file of an audit, wherever it lies.

use std::io::{self, Read};

use encoding_rs::Encoding;

use crate::{decoding::Decoding, error::AuditError, layout::Layout};

type Open = Box<dyn Fn() -> io::Result<Box<dyn Read>>>;

/// One file, which can be opened more than once: to see how it is written, and to read it.
pub struct Export {
    name: String,
    open: Open,
    /// Of each row the line that tells it elsewhere, where it is made of another file.
    lines: Vec<u64>,
}

/// The rows of a file.
pub(crate) type Rows = csv::Reader<Decoding<Box<dyn Read>>>;

impl Export {
    /// How much of a file shows how it is written, in bytes.
    const SAMPLE: u64 = 512 * 1024;

    /// A file of this name, and how to open it.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        open: impl Fn() -> io::Result<Box<dyn Read>> + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            open: Box::new(open),
            lines: Vec::new(),
        }
    }

    /// The same, of which each row is told by a line of another file.
    pub(crate) fn of_lines(self, lines: Vec<u64>) -> Self {
        Self { lines, ..self }
    }

    /// The line by which a row is told, if it is made of another file.
    pub(crate) fn line(&self, row: u64) -> Option<u64> {
        let row = usize::try_from(row).ok()?;
        self.lines.get(row).copied()
    }

    /// Its name without a folder.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All of it as text, with U+FFFD for what is no UTF-8.
    ///
    /// # Errors
    /// If it cannot be opened or read.
    pub fn text(&self) -> Result<String, AuditError> {
        let mut bytes = Vec::new();
        let mut file = (self.open)().map_err(|why| self.unreadable(&why))?;
        file.read_to_end(&mut bytes)
            .map_err(|why| self.unreadable(&why))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The rows behind the headings.
    pub(crate) fn rows(&self, layout: &Layout) -> Result<Rows, AuditError> {
        let encoding =
            Encoding::for_label(layout.encoding.as_bytes()).ok_or_else(|| AuditError::Unfit {
                file: self.name.clone(),
                what: format!("`{}` is no encoding", layout.encoding),
                fix: "write one like utf-8, utf-16le or windows-1252".to_owned(),
            })?;
        let bytes = (self.open)().map_err(|why| self.unreadable(&why))?;
        Ok(csv::ReaderBuilder::new()
            .delimiter(layout.separator.byte())
            .flexible(true)
            .buffer_capacity(64 * 1024)
            .from_reader(Decoding::new(bytes, encoding)))
    }

    /// The beginning of the file.
    pub(crate) fn sample(&self) -> Result<Vec<u8>, AuditError> {
        let mut bytes = Vec::new();
        let file = (self.open)().map_err(|why| self.unreadable(&why))?;
        file.take(Self::SAMPLE)
            .read_to_end(&mut bytes)
            .map_err(|why| self.unreadable(&why))?;
        Ok(bytes)
    }

    pub(crate) fn unreadable(&self, why: &dyn ToString) -> AuditError {
        AuditError::Unreadable {
            file: self.name.clone(),
            why: why.to_string(),
        }
    }
}
