use contracts::{EventId, Indexes, Key, SHARDS};
use jiff::Timestamp;
use lambda_shell::Failure;
use model::OperatingModel;
use serde::{Deserialize, Serialize};
use store::{CommitError, Guard, Put, Store, Transaction, Versioned};

use crate::{tick::Publisher, walk::Walk};

/// By which calendars the running clocks were last looked at.
#[derive(Debug, Serialize, Deserialize)]
struct Swept {
    /// Of the calendars' content.
    calendars: String,
    /// The model's revision in which they first stood.
    revision: u64,
    /// When.
    at: Timestamp,
}

/// Sends every running clock through the queue once after the calendars of the model have changed,
/// so that a due time which moves to an earlier instant is not found out at the later one. A part of
/// each shard is sent at once, with an event that sends on the rest; that it has begun is then
/// recorded, guarded by the record's version. A sweep that dies before is begun again, and a clock
/// that is looked at twice does not move twice.
///
/// The same calendars cost one read. A process with an older model leaves the record alone.
///
/// # Errors
/// If the table or the bus does not answer; the tick is then delivered again.
pub(crate) async fn sweep<S: Store, P: Publisher>(
    store: &S,
    bus: &P,
    walk: &Walk<'_>,
    calendars: &str,
) -> Result<(), Failure> {
    let key = Key {
        pk: "S#clocks".to_owned(),
        sk: "sweep".to_owned(),
    };
    let before = store.get(std::slice::from_ref(&key)).await?;
    let before = before.into_iter().next().flatten();
    let before = before.map(Versioned::<Swept>::read).transpose()?;
    if let Some(before) = &before
        && (before.state.calendars == calendars || before.state.revision > walk.revision.number)
    {
        return Ok(());
    }
    for shard in 0..SHARDS {
        let part = walk.part(store, &format!("due#{shard}"), None).await?;
        walk.send(bus, part.items, part.rest).await?;
    }
    let swept = Swept {
        calendars: calendars.to_owned(),
        revision: walk.revision.number,
        at: walk.at,
    };
    let put = Put {
        key,
        body: serde_json::to_value(&swept).map_err(|why| Failure::Final(why.to_string()))?,
        guard: before.map_or(Guard::Absent, |before| Guard::Version(before.version)),
        indexes: Indexes::default(),
        expires: None,
    };
    let transaction = Transaction {
        puts: vec![put],
        checks: Vec::new(),
    };
    match store.commit(transaction).await {
        // Another process has just done the same.
        Ok(()) | Err(CommitError::Stale(_)) => Ok(()),
        Err(why) => Err(Failure::Later(why.to_string())),
    }
}

/// What tells one state of the calendars from another.
pub(crate) fn fingerprint(model: &OperatingModel) -> Result<String, Failure> {
    let specs: Vec<_> = model
        .calendars
        .iter()
        .map(|(name, calendar)| (name, &calendar.spec))
        .collect();
    let text = serde_json::to_string(&specs).map_err(|why| Failure::Final(why.to_string()))?;
    Ok(EventId::of(&["calendars", &text]).as_str().to_owned())
}
