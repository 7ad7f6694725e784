use serde::Serialize;

use crate::counts::Answer;

/// How a field of one record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldAnswer {
    /// It has a value, and nothing says that it is stale.
    Filled,
    /// It has a value that nobody has changed for longer than it is taken to be true.
    Stale,
    /// It has a value of which it is not known since when.
    Undated,
    /// It has none.
    Empty,
    /// That cannot be known.
    Unknown,
}

impl FieldAnswer {
    /// Whether it has a value.
    #[must_use]
    pub const fn answer(self) -> Answer {
        match self {
            Self::Filled | Self::Stale | Self::Undated => Answer::Yes,
            Self::Empty => Answer::No,
            Self::Unknown => Answer::Unknown,
        }
    }
}

impl From<Answer> for FieldAnswer {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Yes => Self::Filled,
            Answer::No => Self::Empty,
            Answer::Unknown => Self::Unknown,
        }
    }
}

/// In how many records a field has a value, has none, and cannot be known; and of the values how many are stale.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct FieldCounts {
    /// It has a value.
    pub yes: u64,
    /// It has none.
    pub no: u64,
    /// It cannot be known.
    pub unknown: u64,
    /// Of those with a value: nobody has changed it for longer than it is taken to be true.
    pub stale: u64,
    /// Of those with a value: it is not known since when.
    pub undated: u64,
}

impl FieldCounts {
    /// Those of which it is known.
    #[must_use]
    pub const fn known(&self) -> u64 {
        self.yes + self.no
    }

    /// Counts one more.
    pub const fn add(&mut self, answer: FieldAnswer) {
        match answer {
            FieldAnswer::Filled => self.yes += 1,
            FieldAnswer::Stale => {
                self.yes += 1;
                self.stale += 1;
            }
            FieldAnswer::Undated => {
                self.yes += 1;
                self.undated += 1;
            }
            FieldAnswer::Empty => self.no += 1,
            FieldAnswer::Unknown => self.unknown += 1,
        }
    }

    /// Takes back one that was counted.
    pub const fn take(&mut self, answer: FieldAnswer) {
        match answer {
            FieldAnswer::Filled => self.yes = self.yes.saturating_sub(1),
            FieldAnswer::Stale => {
                self.yes = self.yes.saturating_sub(1);
                self.stale = self.stale.saturating_sub(1);
            }
            FieldAnswer::Undated => {
                self.yes = self.yes.saturating_sub(1);
                self.undated = self.undated.saturating_sub(1);
            }
            FieldAnswer::Empty => self.no = self.no.saturating_sub(1),
            FieldAnswer::Unknown => self.unknown = self.unknown.saturating_sub(1),
        }
    }

    /// Counts those of another part.
    pub const fn merge(&mut self, other: &Self) {
        self.yes += other.yes;
        self.no += other.no;
        self.unknown += other.unknown;
        self.stale += other.stale;
        self.undated += other.undated;
    }
}
