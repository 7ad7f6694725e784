//! What lies in the table: the quarantine, and effects that were refused.

use contracts::{
    AuditRecord, Erasure, Event, EventData, EventId, Function, Indexes, Key, Subject,
    state::{EffectStatus, QUARANTINED_FOR, QuarantineState, Settled},
};
use crm::RecordId;
use engine::{Clock, CycleError, Round, Table, refused_effects};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use model::{OperatingModel, Revision};
use serde_json::json;
use store::{Store, StoreError, Versioned, put_state};

use super::failure::{Failure, Kind, Place, id_of};

/// What of webhooks could not be understood, the oldest first.
///
/// # Errors
/// If the table does not answer, or an item is malformed.
pub async fn quarantined<S: Store>(table: &S, now: Timestamp) -> Result<Vec<Failure>, StoreError> {
    let mut found = Vec::new();
    let days = QUARANTINED_FOR.as_hours() / 24;
    for ago in (0..=days).rev() {
        let at = now.checked_sub(SignedDuration::from_hours(24 * ago));
        let day = at.unwrap_or(now).to_zoned(TimeZone::UTC).date();
        for item in table.partition(&Key::quarantine_of(day)).await? {
            let key = item.key.clone();
            let state = Versioned::<QuarantineState>::read(item)?.state;
            if state.settled.is_none() {
                found.push(aside(key, state));
            }
        }
    }
    Ok(found)
}

fn aside(key: Key, state: QuarantineState) -> Failure {
    let named = match (&state.of, &state.object) {
        (Some(of), Some(object)) => Some(format!("{of} {object}")),
        (None, Some(object)) => Some(format!("object {object}")),
        _ => None,
    };
    Failure {
        id: id_of(Kind::Quarantine, &key.pk, &key.sk),
        reason: state.reason.clone(),
        function: Function::CrmSync.to_string(),
        record: named,
        event: state
            .subscription
            .clone()
            .unwrap_or_else(|| "webhook.quarantined".to_owned()),
        first: Some(state.at),
        count: 1,
        revision: state.revision.clone(),
        payload: json!({ "source": state.source, "subscription": state.subscription, "of": state.of, "object": state.object }),
        place: Place::Quarantined(key, Box::new(state)),
    }
}

/// What was to be told once an effect had ended well: the notices of whose a record is that came after the write of its
/// owner. They were left, since that was refused.
///
/// # Errors
/// If the table does not answer, or an item is malformed.
pub async fn told_after<S: Store>(store: &S, asked: &Event) -> Result<Vec<Event>, StoreError> {
    let Some(record) = &asked.record else {
        return Ok(Vec::new());
    };
    let partition = Key::audit_partition_of(&Subject::Record(record.clone()));
    let mut found = Vec::new();
    for item in store.partition(&partition).await? {
        let audit = Versioned::<AuditRecord>::read(item)?.state;
        let after = audit.events.into_iter();
        found.extend(after.filter(|it| it.after.as_ref() == Some(&asked.id)));
    }
    Ok(found)
}

/// The effects that were refused, the oldest first.
///
/// # Errors
/// If the table does not answer, or an item is malformed.
pub async fn refused<S: Store>(table: &S) -> Result<Vec<Failure>, StoreError> {
    let all = refused_effects(table).await?.into_iter();
    let all = all.map(|(event, state)| {
        let function = match &event.data {
            EventData::CrmWriteRequested { .. } => Function::CrmWriteback,
            _ => Function::Notify,
        };
        let reason = match state.status {
            EffectStatus::Refused => state.result.clone(),
            _ => format!(
                "it was put back and is not heard yet; before, {}",
                state.result
            ),
        };
        Failure {
            id: id_of(Kind::Refused, "", event.id.as_str()),
            reason,
            function: function.to_string(),
            record: event.record.as_ref().map(RecordId::name),
            event: event.name().to_owned(),
            first: Some(state.at),
            count: 1,
            revision: Some(event.revision.clone()),
            payload: serde_json::to_value(&event).unwrap_or_default(),
            place: Place::Refused(Box::new(event)),
        }
    });
    Ok(all.collect())
}

/// The event by which what was put aside is looked at again: that its record is worth a look.
///
/// # Errors
/// Why it cannot be.
pub fn noticed(
    model: &OperatingModel,
    key: &Key,
    state: &QuarantineState,
    revision: &Revision,
    now: Timestamp,
) -> Result<Event, String> {
    let (Some(source), Some(of), Some(object)) = (&state.source, &state.of, &state.object) else {
        return Err(
            "it does not say which record it was about, so nothing can be fetched: drop it, or let `fairlead sweep \
             --now changes` find what it told of"
                .to_owned(),
        );
    };
    let Some(found) = model.sources.get(source) else {
        return Err(format!(
            "the model has no source {source} any more: drop it"
        ));
    };
    let kind = found.records.iter().find(|(_, name)| *name == of);
    let Some((kind, _)) = kind else {
        return Err(format!(
            "the model maps no record to {of} of {source}: add it to the source's records in technology.yaml, deploy \
             that, and give the command again; or drop it"
        ));
    };
    let record = RecordId::new(source, *kind, object.clone())
        .map_err(|_| format!("{object} is no id of a record: drop it"))?;
    // What the CRM has erased it does not give any more, and an ordinary look would only find it gone.
    let subscription = state.subscription.as_deref().unwrap_or_default();
    let erased = subscription.ends_with("privacyDeletion");
    let data = EventData::RecordNoticed {
        property: None,
        occurred: state.at,
        deleted: erased,
        merge: None,
        swept: None,
        erasure: erased.then_some(Erasure::Crm),
    };
    // The same however often somebody puts it back.
    let id = EventId::of(&["failures.redriven", &key.sk]);
    Ok(Event::new(id, now, revision, data).about(record, 0))
}

/// Marks what was put aside as dealt with, and records that if it is said.
///
/// # Errors
/// If the table does not answer.
pub async fn settle<S: Store, C: Clock>(
    table: &Table<S, C>,
    key: &Key,
    settled: Settled,
    decision: Option<&AuditRecord>,
) -> Result<(), CycleError> {
    table
        .change(std::slice::from_ref(key), |found| {
            let before = found.into_iter().flatten().next();
            let before = before.map(Versioned::<QuarantineState>::read).transpose()?;
            let Some(before) = before.filter(|it| it.state.settled.is_none()) else {
                return Ok::<_, CycleError>(Round::Nothing(()));
            };
            let mut state = before.state.clone();
            state.settled = Some(settled);
            let mut put = put_state(key.clone(), &state, Some(&before), Indexes::default());
            put.expires = state.at.checked_add(QUARANTINED_FOR).ok();
            let round = Round::writing(vec![put], ());
            Ok(match decision {
                Some(decision) => round.recorded(decision.clone()),
                None => round,
            })
        })
        .await
}
