//! Who is told whose a record is hears of it once the CRM has taken that, and only if it is so still.

use std::time::Duration;

use contracts::{
    Event, EventData, Key,
    state::{EffectState, EffectStatus, RoutingState},
};
use crm::PersonId;
use engine::{Clock, Failure, REMEMBER, Table};
use jiff::Timestamp;
use model::OperatingModel;
use store::{Store, Versioned};

/// When a write that was asked for in the same decision is looked for again: most take less.
const ENDS_SOON: Duration = Duration::from_secs(2);

/// Whether what an event tells is so.
pub(crate) enum Taken {
    /// It is, since this instant: from here on it is news.
    Since(Timestamp),
    /// It is not, and this is why.
    Not(String),
}

/// Whether what an event tells of whose a record is has come about.
///
/// # Errors
/// It waits as long as the write into the CRM has not ended; or the table does not answer.
pub(crate) async fn taken<S: Store, C: Clock>(
    table: &Table<S, C>,
    model: &OperatingModel,
    event: &Event,
    now: Timestamp,
) -> Result<Taken, Failure> {
    let (Some(whose), Some(record)) = (event.data.tells_whose(), &event.record) else {
        return Ok(Taken::Since(event.time));
    };
    let source = model.sources.get(&record.source);
    // Where the model lets no owner be written, it is so as soon as it is decided.
    let write = event.after.as_ref();
    let write = write.filter(|_| source.is_none_or(|source| source.write.owner));
    let mut keys = vec![Key::routing(record)];
    keys.extend(write.map(Key::effect));
    let mut found = table.store.get(&keys).await?.into_iter();
    let routing = found.next().flatten();
    let routing = routing.map(Versioned::<RoutingState>::read).transpose()?;
    let ended = found.next().flatten();
    let ended = ended.map(Versioned::<EffectState>::read).transpose()?;
    let ended = ended.map(|ended| ended.state);
    let since = match (write, ended) {
        (None, _) => event.time,
        (Some(_), Some(ended)) if ended.status == EffectStatus::Done => ended.at.max(event.time),
        (Some(_), Some(ended)) if ended.status != EffectStatus::Claimed => {
            let why = ended.result;
            return Ok(Taken::Not(format!("it did not become {whose}'s: {why}")));
        }
        (Some(_), _) => return not_yet(event, whose, now),
    };
    let routing = routing.map(|routing| routing.state);
    // Whom the CRM had refused, and has taken since somebody asked for that again: our books follow in a moment.
    let taken_after_all = |it: &RoutingState| it.owner.is_none() && it.refused.contains(whose);
    let routing = routing.filter(|it| !(write.is_some() && taken_after_all(it)));
    Ok(match routing.map(|it| it.owner) {
        Some(owner) if is_theirs(event, whose) && owner.as_ref() != Some(whose) => {
            let owner = owner.as_ref().map_or("nobody", PersonId::as_str);
            Taken::Not(format!("it is {owner}'s by now, and not {whose}'s"))
        }
        _ => Taken::Since(since),
    })
}

/// Whether it tells somebody that it is theirs.
fn is_theirs(event: &Event, whose: &PersonId) -> bool {
    matches!(&event.data, EventData::NoticeRequested { to, .. } if to == whose)
}

/// The write has not ended.
fn not_yet(event: &Event, whose: &PersonId, now: Timestamp) -> Result<Taken, Failure> {
    if now.duration_since(event.time) > REMEMBER {
        let why = format!("nothing is known any more of whether it became {whose}'s");
        return Ok(Taken::Not(why));
    }
    let why = format!("the CRM has not taken {whose} as the owner yet");
    Err(Failure::waits(why, ENDS_SOON))
}
