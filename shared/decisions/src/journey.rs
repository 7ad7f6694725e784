//! On which journey of its kind a record is, and at which of its stages. What is on none, or where that cannot be
//! told, is not judged: it meets no gate, starts no clock and opens no deviation.

use contracts::Verdict;
use crm::Value;
use model::{Lifecycle, PIPELINE, Stage, Which};

use crate::{condition::verdict, facts::Facts};

/// Where a record stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stands<'a> {
    /// Records of its kind have no journey.
    NoJourney,
    /// At a stage of a journey.
    At(&'a Lifecycle, &'a Stage),
    /// On a journey, at a stage that the model does not know.
    UnknownStage(&'a Lifecycle),
    /// On none of the journeys of its kind.
    Outside,
    /// On which journey cannot be told.
    Untold,
}

impl<'a> Stands<'a> {
    /// The journey, if it is known.
    #[must_use]
    pub const fn journey(self) -> Option<&'a Lifecycle> {
        match self {
            Self::At(journey, _) | Self::UnknownStage(journey) => Some(journey),
            Self::NoJourney | Self::Outside | Self::Untold => None,
        }
    }

    /// Whether anything of the record is judged by its stage.
    #[must_use]
    pub const fn is_judged(self) -> bool {
        matches!(self, Self::NoJourney | Self::At(..))
    }

    /// Why it is not judged; none if it is.
    #[must_use]
    pub const fn why_not(self) -> Option<&'static str> {
        match self {
            Self::NoJourney | Self::At(..) => None,
            Self::UnknownStage(_) => Some("it is at a stage that the model does not know"),
            Self::Outside => Some("it is on no journey that the model knows"),
            Self::Untold => Some("on which journey it is cannot be told"),
        }
    }
}

impl<'a> Facts<'a> {
    /// Where the record stands.
    #[must_use]
    pub fn stands(&self) -> Stands<'a> {
        let journey = match on(self) {
            Ok(journey) => journey,
            Err(stands) => return stands,
        };
        let Some(text) = self.stage_shown() else {
            return match journey.stages.first() {
                Some(first) => Stands::At(journey, first),
                None => Stands::UnknownStage(journey),
            };
        };
        match journey.stage_read_as(text) {
            Some(stage) => Stands::At(journey, stage),
            None => Stands::UnknownStage(journey),
        }
    }

    /// The journey that the record is on, if that is known.
    #[must_use]
    pub fn lifecycle(&self) -> Option<&'a Lifecycle> {
        on(self).ok()
    }

    /// Whether a stage is one of the journey that the record is on: only there can it be moved to it.
    pub(crate) fn can_stand_at(&self, stage: &str) -> bool {
        let journey = self.lifecycle();
        journey.is_some_and(|journey| journey.stage(stage).is_some())
    }

    /// What the CRM shows as the record's stage.
    pub(crate) fn stage_shown(&self) -> Option<&'a str> {
        self.record.fields.get("stage").and_then(Value::text)
    }

    /// The stage at which the record stands; its journey's first if it has none, and what the CRM shows where
    /// no stage of the model is meant.
    #[must_use]
    pub fn stage(&self) -> Option<&'a str> {
        match self.stands() {
            Stands::At(_, stage) => Some(&stage.name),
            _ => self.stage_shown(),
        }
    }

    /// The stage at which the gate says that the record stands, which a move changes only once
    /// the gate has passed it; else the record's own.
    #[must_use]
    pub fn rightful_stage(&self) -> Option<&'a str> {
        match self.gate {
            Some(gate) => Some(&gate.stage),
            None => self.stage(),
        }
    }

    /// Whether the record's journey goes on, as far as is known: at a stage that the model does not know, it does;
    /// what is on no journey has none that could.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self.stands() {
            _ if self.record.archived => false,
            Stands::At(_, stage) => !stage.closes,
            Stands::NoJourney | Stands::UnknownStage(_) | Stands::Untold => true,
            Stands::Outside => false,
        }
    }

    /// The same, where it is known: what is not judged is neither open nor closed.
    #[must_use]
    pub fn known_open(&self) -> Option<bool> {
        let known = self.record.archived || self.stands().is_judged();
        known.then(|| self.is_open())
    }
}

/// The journey that a record is on. A pipeline of which nothing is told leaves out nobody where the kind has one
/// journey only: an export or an old copy need not say it.
fn on<'a>(facts: &Facts<'a>) -> Result<&'a Lifecycle, Stands<'a>> {
    let kind = facts.record.id.kind;
    let model = facts.model();
    let mut journeys = model.journeys(kind);
    let Some(first) = journeys.next() else {
        return Err(Stands::NoJourney);
    };
    let alone = journeys.next().is_none();
    let mut unknown = false;
    for journey in model.journeys(kind) {
        match is_on(facts, journey) {
            Verdict::Held => return Ok(journey),
            Verdict::Unknown => unknown = true,
            Verdict::NotHeld => {}
        }
    }
    match (unknown, alone, &first.which) {
        (true, true, Which::Pipeline(_)) => Ok(first),
        (true, ..) => Err(Stands::Untold),
        (false, ..) => Err(Stands::Outside),
    }
}

fn is_on(facts: &Facts<'_>, journey: &Lifecycle) -> Verdict {
    match &journey.which {
        Which::All => Verdict::Held,
        Which::When(condition) => verdict(condition, facts),
        Which::Pipeline(pipeline) => {
            let shown = facts.record.fields.get(PIPELINE).and_then(Value::text);
            match shown {
                None => Verdict::Unknown,
                Some(shown) if shown == pipeline => Verdict::Held,
                Some(_) => Verdict::NotHeld,
            }
        }
    }
}
