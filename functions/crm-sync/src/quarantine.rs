use contracts::{
    Event, EventData, Indexes, Key, Quarantined,
    state::{QUARANTINED_FOR, QuarantineState},
};
use engine::{Clock, CycleError, Failure, Round, Table};
use jiff::{Timestamp, tz::TimeZone};
use store::{Store, put_state};

/// Keeps what could not be understood, once, with the reason. It lies under the day on which the
/// event was taken in, so that a day's quarantine is one query.
pub(crate) async fn keep<S: Store, C: Clock>(
    table: &Table<S, C>,
    event: &Event,
    now: Timestamp,
) -> Result<(), Failure> {
    let EventData::WebhookQuarantined(Quarantined {
        source,
        reason,
        subscription,
        object,
        of,
    }) = &event.data
    else {
        return Ok(());
    };
    let day = event.time.to_zoned(TimeZone::UTC).date();
    let state = QuarantineState {
        reason: reason.clone(),
        subscription: subscription.clone(),
        object: object.clone(),
        at: event.time,
        source: Some(source.clone()),
        of: of.clone(),
        revision: Some(event.revision.clone()),
        settled: None,
    };
    let key = Key::quarantine(day, &event.id);
    let mut put = put_state::<_, ()>(key, &state, None, Indexes::default());
    put.expires = now.checked_add(QUARANTINED_FOR).ok();
    let new: Result<bool, CycleError> = table
        .change(&[], |_| {
            let new = Round::writing(vec![put.clone()], true);
            Ok(new.unless(put.key.clone(), false))
        })
        .await;
    if new? {
        tracing::warn!(%source, reason, subscription, object, "kept in quarantine");
    }
    Ok(())
}
