//! Somebody says what is to become of moves that are held.

use contracts::{
    DecisionDraft, Reason,
    state::{BreakerState, HoldAnswer, HoldAnswered},
};
use crm::PersonId;
use jiff::Timestamp;

/// Why an answer was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// Nothing is held of them.
    #[error("no moves of {0} are held; `fairlead holds` shows whose are")]
    NothingHeld(PersonId),
    /// The same was said before.
    #[error("{0} has said so already")]
    SaidBefore(PersonId),
}

/// What follows from somebody's word about the moves that are held of a person. A later word counts for what is
/// held then still.
///
/// # Errors
/// If nothing is held of them, or the same was said before.
pub fn answered(
    before: Option<&BreakerState>,
    of: &PersonId,
    (answer, by): (HoldAnswer, &PersonId),
    now: Timestamp,
) -> Result<(BreakerState, DecisionDraft), AnswerError> {
    let mut after = before.cloned().unwrap_or_default();
    let Some(hold) = after.hold.as_mut() else {
        return Err(AnswerError::NothingHeld(of.clone()));
    };
    let said = hold.answer.as_ref();
    if let Some(said) = said.filter(|said| said.answer == answer && !hold.again) {
        return Err(AnswerError::SaidBefore(said.by.clone()));
    }
    let becomes = match answer {
        HoldAnswer::TurnBack => "turned back, so many at a time as the model allows",
        HoldAnswer::LetStand => "let stand",
    };
    let draft = DecisionDraft {
        outcome: format!(
            "the {} moves that are held are to be {becomes}",
            hold.left()
        ),
        reasons: vec![Reason::note("lifecycles", None, format!("{by} said so"))],
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
