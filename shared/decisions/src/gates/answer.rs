//! Somebody says what is to become of moves that are held.

use contracts::{
    DecisionDraft, Reason,
    state::{BreakerState, HoldAnswer, HoldAnswered},
};
use crm::PersonId;
use jiff::Timestamp;
use model::{GateMode, OperatingModel};

use crate::{
    rights::{Denied, is_there, may},
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
    let mut reasons = rights(rules, of, by, now)?;
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

/// By what somebody may answer for what is held of a person.
fn rights(
    rules: &Rules,
    of: &PersonId,
    by: &PersonId,
    now: Timestamp,
) -> Result<Vec<Reason>, Denied> {
    let mut reasons = Vec::new();
    is_there(rules, by, now)?;
    let needed = rights_to_answer(&rules.model);
    if needed.is_empty() && by == of {
        return Err(Denied::OwnMoves(by.clone()));
    }
    for right in needed {
        let place = may(rules, right, by, Some(of), now)?;
        let rule = format!("decision_rights.{right}");
        let note = format!("{by} has the right {right}");
        reasons.push(Reason::note(rule, Some(place), note));
    }
    Ok(reasons)
}

/// Whether somebody may answer for what is held of a person.
///
/// # Errors
/// If they may not: with who may.
pub fn may_answer_for(
    rules: &Rules,
    of: &PersonId,
    by: &PersonId,
    now: Timestamp,
) -> Result<(), Denied> {
    rights(rules, of, by, now).map(drop)
}

/// The rights that it takes to answer for what is held: it may be on any journey whose gate holds, and each may ask for
/// a right of its own.
#[must_use]
pub fn rights_to_answer(model: &OperatingModel) -> Vec<&str> {
    let journeys = model.lifecycles.values();
    let hold = journeys.filter(|it| it.gate == GateMode::TurnBack);
    let terms = hold.map(|it| &it.when_turned_back);
    let terms = terms.filter(|terms| terms.may_hold());
    let mut rights: Vec<&str> = terms.filter_map(|it| it.right.as_deref()).collect();
    rights.sort_unstable();
    rights.dedup();
    rights
}
