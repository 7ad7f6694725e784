use contracts::{
    Key, SHARDS,
    state::{CountedState, counted_shard},
};
use crm::RecordId;
use decisions::{
    links::may_see,
    metrics::answered,
    shown::{capital, metric_label, name_of},
};
use engine::read_routed;
use maud::{Markup, html};
use model::Metric;
use store::{Store, StoreError, Versioned};

use super::{name::Name, not_shown::NotShown, open, reader::Reader};
use crate::address::{encoded, value_of};

/// The most records of one page.
const MOST_SHOWN: usize = 100;

/// The most of all that is counted that are looked through for a page; from there one goes on.
const LOOKED_THROUGH: usize = 2_000;

/// How many are read at a time.
const AT_ONCE: usize = 500;

/// What was found of one page, and from where the next one goes on.
struct Found {
    records: Vec<RecordId>,
    looked: usize,
    next: Option<(u8, RecordId)>,
}

/// The records behind a number: those of which its condition holds, does not hold, or cannot be known.
pub(super) async fn content<S: Store>(
    reader: &Reader<'_, S>,
    (name, metric): (&str, &Metric),
    query: &str,
) -> Result<(String, Markup), NotShown> {
    let is = value_of(query, "is").and_then(|it| it.chars().next());
    let is = is.filter(|it| "ynua".contains(*it)).unwrap_or('n');
    let found = find(reader.store, name, is, from(query)).await?;
    let shown = found.records.iter().cloned().collect();
    let read = read_routed(reader.store, &shown).await?;
    let owner = |record: &crm::Record, routing| decisions::owner_of(record, routing).cloned();
    let rows = read.iter().filter_map(|(record, routing)| {
        let owner = owner(record, routing.as_ref());
        may_see(reader.rules, reader.person, owner.as_ref()).then_some((record, owner))
    });
    let rows: Vec<_> = rows.collect();
    let hidden = read.len().saturating_sub(rows.len());
    let content = html! {
        p { a href=(Name::Numbers.path()) { "All numbers" } }
        @if let Some(what) = &metric.definition { p { (what) } }
        p { (heading(is)) ", as it was counted last. Of each, Why? says how it stands." }
        @if rows.is_empty() { p { "None among the " (found.looked) " records that were looked through." } }
        ul.rows {
            @for (record, owner) in &rows {
                li {
                    (open::named(reader, &record.id, Some(record)))
                    div.small { @if let Some(owner) = owner { (name_of(&reader.rules.model, owner)) } @else { "nobody's" } }
                }
            }
        }
        @if hidden > 0 { p { (hidden) " more are not yours to see." } }
        @if let Some((shard, after)) = &found.next {
            p {
                a href={ (Name::Numbers.path()) "?of=" (name) "&is=" (is) "&from=" (shard) "." (encoded(&after.to_string())) } {
                    "Look further"
                }
                ": " (found.looked) " records were looked through for this page."
            }
        }
    };
    Ok((capital(&metric_label(&reader.rules.model, name)), content))
}

const fn heading(is: char) -> &'static str {
    match is {
        'y' => "Records of which it is so",
        'u' => "Records of which it is not known",
        'a' => "The records that it counts",
        _ => "Records of which it is not so",
    }
}

/// From where it is to be looked: the shard, and the record behind which.
fn from(query: &str) -> Option<(u8, RecordId)> {
    let from = value_of(query, "from")?;
    let (shard, after) = from.split_once('.')?;
    let shard = shard.parse().ok().filter(|it| *it < SHARDS)?;
    Some((shard, after.parse().ok()?))
}

async fn find<S: Store>(
    store: &S,
    name: &str,
    is: char,
    from: Option<(u8, RecordId)>,
) -> Result<Found, StoreError> {
    let mut found = Found {
        records: Vec::new(),
        looked: 0,
        next: None,
    };
    let (first, mut after) = from.map_or((0, None), |(shard, record)| (shard, Some(record)));
    for shard in first..SHARDS {
        let of = counted_shard(shard);
        loop {
            let behind = after.as_ref().map(Key::counted);
            let some = store.some_of_person(&of, behind.as_ref(), AT_ONCE).await?;
            let last = some.len() < AT_ONCE;
            for item in some {
                let Some(record) = item.key.counted_record() else {
                    continue;
                };
                let state = Versioned::<CountedState>::read(item)?.state;
                found.looked += 1;
                after = Some(record.clone());
                let counts = state.metrics.get(name).map(|it| &it.counts);
                let fits = counts.is_some_and(|it| is == 'a' || answered(it) == Some(is));
                if fits {
                    found.records.push(record);
                }
                if found.records.len() >= MOST_SHOWN || found.looked >= LOOKED_THROUGH {
                    found.next = after.map(|after| (shard, after));
                    return Ok(found);
                }
            }
            if last {
                break;
            }
        }
        after = None;
    }
    Ok(found)
}
