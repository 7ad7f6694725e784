/// One thing that is said otherwise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// What it is about.
    pub what: String,
    /// What was said; empty if nothing.
    pub before: String,
    /// What is said now; empty if nothing.
    pub after: String,
}

impl Line {
    pub(super) fn said(&self) -> String {
        let or = |text: &str| if text.is_empty() { "nothing" } else { text }.to_owned();
        format!("{}: {} → {}", self.what, or(&self.before), or(&self.after))
    }
}
