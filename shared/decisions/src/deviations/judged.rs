//! What comes of a look at a record, before and after it is known who is away.

use contracts::{DecisionDraft, state::DeviationsState};
use crm::{PersonId, Record};
use jiff::Timestamp;

use crate::{people::recipients, rules::Staffing};

/// What a look at a record found, before it is known who is away: by when a deviation that opens is
/// to be resolved depends on it.
#[must_use]
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    pub(super) watched: Watched,
    /// The deviations that open and have a response.
    pub(super) opened: Vec<String>,
    pub(super) owner: Option<PersonId>,
    pub(super) now: Timestamp,
}

impl Judged {
    /// Whether it must be known who is away.
    #[must_use]
    pub fn needs_absences(&self) -> bool {
        !self.opened.is_empty()
    }

    /// The decision, by the working hours of those who are to respond.
    pub fn resolved_by(mut self, staffing: &Staffing) -> Watched {
        for name in &self.opened {
            if let Some(open) = self.watched.deviations.open.get_mut(name) {
                open.resolve_by = resolve_by(staffing, name, self.owner.as_ref(), self.now);
            }
        }
        self.watched
    }
}

/// By when a deviation that opens now is to be resolved: in the working hours of the first who
/// answers for it.
fn resolve_by(
    staffing: &Staffing,
    name: &str,
    owner: Option<&PersonId>,
    now: Timestamp,
) -> Option<Timestamp> {
    let rule = staffing.model.deviations.get(name)?;
    let response = staffing.model.responses.get(&rule.respond)?;
    let answers: Vec<PersonId> = recipients(&response.by, owner, staffing, now);
    let calendar = staffing.calendar_of(answers.first()?)?;
    calendar.due(now, &response.resolve_within).ok()
}

/// A decision about deviations and the state it leads to.
#[must_use]
#[derive(Debug, Clone, PartialEq)]
pub struct Watched {
    /// The decision.
    pub draft: DecisionDraft,
    /// deviation-watch's item.
    pub deviations: DeviationsState,
}

/// What was answered to a reminder, and nothing else changes.
pub fn answered(
    record: &Record,
    (deviations, draft): (DeviationsState, DecisionDraft),
    now: Timestamp,
) -> Judged {
    Judged {
        watched: Watched { draft, deviations },
        opened: Vec::new(),
        owner: record.owner().cloned(),
        now,
    }
}
