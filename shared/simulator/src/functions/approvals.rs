//! What is to be approved, answered as `fairlead approve` does.

use contracts::{
    ApprovalAnswered, Event, EventData, EventId, Key,
    state::{ApprovalsState, GateState, RecordState},
};
use crm::{PersonId, RecordId};
use decisions::{
    Rules,
    approvals::{Said, may_answer},
};
use engine::{Bus, Failure};
use jiff::Timestamp;
use model::Revision;
use store::{Store, Versioned};

use crate::ports::Ports;

/// Answers whatever waits for somebody, as far as they may.
pub(super) async fn answer(
    ports: &Ports,
    rules: &Rules,
    record: &RecordId,
    (by, refuses): (&PersonId, bool),
    now: Timestamp,
) -> Result<(), Failure> {
    let keys = [
        Key::record(record),
        Key::gate(record),
        Key::approvals(record),
    ];
    let mut found = ports.get(&keys).await?.into_iter();
    let mut next = || found.next().flatten();
    let copy = next().map(Versioned::<RecordState>::read).transpose()?;
    let gate = next().map(Versioned::<GateState>::read).transpose()?;
    let gate = gate.map(|it| it.state);
    let approvals = next().map(Versioned::<ApprovalsState>::read).transpose()?;
    let (Some(copy), Some(approvals)) = (copy, approvals) else {
        return Ok(());
    };
    let of = (&copy.state.record, gate.as_ref());
    for name in approvals.state.asked.keys() {
        let said = Said {
            approval: name,
            run: None,
            by,
        };
        let Ok(asked) = may_answer(rules, of, &approvals.state, said, now) else {
            continue;
        };
        let data = EventData::ApprovalAnswered(ApprovalAnswered {
            approval: name.clone(),
            run: asked.run,
            by: by.clone(),
            given: !refuses,
            reason: refuses.then(|| "the margin is gone".to_owned()),
        });
        let id = EventId::of(&[
            "approve",
            &record.to_string(),
            name,
            by.as_str(),
            &now.to_string(),
        ]);
        let event = Event::new(id, now, &Revision::default(), data).about(record.clone(), 0);
        ports.publish(std::slice::from_ref(&event)).await?;
    }
    Ok(())
}
