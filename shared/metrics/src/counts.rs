use serde::Serialize;

/// What came of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// It cannot be known.
    Unknown,
}

impl Answer {
    /// Whether all hold: no if one does not, unknown if one is.
    #[must_use]
    pub fn all(answers: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::Yes;
        for answer in answers {
            match answer {
                Self::No => return Self::No,
                Self::Unknown => all = Self::Unknown,
                Self::Yes => {}
            }
        }
        all
    }
}

/// How often something held, did not hold, and could not be known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// It holds.
    pub yes: u64,
    /// It does not hold.
    pub no: u64,
    /// It cannot be known.
    pub unknown: u64,
}

impl Counts {
    /// All of them.
    #[must_use]
    pub const fn all(&self) -> u64 {
        self.yes + self.no + self.unknown
    }

    /// Those of which it is known.
    #[must_use]
    pub const fn known(&self) -> u64 {
        self.yes + self.no
    }

    /// Counts one more.
    pub const fn add(&mut self, answer: Answer) {
        match answer {
            Answer::Yes => self.yes += 1,
            Answer::No => self.no += 1,
            Answer::Unknown => self.unknown += 1,
        }
    }

    /// Takes back one that was counted.
    pub const fn take(&mut self, answer: Answer) {
        let count = match answer {
            Answer::Yes => &mut self.yes,
            Answer::No => &mut self.no,
            Answer::Unknown => &mut self.unknown,
        };
        *count = count.saturating_sub(1);
    }

    /// Counts those of another part.
    pub const fn merge(&mut self, other: &Self) {
        self.yes += other.yes;
        self.no += other.no;
        self.unknown += other.unknown;
    }
}
