//! To ask that a record be excused, and to excuse it: by the rules by which `fairlead exception` does, which are asked
//! again where it is decided.

use std::collections::BTreeSet;

use contracts::{
    EventData, ExceptionAnswered, ExceptionAsked, LinkAction,
    state::{ApprovalsState, ExceptionsState, GateState, RoutingState},
};
use crm::PersonId;
use decisions::{
    Rules,
    excepting::{AtGate, after_day, called, latest_day, means, missing, wanted, who_may},
    exceptions::{ExceptionError, grant},
    links::right_of,
    shown::{name_of, stage_label},
};
use engine::RecordFacts;
use jiff::{Timestamp, civil::Date};

use crate::{
    form::Answer,
    question::{Asking, Forms, sentence},
    refused::Refused,
};

/// Whose the record is, as the CRM has it or routing.
fn owner_of(facts: &RecordFacts) -> Result<Option<PersonId>, Refused> {
    let routing = facts.state::<RoutingState>()?.map(|it| it.state);
    let record = &facts.record.state.record;
    Ok(decisions::owner_of(record, routing.as_ref()).cloned())
}

/// What is known of a record that may be excused.
struct Known {
    gate: Option<GateState>,
    exceptions: ExceptionsState,
    approvals: Option<ApprovalsState>,
}

impl Known {
    fn of(facts: &RecordFacts) -> Result<Self, Refused> {
        Ok(Self {
            gate: facts.state::<GateState>()?.map(|it| it.state),
            exceptions: facts
                .state::<ExceptionsState>()?
                .map(|it| it.state)
                .unwrap_or_default(),
            approvals: facts.state::<ApprovalsState>()?.map(|it| it.state),
        })
    }

    /// What the record lacks for a stage, of what can be excepted.
    fn missing(
        &self,
        rules: &Rules,
        facts: &RecordFacts,
        stage: &str,
        now: Timestamp,
    ) -> BTreeSet<String> {
        let at_gate = AtGate {
            record: &facts.record.state.record,
            gate: self.gate.as_ref(),
            exceptions: &self.exceptions,
            approvals: self.approvals.as_ref(),
        };
        missing(rules, at_gate, stage, now)
    }
}

/// Whoever may act on the record asks those who may decide.
pub(crate) fn to_ask(
    rules: &Rules,
    facts: &RecordFacts,
    (person, stage): (&PersonId, &str),
    now: Timestamp,
) -> Result<Asking, Refused> {
    let record = &facts.record.state.record;
    let owner = owner_of(facts)?;
    if right_of(&rules.model, person, owner.as_ref()).is_none() {
        return Err(Refused::NoRight);
    }
    let lacks = Known::of(facts)?.missing(rules, facts, stage, now);
    let may = who_may(rules, owner.as_ref(), now);
    let names: Vec<String> = may.iter().map(|it| name_of(&rules.model, it)).collect();
    let kind = record.id.kind;
    let stage = stage_label(&rules.model, kind, stage);
    let settled = if lacks.is_empty() {
        Some(format!(
            "Nothing that it lacks for the stage {stage} can be excepted: what it needs is there by now, or is excepted, \
             or is no criterion. You may move it again in the CRM."
        ))
    } else if names.is_empty() {
        Some("Nobody is left who may grant an exception for it.".to_owned())
    } else {
        None
    };
    let question = match names.is_empty() {
        true => format!("For the stage {stage} it lacks:"),
        false => format!(
            "For the stage {stage} it lacks the following. You may ask {} to let it pass for a time all the same.",
            names.join(" or ")
        ),
    };
    Ok(Asking {
        question,
        values: called(&rules.model, kind, &lacks),
        forms: Forms::Ask,
        follows: "Each of them gets a mail with your reason. Name no person of the customer's in it: it is kept.",
        settled,
    })
}

/// Whoever has the right excuses the record, or not.
pub(crate) fn to_grant(
    rules: &Rules,
    facts: &RecordFacts,
    (person, of, asked_by): (&PersonId, &BTreeSet<String>, &PersonId),
    now: Timestamp,
) -> Result<Asking, Refused> {
    let days = days(rules, now);
    let trial = ExceptionAnswered {
        of: of.clone(),
        by: person.clone(),
        asked_by: asked_by.clone(),
        until: days.and_then(|(first, _)| after_day(rules, first)),
        reason: "asked before it is answered".to_owned(),
    };
    let settled = match granted(rules, facts, &trial, now)? {
        Ok(()) => None,
        Err(ExceptionError::Denied(why)) => return Err(Refused::NotTheirs(why.to_string())),
        Err(ExceptionError::Already { by, until, .. }) => Some(format!(
            "It is excepted, by {} until {until}.",
            name_of(&rules.model, &by)
        )),
        Err(why) => Some(sentence(&why.to_string())),
    };
    let Some(days) = days else {
        return Err(Refused::NoRight);
    };
    let asks = name_of(&rules.model, asked_by);
    Ok(Asking {
        question: format!(
            "{asks} asks for an exception from the following. As long as it lasts {}:",
            means(of)
        ),
        values: called(&rules.model, facts.record.state.record.id.kind, of),
        forms: Forms::Until { days },
        follows: "Whoever asked hears of your answer. Name no person of the customer's: what you write is kept with every \
                  decision that uses it.",
        settled,
    })
}

/// The first day until which an exception may count, and the last.
fn days(rules: &Rules, now: Timestamp) -> Option<(Date, Date)> {
    let today = now.to_zoned(rules.company_zone().clone()).date();
    let last = latest_day(rules, now)?;
    Some((today, last.max(today)))
}

/// Whether it would be granted.
fn granted(
    rules: &Rules,
    facts: &RecordFacts,
    answer: &ExceptionAnswered,
    now: Timestamp,
) -> Result<Result<(), ExceptionError>, Refused> {
    let known = Known::of(facts)?;
    let Some(wanted) = wanted(&rules.model, answer) else {
        return Ok(Err(ExceptionError::None));
    };
    let of = (&facts.record.state.record, known.gate.as_ref());
    Ok(grant(rules, of, &known.exceptions, ("", wanted), now).map(|_| ()))
}

/// What an answer puts on the bus.
pub(crate) fn event(
    (person, action): (&PersonId, &LinkAction),
    answer: &Answer,
    (rules, facts): (&Rules, &RecordFacts),
    now: Timestamp,
) -> Result<EventData, Refused> {
    match (action, answer) {
        (LinkAction::AskException { stage }, Answer::Ask(reason)) => {
            Ok(EventData::ExceptionAsked(ExceptionAsked {
                of: Known::of(facts)?.missing(rules, facts, stage, now),
                by: person.clone(),
                reason: reason.clone(),
            }))
        }
        (LinkAction::Except { of, asked_by }, Answer::Until(..) | Answer::No(_)) => {
            let (until, reason) = match answer {
                Answer::Until(day, reason) => (after_day(rules, *day), reason),
                Answer::No(reason) => (None, reason),
                _ => return Err(Refused::Form),
            };
            let said = ExceptionAnswered {
                of: of.clone(),
                by: person.clone(),
                asked_by: asked_by.clone(),
                until,
                reason: reason.clone(),
            };
            if let (Some(_), Err(why)) = (until, granted(rules, facts, &said, now)?) {
                return Err(Refused::NotSo(sentence(&why.to_string())));
            }
            Ok(EventData::ExceptionAnswered(said))
        }
        _ => Err(Refused::Form),
    }
}
