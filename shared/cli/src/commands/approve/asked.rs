//! What was asked to be approved, as the table has it.

use contracts::{
    ApprovalAnswered, Key,
    state::{APPROVALS, Approval, ApprovalStatus, ApprovalsState, GateState, RecordState},
};
use crm::{Record, RecordId};
use decisions::{
    Rules,
    approvals::{AnswerError, Said, may_answer},
};
use jiff::Timestamp;
use store::{Item, Store, StoreError, Versioned};

/// A record with what was asked of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    record: Record,
    gate: Option<GateState>,
    /// What was asked.
    pub approvals: ApprovalsState,
}

/// What was asked of a record; none if there is no copy of it.
///
/// # Errors
/// If the table does not answer, or an item is malformed.
pub async fn of_record<S: Store>(
    table: &S,
    record: &RecordId,
) -> Result<Option<Found>, StoreError> {
    let keys = [
        Key::record(record),
        Key::gate(record),
        Key::approvals(record),
    ];
    let mut found = table.get(&keys).await?.into_iter();
    let mut next = || found.next().flatten();
    let copy = next().map(Versioned::<RecordState>::read).transpose()?;
    let gate = next().map(Versioned::<GateState>::read).transpose()?;
    let approvals = next().map(Versioned::<ApprovalsState>::read).transpose()?;
    Ok(copy.map(|copy| Found {
        record: copy.state.record,
        gate: gate.map(|it| it.state),
        approvals: approvals.map(|it| it.state).unwrap_or_default(),
    }))
}

/// Which asking somebody would answer, if they may.
///
/// # Errors
/// If they may not, or there is nothing to answer.
pub fn may(
    rules: &Rules,
    found: &Found,
    said: Said<'_>,
    now: Timestamp,
) -> Result<u32, AnswerError> {
    let of = (&found.record, found.gate.as_ref());
    may_answer(rules, of, &found.approvals, said, now).map(|it| it.run)
}

/// What became of an answer, for the record of this name; inside, why it did not count. None while it was not heard.
pub fn spoken(
    name: &str,
    found: &Found,
    answer: &ApprovalAnswered,
) -> Option<Result<String, String>> {
    let of = &answer.approval;
    let asked = found.approvals.asked.get(of)?;
    let why = |asked: &Approval| {
        let why = asked.reason.iter().map(|why| format!(": {why}"));
        why.collect::<String>()
    };
    let lapsed = asked.run != answer.run || asked.status == ApprovalStatus::Lapsed;
    if lapsed {
        return Some(Err(format!(
            "a value of {name} has changed meanwhile, so {of} was not answered; `fairlead approvals` shows what is asked \
             now"
        )));
    }
    let by = asked.by.as_ref();
    match asked.status {
        ApprovalStatus::Given | ApprovalStatus::Refused => {
            let word = asked.status.word();
            let who = by.map_or("somebody", |it| it.as_str());
            let what = format!("{name}: {of} {word} by {who}{}", why(asked));
            let theirs =
                by == Some(&answer.by) && (asked.status == ApprovalStatus::Given) == answer.given;
            Some(match theirs {
                true => Ok(what),
                false => Err(format!("somebody was faster: {what}")),
            })
        }
        ApprovalStatus::Pending if asked.given.contains_key(&answer.by) => {
            let mut others = asked.of.iter();
            let others = others.any(|it| !asked.given.contains_key(it));
            others.then(|| {
                Ok(format!(
                    "{name}: {} gives {of}; others who were asked are to give it too",
                    answer.by
                ))
            })
        }
        ApprovalStatus::Pending | ApprovalStatus::Lapsed => None,
    }
}

/// The records of which something was asked, with that.
///
/// # Errors
/// If the table does not answer, or an item is malformed.
pub async fn all<S: Store>(table: &S) -> Result<Vec<(RecordId, ApprovalsState)>, StoreError> {
    let items = table.of_person(APPROVALS).await?;
    let items = items.into_iter();
    let own = items.filter(|item: &Item| item.key.holds::<ApprovalsState>());
    let mut all = Vec::new();
    for item in own {
        let record = item.key.record_id();
        let state = Versioned::<ApprovalsState>::read(item)?.state;
        all.extend(record.map(|record| (record, state)));
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(all)
}
