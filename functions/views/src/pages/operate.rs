use std::collections::BTreeMap;

use contracts::{
    Key,
    state::{BREAKERS, BreakerState, HeardState, Hold, held_of},
};
use crm::PersonId;
use decisions::{
    Rules,
    digests::operators,
    shown::{moment, name_of, queue_label},
};
use engine::{Routed, exceptions_in, read_routed, refused_effects, waiting_in_indexes};
use maud::{Markup, html};
use store::{Store, StoreError, Versioned};

use super::{name::Name, not_shown::NotShown, open, reader::Reader};

/// The most lines of one part.
const MOST_LINES: usize = 100;

/// Of how many people whose moves are held the page leads to where that is answered: each is a query.
const MOST_ANSWERED: usize = 20;

/// The most of what waits of each part of the index that is looked through.
const LOOKED_THROUGH: usize = 500;

/// Whether somebody sees to what no seller can: whoever gets a digest that shows everything.
pub(super) fn may(rules: &Rules, person: &PersonId) -> bool {
    operators(rules).contains(person)
}

/// What an operator looks at, as far as the table tells it.
pub(super) async fn content<S: Store>(
    reader: &Reader<'_, S>,
) -> Result<(String, Markup), NotShown> {
    if !may(reader.rules, reader.person) {
        return Err(NotShown::NotTheirs(
            "it is for whoever gets a digest that shows everything",
        ));
    }
    let content = html! {
        (tick(reader).await?)
        (waiting(reader).await?)
        (refused(reader).await?)
        (held(reader).await?)
        (excused(reader).await?)
        p.small {
            "Queues, dead letters, quarantine and speed are not asked here: " code { "fairlead status" } " and "
            code { "fairlead failures" } " do."
        }
    };
    Ok(("Operation".to_owned(), content))
}

async fn tick<S: Store>(reader: &Reader<'_, S>) -> Result<Markup, StoreError> {
    let found = reader
        .store
        .get(&[Key::heard()])
        .await?
        .into_iter()
        .flatten()
        .next();
    let heard = found
        .map(Versioned::<HeardState>::read)
        .transpose()?
        .map(|it| it.state);
    let zone = reader.rules.zone_of(reader.person);
    Ok(html! {
        @match heard {
            None => p.bad { "The minute's tick was never heard: nothing falls due." },
            Some(heard) => {
                @let age = reader.now.duration_since(heard.at).as_secs();
                p class=[(age > 180).then_some("bad")] {
                    "The minute's tick was heard " (moment(heard.at, zone)) ", " (age) " seconds ago."
                }
            }
        }
    })
}

/// Records that wait for facts: what cannot be judged.
async fn waiting<S: Store>(reader: &Reader<'_, S>) -> Result<Markup, StoreError> {
    let (records, all) = waiting_in_indexes(reader.store, LOOKED_THROUGH).await?;
    let shown = records.iter().take(MOST_LINES).cloned().collect();
    let read = read_routed(reader.store, &shown).await?;
    let zone = reader.rules.zone_of(reader.person);
    let least = if all { "" } else { "at least " };
    Ok(html! {
        h2 { "Waiting: " (least) (records.len()) }
        ul.rows {
            @for (record, waits) in read.iter().filter_map(waits_of) {
                li {
                    (open::named(reader, &record.id, Some(record)))
                    div {
                        @if let Some(queue) = &waits.queue { "In the queue " (queue_label(&reader.rules.model, queue)) }
                        @else if let Some(person) = &waits.person { "For " (name_of(&reader.rules.model, person)) }
                        @else {
                            @let facts: Vec<String> = waits.facts.iter().map(ToString::to_string).collect();
                            "Cannot be judged without " (facts.join(", "))
                        }
                        ", until " (moment(waits.until, zone))
                    }
                }
            }
        }
        (open::rest(records.len().saturating_sub(shown.len())))
    })
}

fn waits_of(routed: &Routed) -> Option<(&crm::Record, &contracts::state::Waits)> {
    Some((&routed.0, routed.1.as_ref()?.waits.as_ref()?))
}

/// What the world outside has refused.
async fn refused<S: Store>(reader: &Reader<'_, S>) -> Result<Markup, StoreError> {
    let refused = refused_effects(reader.store).await?;
    let zone = reader.rules.zone_of(reader.person);
    Ok(html! {
        h2 { "Refused by the CRM or by mail: " (refused.len()) }
        ul.rows {
            @for (event, state) in refused.iter().take(MOST_LINES) {
                li {
                    @match &event.record {
                        Some(record) => (open::named(reader, record, None)),
                        None => div { (event.name()) },
                    }
                    div { (moment(state.at, zone)) ": " (state.result) }
                }
            }
        }
        (open::rest(refused.len().saturating_sub(MOST_LINES)))
    })
}

/// Whose moves are held and wait for an answer.
async fn held<S: Store>(reader: &Reader<'_, S>) -> Result<Markup, StoreError> {
    let mut held = Vec::new();
    for item in reader.store.of_person(BREAKERS).await? {
        let Some(person) = item.key.breaker_of() else {
            continue;
        };
        let hold = Versioned::<BreakerState>::read(item)?.state.hold;
        let waits = hold.filter(|it| it.answer.is_none() || it.again);
        held.extend(waits.map(|hold| (person, Hold::left(&hold))));
    }
    let model = &reader.rules.model;
    let mut answered_at = BTreeMap::new();
    for (person, _) in held.iter().take(MOST_ANSWERED) {
        let of = held_of(person);
        let one = reader.store.some_of_person(&of, None, 1).await?;
        let record = one.into_iter().find_map(|it| it.key.record_id());
        answered_at.extend(record.map(|record| (person, record)));
    }
    Ok(html! {
        @if !held.is_empty() {
            h2 { "Moves that are held: " (held.len()) }
            ul { @for (person, left) in held.iter().take(MOST_LINES) {
                li {
                    (name_of(model, person)) ": " (left)
                    @if let Some(record) = answered_at.get(person) {
                        " \u{b7} " a href=(open::about(model, Name::Answer, record)) { "Answer" }
                    }
                }
            } }
        }
    })
}

async fn excused<S: Store>(reader: &Reader<'_, S>) -> Result<Markup, StoreError> {
    let all = exceptions_in(reader.store).await?;
    let model = &reader.rules.model;
    let zone = reader.rules.zone_of(reader.person);
    let each = all
        .iter()
        .flat_map(|(record, state)| state.granted.values().map(move |it| (record, it)));
    let each: Vec<_> = each.filter(|(_, it)| it.counts(reader.now)).collect();
    Ok(html! {
        h2 { "Exceptions: " (each.len()) }
        ul.rows {
            @for (record, it) in each.iter().take(MOST_LINES) {
                li {
                    (open::named(reader, record, None))
                    div {
                        "By " (name_of(model, &it.by)) ", until " (moment(it.until, zone))
                        @if let Some(reason) = &it.reason { ": " (reason) }
                    }
                }
            }
        }
        (open::rest(each.len().saturating_sub(MOST_LINES)))
    })
}
