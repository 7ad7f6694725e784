use crm::PersonId;
use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use crate::{governance::Recurrence, place::Place, recipient::Recipient};

/// A meeting that decides. Everybody in it gets one pack on its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// On which days. What would be no working day of the chair is the next one that is.
    pub every: Recurrence,
    /// At what time of day in the chair's time zone.
    pub at: Time,
    /// Who leads it.
    pub chair: PersonId,
    /// Who is in it beside the chair: people and teams.
    pub attends: Vec<Recipient>,
    /// What is prepared for it, in order.
    pub agenda: Vec<AgendaItem>,
    /// Which metrics its pack shows, in order; those with a floor or a target, if none is named.
    pub metrics: Vec<String>,
    /// The decision rights that are used in it; without one, whoever is in it may record what was decided.
    pub decides: Vec<String>,
    /// Where it is written.
    pub place: Place,
}

/// What is prepared for a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgendaItem {
    /// The actions that are not done yet, with their owners and due dates.
    Actions,
    /// What was decided in the last one.
    Decisions,
    /// The metrics: value, interval, trend, floor and target.
    Metrics,
    /// Which deviations have opened and which are resolved since the last one.
    Deviations,
    /// The exceptions that were granted since the last one, and count still.
    Exceptions,
    /// What the operating model defines otherwise than at the last one.
    Changes,
}

impl AgendaItem {
    /// Every item, in the order in which people list them.
    pub const ALL: [Self; 6] = [
        Self::Actions,
        Self::Decisions,
        Self::Metrics,
        Self::Deviations,
        Self::Exceptions,
        Self::Changes,
    ];

    /// The word used for it in `governance.yaml`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Actions => "actions",
            Self::Decisions => "decisions",
            Self::Metrics => "metrics",
            Self::Deviations => "deviations",
            Self::Exceptions => "exceptions",
            Self::Changes => "changes",
        }
    }
}
