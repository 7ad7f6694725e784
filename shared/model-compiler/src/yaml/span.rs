/// A stretch of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The line, from 1.
    pub line: u32,
    /// The first column in characters, from 1.
    pub column: u32,
    /// How many characters it covers on that line, at least 1.
    pub length: u32,
}
