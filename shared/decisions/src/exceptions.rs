//! Exceptions: a record is excused from criteria or deviations, by somebody who may, for a time and with a reason.

use std::collections::BTreeSet;

use contracts::{
    DecisionDraft, EventData, ExceptionGranted, Reason,
    state::{Exception, ExceptionEnd, ExceptionsState, GateState},
};
use crm::{PersonId, Record, RecordKind};
use jiff::{SignedDuration, Timestamp};
use model::{Exceptions, OperatingModel};

use crate::{
    absences::until,
    condition::wall,
    facts::Facts,
    rights::{Denied, is_there, may},
    rules::Rules,
    shown::name_of,
};

/// What somebody wants a record to be excused from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Who grants it.
    pub by: PersonId,
    /// The criteria, each with its stage: `sql.budget`.
    pub criteria: BTreeSet<String>,
    /// The deviations.
    pub deviations: BTreeSet<String>,
    /// The first instant at which it counts no more.
    pub until: Timestamp,
    /// Why.
    pub reason: Option<String>,
}

/// Why an exception is not granted, or not ended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExceptionError {
    /// The model grants none.
    #[error("the model grants no exceptions: governance.yaml has no `exceptions`")]
    None,
    /// They may not.
    #[error("{0}")]
    Denied(#[from] Denied),
    /// Nothing is named.
    #[error(
        "an exception is from named criteria or deviations, and none is named: add `--criterion STAGE.CRITERION` or \
         `--deviation NAME`"
    )]
    OfNothing,
    /// There is no such criterion, or no such deviation.
    #[error("no {what} of {kind} records is called {name}")]
    Unknown {
        /// `criterion`, or `deviation`.
        what: &'static str,
        /// Of which records.
        kind: RecordKind,
        /// What was named.
        name: String,
    },
    /// The criterion is of another journey.
    #[error("{criterion} is of another journey than the record's, which is {journey}")]
    AnotherJourney {
        /// What was named.
        criterion: String,
        /// The record's journey.
        journey: String,
    },
    /// It gives no reason.
    #[error("an exception needs a reason (reason: required, {0}): add `--reason \"…\"`")]
    NoReason(model::Place),
    /// It would end before it begins.
    #[error("it would be over already: its end is not ahead")]
    Over,
    /// It would last too long.
    #[error("an exception lasts {at_most} at the most ({place}): until {latest}")]
    TooLong {
        /// The longest.
        at_most: business_time::BusinessAmount,
        /// The latest end, in words.
        latest: String,
        /// Where it is written.
        place: model::Place,
    },
    /// Nothing is asked of the record any more.
    #[error("{0}, so there is nothing to except")]
    NotJudged(&'static str),
    /// It is excepted already.
    #[error(
        "{of} is excepted already, by {by} until {until}; `fairlead exception {id} --end` ends that"
    )]
    Already {
        /// What was named.
        of: String,
        /// By whom it is.
        by: PersonId,
        /// Until when, in words.
        until: String,
        /// The other exception.
        id: String,
    },
    /// No exception of this id counts.
    #[error("no exception {0} counts now; `fairlead exceptions` shows those that do")]
    NotThere(String),
}

/// The criteria of a kind of record that can be excepted, each with its stage, as `sql.budget`.
#[must_use]
pub fn criteria(model: &OperatingModel, kind: RecordKind) -> BTreeSet<String> {
    let stages = model.stages(kind);
    let named = stages.flat_map(|stage| {
        let all = stage.enter.iter().chain(&stage.leave.criteria);
        all.map(|criterion| format!("{}.{}", stage.name, criterion.name))
    });
    named.collect()
}

/// The deviations of a kind of record.
#[must_use]
pub fn deviations(model: &OperatingModel, kind: RecordKind) -> BTreeSet<String> {
    let all = model.deviations.iter();
    let own = all.filter(|(_, rule)| rule.record == kind);
    own.map(|(name, _)| name.clone()).collect()
}

/// An exception is granted under this id, if who grants it may.
///
/// # Errors
/// If they may not, or what they want makes no sense: nothing is granted in part.
pub fn grant(
    rules: &Rules,
    (record, gate): (&Record, Option<&GateState>),
    before: &ExceptionsState,
    (id, wanted): (&str, Wanted),
    now: Timestamp,
) -> Result<(ExceptionsState, DecisionDraft), ExceptionError> {
    let terms = rules.model.exceptions.as_ref();
    let terms = terms.ok_or(ExceptionError::None)?;
    let owner = record.owner();
    let right = may(rules, &terms.right, &wanted.by, owner, now)?;
    can_be(rules, (record, gate), &wanted, now)?;
    in_time(rules, terms, wanted.until, now)?;
    let reason = wanted.reason.map(|it| it.trim().to_owned());
    let reason = reason.filter(|it| !it.is_empty());
    if terms.reason_required && reason.is_none() {
        return Err(ExceptionError::NoReason(terms.place));
    }
    for of in wanted.criteria.iter().chain(&wanted.deviations) {
        let counts = before.of_criterion(of, now);
        if let Some((id, other)) = counts.or_else(|| before.of_deviation(of, now)) {
            return Err(ExceptionError::Already {
                of: of.clone(),
                by: other.by.clone(),
                until: end_in_words(rules, other.until),
                id: id.to_owned(),
            });
        }
    }
    let exception = Exception {
        by: wanted.by,
        owner: owner.cloned(),
        criteria: wanted.criteria,
        deviations: wanted.deviations,
        from: now,
        until: wanted.until,
        reason,
    };
    let draft = granted(rules, terms, (id, &exception), right);
    let mut after = before.clone();
    after.granted.insert(id.to_owned(), exception);
    Ok((after, draft))
}

fn granted(
    rules: &Rules,
    terms: &Exceptions,
    (id, exception): (&str, &Exception),
    right: model::Place,
) -> DecisionDraft {
    let of: Vec<&str> = exception.of().collect();
    let until = end_in_words(rules, exception.until);
    let by = &exception.by;
    let has = format!("{by} has the right {}", terms.right);
    let lasts = format!("an exception lasts {} at the most", terms.at_most);
    let rule = format!("decision_rights.{}", terms.right);
    let mut reasons = vec![
        Reason::note(rule, Some(right), has),
        Reason::note("exceptions", Some(terms.place), lasts),
    ];
    let why = exception.reason.iter();
    reasons.extend(why.map(|why| Reason::note("exceptions.reason", None, why)));
    DecisionDraft {
        outcome: format!(
            "exception {id} granted by {by} until {until}: from {}",
            of.join(", ")
        ),
        reasons,
        emits: vec![EventData::ExceptionGranted(ExceptionGranted {
            exception: id.to_owned(),
            by: by.clone(),
            of: of.into_iter().map(str::to_owned).collect(),
            until: exception.until,
        })],
        ..DecisionDraft::default()
    }
}

/// Whether what is named is there, of a record of which it is asked.
fn can_be(
    rules: &Rules,
    (record, gate): (&Record, Option<&GateState>),
    wanted: &Wanted,
    now: Timestamp,
) -> Result<(), ExceptionError> {
    let (model, kind) = (&rules.model, record.id.kind);
    if wanted.criteria.is_empty() && wanted.deviations.is_empty() {
        return Err(ExceptionError::OfNothing);
    }
    let unknown = |what, name: &String| ExceptionError::Unknown {
        what,
        kind,
        name: name.clone(),
    };
    let (known, watched) = (criteria(model, kind), deviations(model, kind));
    if let Some(name) = wanted.criteria.iter().find(|it| !known.contains(*it)) {
        return Err(unknown("criterion", name));
    }
    if let Some(name) = wanted.deviations.iter().find(|it| !watched.contains(*it)) {
        return Err(unknown("deviation", name));
    }
    if record.archived {
        return Err(ExceptionError::NotJudged("the record is gone in the CRM"));
    }
    let facts = Facts {
        gate,
        ..Facts::of(rules, record, now)
    };
    if let Some(why) = facts.stands().why_not() {
        return Err(ExceptionError::NotJudged(why));
    }
    if !facts.is_open() {
        return Err(ExceptionError::NotJudged("the record is closed"));
    }
    let Some(journey) = facts.lifecycle() else {
        return Ok(());
    };
    let of_journey = |criterion: &&String| {
        let mut stages = journey.stages.iter();
        !stages.any(|stage| {
            let rest = criterion.strip_prefix(stage.name.as_str());
            let name = rest.and_then(|rest| rest.strip_prefix('.'));
            let mut all = stage.enter.iter().chain(&stage.leave.criteria);
            name.is_some_and(|name| all.any(|it| it.name == name))
        })
    };
    match wanted.criteria.iter().find(of_journey) {
        Some(criterion) => Err(ExceptionError::AnotherJourney {
            criterion: criterion.clone(),
            journey: journey.name.clone(),
        }),
        None => Ok(()),
    }
}

fn in_time(
    rules: &Rules,
    terms: &Exceptions,
    until: Timestamp,
    now: Timestamp,
) -> Result<(), ExceptionError> {
    if until <= now {
        return Err(ExceptionError::Over);
    }
    let most = wall(terms.at_most).unwrap_or(SignedDuration::ZERO);
    let latest = now.checked_add(most).unwrap_or(Timestamp::MAX);
    if until > latest {
        return Err(ExceptionError::TooLong {
            at_most: terms.at_most,
            latest: end_in_words(rules, latest),
            place: terms.place,
        });
    }
    Ok(())
}

/// Somebody ends an exception before its time. Who granted it may, and whoever may grant one; where the model grants
/// none any more, everybody whom it knows.
///
/// # Errors
/// If none of this id counts, or they may not.
pub fn end(
    rules: &Rules,
    before: &ExceptionsState,
    (id, by): (&str, &PersonId),
    now: Timestamp,
) -> Result<(ExceptionsState, DecisionDraft), ExceptionError> {
    let there = before.granted.get(id).filter(|it| it.counts(now));
    let Some(exception) = there else {
        return Err(ExceptionError::NotThere(id.to_owned()));
    };
    let terms = rules.model.exceptions.as_ref();
    match terms {
        // It asks for more of the record, not for less: that it is one's own is no reason against it.
        Some(terms) if exception.by != *by => {
            may(rules, &terms.right, by, None, now)?;
        }
        _ => is_there(rules, by, now)?,
    }
    let how = ExceptionEnd::EndedBy(by.clone());
    let mut after = before.clone();
    after.granted.remove(id);
    let said = format!("{by} ended it");
    let draft = DecisionDraft {
        outcome: format!("exception {id} ended by {by}: {}", what(exception)),
        reasons: vec![Reason::note("exceptions", terms.map(|it| it.place), said)],
        emits: vec![EventData::ExceptionEnded {
            exception: id.to_owned(),
            how,
        }],
        ..DecisionDraft::default()
    };
    Ok((after, draft))
}

/// Notices that the time of exceptions is over; none if that of none is.
#[must_use]
pub fn over(
    rules: &Rules,
    before: &ExceptionsState,
    now: Timestamp,
) -> Option<(ExceptionsState, DecisionDraft)> {
    let mut after = before.clone();
    let mut draft = DecisionDraft::default();
    let mut parts = Vec::new();
    let place = rules.model.exceptions.as_ref().map(|it| it.place);
    for (id, exception) in &before.granted {
        if now < exception.until {
            continue;
        }
        after.granted.remove(id);
        parts.push(format!("exception {id} is over: {}", what(exception)));
        let until = end_in_words(rules, exception.until);
        let note = format!("{} granted it until {until}", exception.by);
        draft.reasons.push(Reason::note("exceptions", place, note));
        draft.emits.push(EventData::ExceptionEnded {
            exception: id.clone(),
            how: ExceptionEnd::TimeOver,
        });
    }
    draft.outcome = parts.join("; ");
    (!parts.is_empty()).then_some((after, draft))
}

fn what(exception: &Exception) -> String {
    let of: Vec<&str> = exception.of().collect();
    format!("from {}", of.join(", "))
}

/// Why something counts otherwise than it is: `excepted by Carla Reyes until the end of Thu 10 Dec 2026: …`.
#[must_use]
pub fn words(rules: &Rules, exception: &Exception) -> String {
    let by = name_of(&rules.model, &exception.by);
    let until = end_in_words(rules, exception.until);
    let why = exception.reason.iter().map(|why| format!(": {why}"));
    format!("excepted by {by} until {until}{}", why.collect::<String>())
}

/// The end of an exception, where the company is, after the word `until`.
#[must_use]
pub fn end_in_words(rules: &Rules, end: Timestamp) -> String {
    until(end, rules.company_zone())
}
