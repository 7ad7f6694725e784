//! What becomes of what was handed over, as `fairlead hand-off` says it.

use contracts::{Event, EventData, EventId, HandOffAnswered, Key, state::ClocksState};
use crm::{PersonId, RecordId};
use decisions::{Rules, hand_offs::may_answer};
use engine::{Bus, Failure};
use jiff::Timestamp;
use model::Revision;
use store::{Store, Versioned};

use crate::ports::Ports;

/// Says it of the hand-off that is open, if one is and they may.
pub(super) async fn answer(
    ports: &Ports,
    rules: &Rules,
    record: &RecordId,
    (by, refuses): (&PersonId, bool),
    now: Timestamp,
) -> Result<(), Failure> {
    let found = ports.get(&[Key::clocks(record)]).await?;
    let Some(item) = found.into_iter().flatten().next() else {
        return Ok(());
    };
    let clocks = Versioned::<ClocksState>::read(item)?.state.clocks;
    let open = clocks.into_iter().find_map(|(clock, run)| {
        let of = run.kept.as_ref()?.policy.hand_off.as_ref()?;
        let may = run.status.is_open() && may_answer(rules, &of.terms.to, by, now);
        may.then_some((clock, run.instance))
    });
    let Some((clock, instance)) = open else {
        return Ok(());
    };
    let data = EventData::HandOffAnswered(HandOffAnswered {
        clock,
        instance,
        by: by.clone(),
        refused: refuses.then(|| "it is not what was agreed".to_owned()),
    });
    let id = EventId::of(&[
        "hand-off",
        &record.to_string(),
        by.as_str(),
        &now.to_string(),
    ]);
    let event = Event::new(id, now, &Revision::default(), data).about(record.clone(), 0);
    Ok(ports.publish(std::slice::from_ref(&event)).await?)
}
