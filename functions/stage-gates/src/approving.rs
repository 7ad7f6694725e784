//! What is to be approved of a record, asked for beside the judgement of its gate; and what somebody has answered.

use contracts::{
    ApprovalAnswered, Key,
    state::{ApprovalsState, GateState},
};
use crm::{Record, RecordId};
use decisions::{
    Rules,
    approvals::{Looked, answered, look_at, too_late},
};
use engine::Proposal;
use jiff::Timestamp;
use store::{Versioned, put_state};

/// The approvals of a record, as they were read.
pub(crate) type Before<'a> = Option<&'a Versioned<ApprovalsState>>;

/// What becomes of the approvals where a record stands by now that these fields have changed; none if nothing does.
pub(crate) fn looked(
    rules: &Rules,
    record: &Record,
    gate: Option<&GateState>,
    (before, changed): (Before<'_>, &[String]),
    now: Timestamp,
) -> Option<Proposal> {
    let state = (before.map(|it| &it.state), Some(changed));
    let looked = look_at(rules, record, gate, state, now)?;
    Some(proposal(&record.id, looked, before))
}

/// What becomes of them by somebody's answer. What does not count changes nothing; that it came too late, or was of
/// somebody who may not, is kept, since whoever gave it believes that they have answered.
pub(crate) fn settled(
    rules: &Rules,
    (record, gate): (&Record, Option<&GateState>),
    before: Before<'_>,
    answer: &ApprovalAnswered,
    now: Timestamp,
) -> Option<Proposal> {
    let state = before.map(|it| it.state.clone()).unwrap_or_default();
    match answered(rules, (record, gate), &state, answer, now) {
        Ok(looked) => Some(proposal(&record.id, looked, before)),
        Err(why) if why.is_kept(answer) => Some(Proposal {
            draft: too_late(rules, answer, &why),
            puts: Vec::new(),
        }),
        Err(_) => None,
    }
}

/// Both of two proposals about a record, as one decision.
pub(crate) fn both(gate: Option<Proposal>, approvals: Option<Proposal>) -> Option<Proposal> {
    let (mut both, mut other) = match (gate, approvals) {
        (Some(gate), Some(approvals)) => (gate, approvals),
        (one, other) => return one.or(other),
    };
    both.draft.outcome = format!("{}; {}", both.draft.outcome, other.draft.outcome);
    both.draft.facts.append(&mut other.draft.facts);
    both.draft.reasons.append(&mut other.draft.reasons);
    both.draft.emits.append(&mut other.draft.emits);
    both.puts.append(&mut other.puts);
    Some(both)
}

fn proposal(record: &RecordId, looked: Looked, before: Before<'_>) -> Proposal {
    let state = &looked.approvals;
    let put = put_state(Key::approvals(record), state, before, state.indexes(record));
    Proposal {
        draft: looked.draft,
        puts: vec![put],
    }
}
