use std::collections::BTreeMap;

use model::ModelFile;

/// The largest file that is read, in bytes (1 MiB). A model of 5,000 rules is about half of it.
pub const LARGEST_FILE: usize = 1024 * 1024;

/// The largest file of rows that is read, in bytes (8 MiB). 50,000 domains with their owners are about 2 MiB.
pub const LARGEST_ROWS: usize = 8 * 1024 * 1024;

/// The texts of a model's files, by their path below the model's folder: the six YAML files, and the files that they name: of holidays, for example `holidays/germany.ics`, and of rows, for example
/// `lists/named.csv`. Other files may
/// be among them, which are not read; their names show what is misnamed.
#[derive(Debug, Clone, Default)]
pub struct Texts(BTreeMap<String, String>);

impl Texts {
    /// No files yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, or replaces the one of the same path. Bytes that are no UTF-8 are kept as
    /// U+FFFD, which the check `unreadable-text` finds.
    pub fn insert(&mut self, path: impl Into<String>, bytes: &[u8]) {
        self.0
            .insert(path.into(), String::from_utf8_lossy(bytes).into_owned());
    }

    /// The text of a file.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// The paths, in alphabetical order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The text of one of the six files.
    pub(crate) fn of(&self, file: ModelFile) -> Option<&str> {
        self.get(file.name())
    }

    /// A line of a file, from 1, without its end.
    pub(crate) fn line(&self, path: &str, line: u32) -> Option<&str> {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        self.get(path)?.lines().nth(index)
    }
}

impl<P: Into<String>, B: AsRef<[u8]>> FromIterator<(P, B)> for Texts {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(files: I) -> Self {
        let mut texts = Self::new();
        for (path, bytes) in files {
            texts.insert(path, bytes.as_ref());
        }
        texts
    }
}
