use std::collections::BTreeMap;

use contracts::{Key, state::RoutingState};
use crm::{Record, RecordId, RecordName};
use decisions::{
    shown::{capital, moment, name_of, pool_label, queue_label, spoken},
    taking::may_take,
};
use engine::{Routed, read_routed, waiting_in_indexes};
use maud::{Markup, html};
use model::Destination;
use store::{Store, StoreError, Versioned};

use super::{
    name::Name,
    not_shown::NotShown,
    open,
    reader::{MOST_LINES, Reader},
};

/// The most of what waits of each part of the index that is looked through.
const LOOKED_THROUGH: usize = 2_000;

/// What is in the queues, what ends first coming first; whoever is of a queue's team can take it.
pub(super) async fn content<S: Store>(
    reader: &Reader<'_, S>,
) -> Result<(String, Markup), NotShown> {
    let (records, all) = waiting_in_indexes(reader.store, LOOKED_THROUGH).await?;
    let shown = records.iter().take(MOST_LINES).cloned().collect();
    let waiting = read_routed(reader.store, &shown).await?;
    let mut queues: BTreeMap<&str, Vec<&Routed>> = BTreeMap::new();
    for it in &waiting {
        let waits = it.1.as_ref().and_then(|routing| routing.waits.as_ref());
        if let Some(queue) = waits.and_then(|waits| waits.queue.as_deref()) {
            queues.entry(queue).or_default().push(it);
        }
    }
    for records in queues.values_mut() {
        records.sort_by_key(|it| (until(it), it.0.id.clone()));
    }
    let content = html! {
        @if reader.rules.model.queues.is_empty() { p { "The model has no queue." } }
        @for name in reader.rules.model.queues.keys() {
            (one(reader, name, queues.get(name.as_str()).map_or(&[], Vec::as_slice)))
        }
        @if !all || records.len() > shown.len() {
            p { "There are more than this page looks through; " code { "fairlead queues" } " shows all." }
        }
    };
    Ok(("Queues".to_owned(), content))
}

fn until(routed: &Routed) -> Option<jiff::Timestamp> {
    Some(routed.1.as_ref()?.waits.as_ref()?.until)
}

/// A queue. Whoever is not of its team sees how much is in it, and not what.
fn one<S>(reader: &Reader<'_, S>, name: &str, records: &[&Routed]) -> Markup {
    let model = &reader.rules.model;
    let Some(queue) = model.queues.get(name) else {
        return Markup::default();
    };
    let then = match &queue.finally {
        Destination::Person(person) => name_of(model, person),
        Destination::Pool(pool) => pool_label(model, pool),
        _ => "nobody".to_owned(),
    };
    let own = model
        .people
        .get(reader.person)
        .and_then(|it| it.team.as_ref());
    let theirs = own == Some(&queue.team);
    let (mut rows, mut bytes) = (Vec::new(), 0);
    for (record, routing) in records {
        let Some(routing) = routing.as_ref().filter(|_| theirs) else {
            break;
        };
        let row = row(reader, record, routing);
        bytes += row.0.len();
        if bytes > open::LONGEST / model.queues.len().max(1) {
            break;
        }
        rows.push(row);
    }
    html! {
        h2 { (capital(&queue_label(model, name))) ": " (records.len()) }
        p { "For " (spoken(&queue.team)) "; what nobody takes goes to " (then) "." }
        @if theirs && !rows.is_empty() {
            ul.rows { @for row in &rows { (row) } }
            (open::rest(records.len() - rows.len()))
        }
    }
}

fn row<S>(reader: &Reader<'_, S>, record: &Record, routing: &RoutingState) -> Markup {
    let zone = reader.rules.zone_of(reader.person);
    let until = routing.waits.as_ref().map(|waits| waits.until);
    html! {
        li {
            (open::named(reader, &record.id, Some(record)))
            div {
                "Since " (moment(routing.at, zone))
                @if let Some(until) = until { ", until " (moment(until, zone)) }
                form method="post" action=(Name::Queues.path()) {
                    input type="hidden" name="token" value=(reader.token);
                    input type="hidden" name="record" value=(reader.rules.model.name_of(&record.id));
                    button type="submit" { "Take" }
                }
            }
        }
    }
}

/// The record of a form that the reader may take, and its queue.
pub(crate) async fn taken<S: Store>(
    reader: &Reader<'_, S>,
    name: Option<&str>,
) -> Result<(RecordId, String), NotShown> {
    let model = &reader.rules.model;
    let name: RecordName = name.and_then(|it| it.parse().ok()).ok_or(NotShown::Form)?;
    let record = model.record_named(&name).map_err(|_| NotShown::Form)?;
    let routing = routing_of(reader.store, &record).await?;
    let queue = may_take(model, &record, routing.as_ref(), reader.person);
    let queue = queue.map_err(NotShown::NotTaken)?;
    Ok((record, queue))
}

async fn routing_of<S: Store>(
    store: &S,
    record: &RecordId,
) -> Result<Option<RoutingState>, StoreError> {
    let item = store
        .get(&[Key::routing(record)])
        .await?
        .into_iter()
        .flatten()
        .next();
    let read = item.map(Versioned::<RoutingState>::read).transpose()?;
    Ok(read.map(|it| it.state))
}

/// What is said once somebody has taken a record.
pub(crate) fn asked<S>(reader: &Reader<'_, S>, record: &RecordId) -> Markup {
    html! {
        p {
            "You are to be the owner of " (open::named(reader, record, None)) " in the CRM. It is yours once it is seen \
             there, within seconds, unless somebody was faster."
        }
        p { a href=(Name::Queues.path()) { "Back to the queues" } }
    }
}
