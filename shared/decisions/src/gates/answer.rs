//! Somebody says what is to become of moves that are held.

use contracts::{
    DecisionDraft, Reason,
    state::{BreakerState, HoldAnswer, HoldAnswered},
};
use crm::PersonId;
use jiff::Timestamp;
use model::GateMode;

use crate::{
    rights::{Denied, may},
    rules::Rules,
};

/// Why an answer was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// Nothing is held of them.
    #[error("no moves of {0} are held; `fairlead holds` shows whose are")]
    NothingHeld(PersonId),
    /// They may not.
    #[error("{0}")]
    Denied(#[from] Denied),
    /// The same was said before.
    #[error("{0} has said so already")]
    SaidBefore(PersonId),
}

/// What follows from somebody's word about the moves that are held of a person. A later word counts for what is
/// held then still.
///
/// # Errors
/// If nothing is held of them, whoever answers may not, or the same was said before.
pub fn answered(
    rules: &Rules,
    before: Option<&BreakerState>,
    of: &PersonId,
    (answer, by): (HoldAnswer, &PersonId),
    now: Timestamp,
) -> Result<(BreakerState, DecisionDraft), AnswerError> {
    let mut after = before.cloned().unwrap_or_default();
    let Some(hold) = after.hold.as_mut() else {
        return Err(AnswerError::NothingHeld(of.clone()));
    };
    let mut reasons = Vec::new();
    // What is held of somebody may be on any journey whose gate holds: each may ask for a right of its own.
    let journeys = rules.model.lifecycles.values();
    for journey in journeys.filter(|it| it.gate == GateMode::TurnBack) {
        let terms = &journey.when_turned_back;
        if let (Some(right), Some(_)) = (&terms.right, terms.at_most) {
            let place = may(rules, right, by, Some(of), now)?;
            let rule = format!("decision_rights.{right}");
            let note = format!("{by} has the right {right}");
            let reason = Reason::note(rule, Some(place), note);
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
    }
    let said = hold.answer.as_ref();
    if let Some(said) = said.filter(|said| said.answer == answer && !hold.again) {
        return Err(AnswerError::SaidBefore(said.by.clone()));
    }
    let becomes = match answer {
        HoldAnswer::TurnBack => "turned back, so many at a time as the model allows",
        HoldAnswer::LetStand => "let stand",
    };
    reasons.push(Reason::note("lifecycles", None, format!("{by} said so")));
    let draft = DecisionDraft {
        outcome: format!(
            "the {} moves that are held are to be {becomes}",
            hold.left()
        ),
        reasons,
        ..DecisionDraft::default()
    };
    hold.again = false;
    hold.answer = Some(HoldAnswered {
        answer,
        by: by.clone(),
        at: now,
    });
    Ok((after, draft))
}
