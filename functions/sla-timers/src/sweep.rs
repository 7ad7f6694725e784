use contracts::{Event, EventId, Indexes, Key, SHARDS};
use jiff::Timestamp;
use lambda_shell::Failure;
use operating_model::OperatingModel;
use serde::{Deserialize, Serialize};
use store::{CommitError, Guard, Put, Store, Transaction, Versioned};

use crate::tick::{Publisher, deadline, send};

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
/// so that a due time which moves to an earlier instant is not found out at the later one. What has
/// been sent is then recorded, guarded by the record's version; a sweep that dies is done again,
/// and a clock that is looked at twice does not move twice.
///
/// The same calendars cost one read. A process with an older model leaves the record alone.
///
/// # Errors
/// If the table or the bus does not answer; the tick is then delivered again.
pub async fn sweep<S: Store, P: Publisher>(
    store: &S,
    bus: &P,
    tick: &Event,
    model: &OperatingModel,
    at: Timestamp,
) -> Result<(), Failure> {
    let key = Key {
        pk: "S#clocks".to_owned(),
        sk: "sweep".to_owned(),
    };
    let calendars = print_of(model)?;
    let before = store.get(std::slice::from_ref(&key)).await?;
    let before = before.into_iter().next().flatten();
    let before = before.map(Versioned::<Swept>::read).transpose()?;
    if let Some(before) = &before
        && (before.state.calendars == calendars || before.state.revision > model.revision.number)
    {
        return Ok(());
    }
    // Calendars that come back are another reason to look.
    let revision = format!("{} {}", model.revision.number, model.revision.hash);
    for shard in 0..SHARDS {
        let shard = format!("due#{shard}");
        let all = store.due(&shard, Timestamp::MAX, usize::MAX).await?;
        let events: Vec<Event> = all
            .into_iter()
            // What is due already has just been sent.
            .filter(|item| item.key.sk == "clocks" && item.due > at)
            .filter_map(|item| deadline(item, tick, &model.revision, at, &[&calendars, &revision]))
            .collect();
        send(bus, &events).await?;
    }
    let swept = Swept {
        calendars,
        revision: model.revision.number,
        at,
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

fn print_of(model: &OperatingModel) -> Result<String, Failure> {
    let specs: Vec<_> = model
        .calendars
        .iter()
        .map(|(name, calendar)| (name, &calendar.spec))
        .collect();
    let text = serde_json::to_string(&specs).map_err(|why| Failure::Final(why.to_string()))?;
    Ok(EventId::of(&["calendars", &text]).as_str().to_owned())
}
