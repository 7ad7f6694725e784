//! An exception that is asked for: of whom, from what, and what comes of the answer.

use std::collections::BTreeSet;

use contracts::{
    DecisionDraft, EventData, ExceptionAnswered, ExceptionAsked, Notice, Reason, Reminder, Verdict,
    state::{ApprovalsState, ExceptionsState, GateState},
};
use crm::{PersonId, Record, RecordKind};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use model::{Criterion, OperatingModel};

use crate::{
    condition::{verdict, wall},
    exceptions::{ExceptionError, Wanted, grant},
    facts::Facts,
    links::right_of,
    resting::OnRecord,
    rights::may,
    rules::Rules,
    shown::{deviation_label, spoken, stage_label},
};

/// A record as its gate sees it.
#[derive(Debug, Clone, Copy)]
pub struct AtGate<'a> {
    /// The record.
    pub record: &'a Record,
    /// Where its gate says that it stands.
    pub gate: Option<&'a GateState>,
    /// What it is excused from.
    pub exceptions: &'a ExceptionsState,
    /// What somebody was asked to approve of it.
    pub approvals: Option<&'a ApprovalsState>,
}

/// The criteria that a record does not meet for a stage, each with its stage: those that can be excepted, and are not
/// yet. What cannot be known is not met.
#[must_use]
pub fn missing(rules: &Rules, at_gate: AtGate<'_>, to: &str, now: Timestamp) -> BTreeSet<String> {
    let facts = Facts {
        gate: at_gate.gate,
        exceptions: Some(at_gate.exceptions),
        approvals: at_gate.approvals,
        ..Facts::of(rules, at_gate.record, now)
    };
    let Some(journey) = facts.lifecycle() else {
        return BTreeSet::new();
    };
    let from = facts.rightful_stage().filter(|from| *from != to);
    let left = from.map_or(&[][..], |from| journey.exit_criteria(from, to));
    let left = left.iter().filter_map(|it| Some((from?, it)));
    let entered = journey.stage(to).map_or(&[][..], |stage| &stage.enter);
    let entered = entered.iter().map(|it| (to, it));
    let unmet = |(stage, criterion): &(&str, &Criterion)| {
        verdict(&criterion.when, &facts) != Verdict::Held
            && facts.excepts(stage, &criterion.name).is_none()
    };
    let unmet = left.chain(entered).filter(unmet);
    unmet
        .map(|(stage, criterion)| format!("{stage}.{}", criterion.name))
        .collect()
}

/// The deviations that somebody is reminded of and may ask to be excused from: those that are open still, if they may act on
/// the record and somebody is there who may grant it.
#[must_use]
pub fn to_be_asked_for(
    rules: &Rules,
    (person, owner): (&PersonId, Option<&PersonId>),
    (on, of): (OnRecord<'_>, &BTreeSet<Reminder>),
    now: Timestamp,
) -> BTreeSet<String> {
    if right_of(&rules.model, person, owner).is_none() || who_may(rules, owner, now).is_empty() {
        return BTreeSet::new();
    }
    let open = of.iter().filter(|of| on.has(of));
    let named = open.filter_map(|of| match of {
        Reminder::Deviation { name, .. } => Some(name.clone()),
        Reminder::Clock { .. } => None,
    });
    named.collect()
}

/// Who may excuse a record of this owner now; nobody, if the model grants none.
#[must_use]
pub fn who_may(rules: &Rules, owner: Option<&PersonId>, now: Timestamp) -> Vec<PersonId> {
    let Some(terms) = &rules.model.exceptions else {
        return Vec::new();
    };
    let right = rules.model.decision_rights.get(&terms.right);
    let people = right.into_iter().flat_map(|right| &right.people);
    let may = |who: &&PersonId| may(rules, &terms.right, who, owner, now).is_ok();
    people.filter(may).cloned().collect()
}

/// The last day on which an exception may count that is granted now.
#[must_use]
pub fn latest_day(rules: &Rules, now: Timestamp) -> Option<Date> {
    let terms = rules.model.exceptions.as_ref()?;
    let most = wall(terms.at_most).unwrap_or(SignedDuration::ZERO);
    let end = now.checked_add(most).ok()?;
    let day = end.to_zoned(rules.company_zone().clone()).date();
    // The day in which the longest time ends would count whole.
    day.checked_sub(1.day()).ok()
}

/// The first instant at which what counts on a day counts no more, where the company is.
#[must_use]
pub fn after_day(rules: &Rules, day: Date) -> Option<Timestamp> {
    let next = day.checked_add(1.day()).ok()?;
    let begins = next.to_zoned(rules.company_zone().clone()).ok()?;
    Some(begins.timestamp())
}

/// What somebody says to who asked, as it would be granted.
#[must_use]
pub fn wanted(model: &OperatingModel, answer: &ExceptionAnswered) -> Option<Wanted> {
    let (deviations, criteria) = answer
        .of
        .iter()
        .cloned()
        .partition(|it| model.deviations.contains_key(it));
    Some(Wanted {
        by: answer.by.clone(),
        criteria,
        deviations,
        until: answer.until?,
        reason: Some(answer.reason.clone()),
    })
}

/// Somebody asks for an exception: everybody who may grant it hears of it.
///
/// # Errors
/// If the model grants none.
pub fn ask(
    rules: &Rules,
    record: &Record,
    asked: &ExceptionAsked,
    now: Timestamp,
) -> Result<DecisionDraft, ExceptionError> {
    let terms = rules.model.exceptions.as_ref();
    let terms = terms.ok_or(ExceptionError::None)?;
    let people = who_may(rules, record.owner(), now);
    let names: Vec<&str> = people.iter().map(PersonId::as_str).collect();
    let of = match names.is_empty() {
        true => "nobody, since nobody is left who may".to_owned(),
        false => names.join(" and "),
    };
    let has = format!("the right {} decides, for {of}", terms.right);
    let why = format!("{}: {}", asked.by, asked.reason);
    Ok(DecisionDraft {
        outcome: format!("exception asked of {of}: from {}", listed(&asked.of)),
        reasons: vec![
            Reason::note("exceptions", Some(terms.place), has),
            Reason::note("exceptions.reason", None, why),
        ],
        emits: people
            .into_iter()
            .map(|to| EventData::NoticeRequested {
                to,
                notice: Notice::ExceptionAsked(asked.clone()),
            })
            .collect(),
        ..DecisionDraft::default()
    })
}

/// Somebody answers. What they grant is granted as by everybody else who may, under this id; who asked hears of it.
/// None of the state, if it is refused.
///
/// # Errors
/// If they may not, or it makes no sense (any more).
pub fn answer(
    rules: &Rules,
    (record, gate): (&Record, Option<&GateState>),
    before: &ExceptionsState,
    (id, answer): (&str, &ExceptionAnswered),
    now: Timestamp,
) -> Result<(Option<ExceptionsState>, DecisionDraft), ExceptionError> {
    let (after, mut draft) = match wanted(&rules.model, answer) {
        Some(wanted) => {
            let (after, draft) = grant(rules, (record, gate), before, (id, wanted), now)?;
            (Some(after), draft)
        }
        None => (None, refuse(rules, record, answer, now)?),
    };
    draft.emits.push(EventData::NoticeRequested {
        to: answer.asked_by.clone(),
        notice: Notice::ExceptionAnswered(answer.clone()),
    });
    Ok((after, draft))
}

fn refuse(
    rules: &Rules,
    record: &Record,
    answer: &ExceptionAnswered,
    now: Timestamp,
) -> Result<DecisionDraft, ExceptionError> {
    let terms = rules.model.exceptions.as_ref();
    let terms = terms.ok_or(ExceptionError::None)?;
    let by = &answer.by;
    let right = may(rules, &terms.right, by, record.owner(), now)?;
    let rule = format!("decision_rights.{}", terms.right);
    let has = format!("{by} has the right {}", terms.right);
    Ok(DecisionDraft {
        outcome: format!("exception refused by {by}: from {}", listed(&answer.of)),
        reasons: vec![
            Reason::note(rule, Some(right), has),
            Reason::note("exceptions.reason", None, answer.reason.as_str()),
        ],
        ..DecisionDraft::default()
    })
}

/// What is kept of an answer that counts for nothing: whoever gave it believes that they have answered.
pub fn in_vain(rules: &Rules, answer: &ExceptionAnswered, why: &ExceptionError) -> DecisionDraft {
    let place = rules.model.exceptions.as_ref().map(|it| it.place);
    let says = match answer.until {
        Some(_) => "grants",
        None => "refuses",
    };
    let by = &answer.by;
    let note = format!("{by} {says} it, which changes nothing: {why}");
    DecisionDraft {
        outcome: format!("an answer of {by} to who asked for an exception changes nothing"),
        reasons: vec![Reason::note("exceptions", place, note)],
        ..DecisionDraft::default()
    }
}

fn listed(of: &BTreeSet<String>) -> String {
    let of: Vec<&str> = of.iter().map(String::as_str).collect();
    of.join(", ")
}

/// What it means to be excused from all of these, as long as it lasts.
#[must_use]
pub fn means(of: &BTreeSet<String>) -> &'static str {
    let (criteria, deviations): (Vec<&String>, Vec<&String>) =
        of.iter().partition(|it| it.contains('.'));
    match (criteria.is_empty(), deviations.is_empty()) {
        (true, _) => "what is excepted is not counted as a deviation",
        (_, true) => "what is excepted counts as met",
        _ => "what is excepted counts as met, or is not counted as a deviation",
    }
}

/// From what a record is to be excused, as people call it: `budget, for the stage SQL`.
#[must_use]
pub fn called(model: &OperatingModel, kind: RecordKind, of: &BTreeSet<String>) -> Vec<String> {
    let of = of.iter().map(|it| match it.rsplit_once('.') {
        Some((stage, name)) => {
            let stage = stage_label(model, kind, stage);
            format!("{}, for the stage {stage}", spoken(name))
        }
        None => deviation_label(model, it),
    });
    of.collect()
}
