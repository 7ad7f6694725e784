use crm::PersonId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::key::{BREAKER, Key};

/// How often moves of one person were turned back of late, and what is held since it was too often.
/// stage-gates writes it, in the transaction that judges a move, and `fairlead holds` the answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakerState {
    /// When moves of theirs were last turned back or warned of, oldest first; no more than the model allows
    /// within its length of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub turned: Vec<Timestamp>,
    /// Whether it was said, since the last that was within limits, that no more single mails are sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub quiet: bool,
    /// What is held, if anything is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
}

/// Moves that would have been turned back beyond what the model allows: they stand in the CRM, are not taken
/// for passed, and wait for somebody's word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Since when.
    pub since: Timestamp,
    /// How many moves were held since, those that are not any more among them.
    pub moves: u32,
    /// How many of them were turned back by now.
    #[serde(default)]
    pub turned_back: u32,
    /// How many of them were let stand by now.
    #[serde(default)]
    pub let_stand: u32,
    /// How many need no answer any more: what was missing came, or they were moved again, or are gone.
    #[serde(default)]
    pub settled: u32,
    /// Whether it was asked again, since more are held than the answer was about.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
    /// Whether all of them are moves that were turned back too often in a row: then other moves of the person are
    /// turned back as ever.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_rounds: bool,
    /// What somebody said is to become of those that were held then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<HoldAnswered>,
}

impl Hold {
    /// Nothing is held yet.
    #[must_use]
    pub const fn begins(since: Timestamp) -> Self {
        Self {
            since,
            moves: 0,
            turned_back: 0,
            let_stand: 0,
            settled: 0,
            again: false,
            by_rounds: false,
            answer: None,
        }
    }

    /// The answer for a move that is held since then: what came after it waits for another one.
    #[must_use]
    pub fn answer_for(&self, held: Timestamp) -> Option<&HoldAnswered> {
        self.answer.as_ref().filter(|answer| held <= answer.at)
    }

    /// How many moves are held still.
    #[must_use]
    pub const fn left(&self) -> u32 {
        let done = self
            .turned_back
            .saturating_add(self.let_stand)
            .saturating_add(self.settled);
        self.moves.saturating_sub(done)
    }
}

/// Somebody's word about moves that are held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldAnswered {
    /// What.
    pub answer: HoldAnswer,
    /// Whose.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
}

/// What is to become of moves that are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldAnswer {
    /// They are turned back, so many at a time as the model allows.
    TurnBack,
    /// They stand, as if the gate had only warned.
    LetStand,
}

/// The value under which the index over persons shows the breakers that hold something.
pub const BREAKERS: &str = "breakers";

/// The value under which the index over persons shows the records whose moves are held of somebody.
#[must_use]
pub fn held_of(mover: &PersonId) -> String {
    format!("held#{mover}")
}

impl Key {
    /// How often moves of somebody were turned back of late.
    #[must_use]
    pub fn breaker(mover: &PersonId) -> Self {
        Self::new(format!("{BREAKER}{mover}"), "breaker")
    }

    /// Whose breaker it is; none if it is none.
    #[must_use]
    pub fn breaker_of(&self) -> Option<PersonId> {
        self.pk.strip_prefix(BREAKER).map(PersonId::new)
    }
}
