use contracts::{ApprovalAnswered, ApprovalAsked, EventData, HeldAnswered, state::HoldAnswer};
use crm::PersonId;

use crate::wording::Wording;

/// What is said of approvals, and of an answer for what is held.
pub(super) fn wording(data: &EventData) -> Wording {
    let why = |reason: &Option<String>| {
        let why = reason.iter().map(|why| format!(": {why}"));
        why.collect::<String>()
    };
    match data {
        EventData::ApprovalAsked(ApprovalAsked {
            approval, of, due, ..
        }) => {
            let people: Vec<&str> = of.iter().map(PersonId::as_str).collect();
            let people = match people.as_slice() {
                [] => "nobody, since nobody is left who may".to_owned(),
                people => people.join(" and "),
            };
            let said = Wording::from(format!("approval {approval} asked of {people}"));
            match due {
                Some(due) => said.then(", by ").time(*due),
                None => said,
            }
        }
        EventData::ApprovalAnswered(ApprovalAnswered {
            approval,
            by,
            given,
            reason,
            ..
        }) => {
            let word = if *given { "yes" } else { "no" };
            format!("{by} says {word} to {approval}{}", why(reason)).into()
        }
        EventData::ApprovalGiven(it) => format!(
            "{} gave the approval {}{}",
            it.by,
            it.approval,
            why(&it.reason)
        )
        .into(),
        EventData::ApprovalRefused(it) => format!(
            "{} refused the approval {}{}",
            it.by,
            it.approval,
            why(&it.reason)
        )
        .into(),
        EventData::ApprovalLapsed(it) => format!("approval {} counts no more", it.approval).into(),
        EventData::HoldAnswered(HeldAnswered { of, by, answer }) => {
            let becomes = match answer {
                HoldAnswer::TurnBack => "turned back",
                HoldAnswer::LetStand => "let stand",
            };
            format!("{by} says that what is held of {of} is to be {becomes}").into()
        }
        other => other.name().into(),
    }
}
