//! A final no of the CRM, as an outcome of its own.

use contracts::{Cause, CrmWrite, DecisionDraft, Event, EventData, Function, Notice, Subject};
use crm::RecordId;
use decisions::{Rules, digests::operators};
use engine::Ended;
use jiff::Timestamp;

/// What is recorded when the CRM refuses a write for good: that it did, for whoever decides what
/// follows, and a notice for each of the operators.
pub(crate) fn ended(
    rules: &Rules,
    event: &Event,
    record: &RecordId,
    write: &CrmWrite,
    why: &str,
    now: Timestamp,
) -> Ended {
    let what = match write {
        CrmWrite::Owner { to, .. } => format!("owner {to}"),
        CrmWrite::Stage { to, .. } => format!("stage {to}"),
        CrmWrite::Fields { set } => {
            let set: Vec<&str> = set.iter().map(|it| it.field.as_str()).collect();
            format!("fields {}", set.join(", "))
        }
        CrmWrite::Create { kind, journey, .. } => format!("a new {kind} of the journey {journey}"),
        CrmWrite::Task { .. } => "a task".to_owned(),
    };
    let result = format!("the CRM refuses {what}: {why}");
    let mut emits = vec![EventData::CrmWriteRefused {
        write: write.clone(),
        why: why.to_owned(),
    }];
    emits.extend(operators(rules).into_iter().map(|to| {
        let notice = Notice::CrmRefused {
            write: write.clone(),
            why: why.to_owned(),
        };
        EventData::NoticeRequested { to, notice }
    }));
    let draft = DecisionDraft {
        outcome: result.clone(),
        emits,
        ..DecisionDraft::default()
    };
    let audit = draft.into_audit(
        Function::CrmWriteback,
        Subject::Record(record.clone()),
        &Cause::of(event),
        event.sequence,
        &rules.model.revision,
        now,
    );
    Ended::refused(event, result).recorded(audit)
}
