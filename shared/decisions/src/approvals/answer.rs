use contracts::{
    ApprovalAnswered, ApprovalSettled, DecisionDraft, Reason,
    state::{Approval, ApprovalStatus, ApprovalsState, GateState},
};
use crm::{PersonId, Record};
use jiff::Timestamp;

use super::{
    asking::{Looked, is_open},
    change::{person_before, settle},
    settled::settled,
    who::asked_of,
};
use crate::{
    approved::{values, whose},
    facts::Facts,
    rights::{Denied, is_there, may, may_for_others},
    rules::Rules,
    shown::{kept_reason, spoken},
};

/// Why an answer does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// Nobody asked.
    #[error("no approval {0} was asked for of this record; `fairlead approvals` shows what was")]
    NotAsked(String),
    /// It was asked for again since, of other values.
    #[error(
        "this answer is to an older question: a value has changed since, and it was asked for again"
    )]
    Older,
    /// It was asked for of other values than the record has now.
    #[error(
        "a value has changed since it was asked for, so there is nothing to answer: it is asked for anew where it is needed"
    )]
    Changed,
    /// Somebody was faster.
    #[error("it was {what} already, by {by}{why}")]
    Answered {
        /// `given`, or `refused`.
        what: &'static str,
        /// By whom.
        by: PersonId,
        /// Why, with what leads to it; empty if no reason was given.
        why: String,
    },
    /// They have said yes already, and others are waited for.
    #[error("{0} has given it already; the others who were asked have not all")]
    Twice(PersonId),
    /// The record is closed or gone.
    #[error("nothing is asked of this record any more")]
    Closed,
    /// They may not.
    #[error("{0}")]
    Denied(#[from] Denied),
    /// A refusal says why.
    #[error("a refusal needs a reason, so that whoever owns the record knows what to change")]
    NoReason,
}

impl AnswerError {
    /// Whether an answer that does not count for this reason is kept, since who gave it believes that they have answered:
    /// one that came too late, and one of somebody who may not. Said again, the same is nothing new.
    #[must_use]
    pub fn is_kept(&self, answer: &ApprovalAnswered) -> bool {
        let same = |what: &str, by: &PersonId| *by == answer.by && what == word_of(answer.given);
        match self {
            Self::Older | Self::Changed | Self::Closed | Self::Denied(_) => true,
            Self::Answered { what, by, .. } => !same(what, by),
            Self::NotAsked(_) | Self::Twice(_) | Self::NoReason => false,
        }
    }
}

/// What somebody says, and of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said<'a> {
    /// The approval.
    pub approval: &'a str,
    /// Which asking of it; the latest if absent.
    pub run: Option<u32>,
    /// Who.
    pub by: &'a PersonId,
}

/// What somebody would answer, if they may answer it now.
///
/// # Errors
/// If they may not, or there is nothing to answer.
pub fn may_answer<'a>(
    rules: &Rules,
    (record, gate): (&Record, Option<&GateState>),
    approvals: &'a ApprovalsState,
    said: Said<'_>,
    now: Timestamp,
) -> Result<&'a Approval, AnswerError> {
    let name = said.approval;
    let not_asked = || AnswerError::NotAsked(name.to_owned());
    let asked = approvals.asked.get(name).ok_or_else(not_asked)?;
    let rule = rules.model.approvals.get(name).ok_or_else(not_asked)?;
    if said.run.is_some_and(|run| run != asked.run) {
        return Err(AnswerError::Older);
    }
    let facts = Facts {
        gate,
        approvals: Some(approvals),
        ..Facts::of(rules, record, now)
    };
    match asked.status {
        ApprovalStatus::Pending if !is_open(&facts) => return Err(AnswerError::Closed),
        ApprovalStatus::Pending => {}
        ApprovalStatus::Lapsed => return Err(AnswerError::Changed),
        status @ (ApprovalStatus::Given | ApprovalStatus::Refused) => {
            let why = asked.reason.iter().map(|why| format!(": {why}"));
            return Err(AnswerError::Answered {
                what: status.word(),
                by: asked.by.clone().unwrap_or_else(|| PersonId::new("nobody")),
                why: why.collect(),
            });
        }
    }
    if asked.values != values(&facts, name, rule) {
        return Err(AnswerError::Changed);
    }
    let owner = whose(record, rule);
    if asked.last.as_ref() == Some(said.by) && owner != Some(said.by) {
        is_there(rules, said.by, now)?;
    } else {
        let right = asked_of(rule, &facts).map_or(asked.right.as_str(), |it| it.right);
        may_for_others(rules, right, said.by, owner, now)?;
    }
    // Whom it was brought before in the end has the last word, whatever they said with the others.
    if asked.given.contains_key(said.by) && asked.last.as_ref() != Some(said.by) {
        return Err(AnswerError::Twice(said.by.clone()));
    }
    Ok(asked)
}

/// Whether somebody may be shown what came of an asking that they cannot answer (any more): who was asked and still has
/// one of its rights, who was asked besides, and who owns the record by now; of these, whoever is there.
#[must_use]
pub fn may_read(
    rules: &Rules,
    record: &Record,
    approvals: &ApprovalsState,
    (name, person): (&str, &PersonId),
    now: Timestamp,
) -> bool {
    let rule = rules.model.approvals.get(name);
    let (Some(asked), Some(rule)) = (approvals.asked.get(name), rule) else {
        return false;
    };
    let mut rights = rule.by.iter().map(|it| it.right.as_str());
    let has = rights.any(|right| may(rules, right, person, None, now).is_ok());
    let reads = asked.last.as_ref() == Some(person)
        || record.owner() == Some(person)
        || whose(record, rule) == Some(person)
        || (asked.of.contains(person) && has);
    reads && is_there(rules, person, now).is_ok()
}

/// Somebody has said whether they approve.
///
/// # Errors
/// If that does not count: nothing changes by it.
pub fn answered(
    rules: &Rules,
    of: (&Record, Option<&GateState>),
    before: &ApprovalsState,
    answer: &ApprovalAnswered,
    now: Timestamp,
) -> Result<Looked, AnswerError> {
    let said = Said {
        approval: &answer.approval,
        run: Some(answer.run),
        by: &answer.by,
    };
    let asked = may_answer(rules, of, before, said, now)?;
    let reason = answer.reason.as_deref().map(kept_reason);
    let reason = reason.filter(|it| !it.is_empty());
    if !answer.given && reason.is_none() {
        return Err(AnswerError::NoReason);
    }
    let (name, by) = (&answer.approval, &answer.by);
    let mut asked = asked.clone();
    let rule = rules.model.approvals.get(name);
    let still_missing = match (answer.given, rule) {
        (true, Some(rule)) if rule.all && asked.last.as_ref() != Some(by) => {
            asked.given.insert(by.clone(), now);
            let facts = Facts::of(rules, of.0, now);
            let all = asked_of(rule, &facts)
                .map(|it| it.people)
                .unwrap_or_default();
            all.into_iter()
                .filter(|it| !asked.given.contains_key(it))
                .collect()
        }
        (true, _) => {
            asked.given.insert(by.clone(), now);
            Vec::new()
        }
        (false, _) => Vec::new(),
    };
    let mut draft = DecisionDraft::default();
    let word = word_of(answer.given);
    let why = reason.iter().map(|why| format!(": {why}"));
    let why: String = why.collect();
    let place = rule.map(|it| it.place);
    let note = format!("{by} says so{why}");
    draft
        .reasons
        .push(Reason::note(format!("approvals.{name}"), place, note));
    if still_missing.is_empty() {
        asked.status = match answer.given {
            true => ApprovalStatus::Given,
            false => ApprovalStatus::Refused,
        };
        asked.by = Some(by.clone());
        asked.at = Some(now);
        asked.due = None;
        asked.reason.clone_from(&reason);
        draft.outcome = format!("{name} {word} by {by}{why}");
        let it = ApprovalSettled {
            approval: name.clone(),
            run: answer.run,
            by: by.clone(),
            reason,
        };
        let other = rule.map(|rule| [person_before(before, name, rule), whose(of.0, rule)]);
        let others = other.into_iter().flatten().flatten();
        draft.emits = settled(rules, of.0, (it, answer.given), others);
    } else {
        let left: Vec<&str> = still_missing.iter().map(PersonId::as_str).collect();
        draft.outcome = format!(
            "{name} given by {by}; {} is to give it too",
            left.join(", ")
        );
    }
    let mut approvals = before.clone();
    approvals.asked.insert(name.clone(), asked);
    let follows = rule.and_then(|rule| settle(rules, of.0, (name, rule), &mut approvals, now));
    if let Some((told, write)) = follows {
        draft.outcome = format!("{}; {told}", draft.outcome);
        let rule = format!("approvals.{name}.of_change");
        draft.reasons.push(Reason::note(rule, place, told));
        draft.emits.extend(write);
    }
    Ok(Looked { draft, approvals })
}

const fn word_of(given: bool) -> &'static str {
    let status = match given {
        true => ApprovalStatus::Given,
        false => ApprovalStatus::Refused,
    };
    status.word()
}

/// What an answer that does not count is kept as: it changes nothing, and the story of the record tells it.
pub fn too_late(rules: &Rules, answer: &ApprovalAnswered, why: &AnswerError) -> DecisionDraft {
    let word = if answer.given { "yes" } else { "no" };
    let name = spoken(&answer.approval);
    let place = rules.model.approvals.get(&answer.approval);
    let place = place.map(|it| it.place);
    let (of, why) = match why {
        // Its words are for whoever answers, and name people.
        AnswerError::Denied(_) => ("by", format!("{} may not answer it", answer.by)),
        AnswerError::Answered { .. } => ("needs", why.to_string()),
        why => ("binds", why.to_string()),
    };
    DecisionDraft {
        outcome: format!("{}'s {word} to {name} does not count: {why}", answer.by),
        reasons: vec![Reason::note(
            format!("approvals.{}.{of}", answer.approval),
            place,
            why,
        )],
        ..DecisionDraft::default()
    }
}
