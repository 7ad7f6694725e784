use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Key,
    state::{DriftState, HeardState, ReviewState, UnjudgedState},
};
use crm::{PersonId, RecordId};
use decisions::{
    deviations::asks_for_criteria,
    digests::overseers,
    reviews::changes,
    shown::{capital, excused_from, moment, name_of, spoken},
};
use engine::{OpenWork, exceptions_in, refused_effects};
use jiff::Timestamp;
use maud::{Markup, html};
use model::AgendaItem;
use store::{ItemState, Store, StoreError, Versioned};

use super::{not_shown::NotShown, open, reader::Reader};

/// The most lines of one part.
const MOST_LINES: usize = 100;

/// The most people whose records are looked at for what came past a gate: each is a query.
const MOST_PEOPLE: usize = 60;

/// Whether somebody sees what is the whole company's.
pub(super) fn may(reader: &Reader<'_, impl Sized>) -> bool {
    overseers(reader.rules).contains(reader.person)
}

/// What somebody looks at who asks whether the model is kept: what it defines otherwise than before, who is excused from
/// it, what came past it, and where the systems around it fail it or are no longer as it says.
pub(super) async fn content<S: Store>(
    reader: &Reader<'_, S>,
) -> Result<(String, Markup), NotShown> {
    if !may(reader) {
        return Err(NotShown::NotTheirs(
            "it is for whoever gets a digest of the whole company",
        ));
    }
    let content = html! {
        (definitions(reader).await?)
        (excused(reader).await?)
        (bypasses(reader).await?)
        (failures(reader).await?)
        (drift(reader).await?)
        p.small {
            "What was decided about a record, and by which revision of the model, stands behind its Why? Messages that were \
             given up and webhooks that were not understood are not asked here: " code { "fairlead failures" } " lists them."
        }
    };
    Ok(("Audit".to_owned(), content))
}

/// The one item of the company under a key.
async fn one<T: ItemState>(store: &impl Store, key: Key) -> Result<Option<T>, StoreError> {
    let found = store.get(&[key]).await?.into_iter().flatten().next();
    Ok(found
        .map(Versioned::<T>::read)
        .transpose()?
        .map(|it| it.state))
}

fn at<S>(reader: &Reader<'_, S>, at: Timestamp) -> String {
    moment(at, reader.rules.zone_of(reader.person))
}

/// Which model is in force, and what it defines otherwise than when a pack last went out for a review of changes.
async fn definitions<S: Store>(reader: &Reader<'_, S>) -> Result<Markup, StoreError> {
    let model = &reader.rules.model;
    let heard: Option<HeardState> = one(reader.store, Key::heard()).await?;
    let mut since = Vec::new();
    for (name, review) in &model.reviews {
        if !review.agenda.contains(&AgendaItem::Changes) {
            continue;
        }
        let sent: Option<ReviewState> = one(reader.store, Key::review(name)).await?;
        let Some(stood) = sent.map(|it| it.stood) else {
            continue;
        };
        let found = changes(model, Some(&stood));
        since.extend(found.map(|found| (name, stood.told.at, found)));
    }
    Ok(html! {
        h2 { "What the model defines" }
        p {
            "Revision " (model.revision) " is in force here"
            @if let Some(heard) = &heard {
                @if heard.revision == model.revision { ", and was when the minute's tick was heard on " (at(reader, heard.at)) }
                @else { span.bad { "; the minute's tick was heard by revision " (heard.revision) " on " (at(reader, heard.at)) } }
            }
            ". Who changed a definition, and why, Git tells."
        }
        @if since.is_empty() {
            p { "No pack of a review that looks at changes has gone out, so there is nothing to compare it with." }
        }
        @for (review, told, found) in &since {
            p {
                "Since the pack of " (spoken(review)) " on " (at(reader, *told)) ": "
                @match found.len() { 0 => "nothing is defined otherwise.", 1 => "one definition is another.", many => { (many) " definitions are others." } }
            }
            @if !found.is_empty() {
                ul { @for change in found.iter().take(MOST_LINES) { li { code { (change) } } } }
                (open::rest(found.len().saturating_sub(MOST_LINES)))
            }
        }
    })
}

/// The exceptions in force: from what, by whom, why and until when.
async fn excused<S: Store>(reader: &Reader<'_, S>) -> Result<Markup, StoreError> {
    let model = &reader.rules.model;
    let all = exceptions_in(reader.store).await?;
    let each = all
        .iter()
        .flat_map(|(record, state)| state.granted.values().map(move |it| (record, it)));
    let mut each: Vec<_> = each.filter(|(_, it)| it.counts(reader.now)).collect();
    each.sort_by_key(|(record, it)| (it.until, (*record).clone()));
    let shown = each.iter().take(MOST_LINES);
    let copies = open::copies(reader.store, shown.clone().map(|(record, _)| *record)).await?;
    Ok(html! {
        h2 { "Exceptions in force: " (each.len()) }
        ul.rows {
            @for (record, it) in shown {
                li {
                    (open::named(reader, record, copies.get(*record)))
                    div {
                        "From " (it.of().map(|of| excused_from(model, record.kind, of)).collect::<Vec<_>>().join(", "))
                        ", until " (at(reader, it.until)) "."
                        div.small {
                            "By " (name_of(model, &it.by)) ", " (at(reader, it.from)) ". "
                            @match &it.reason { Some(reason) => { "Why: " (reason) }, None => "No reason was given." }
                        }
                    }
                }
            }
        }
        (open::rest(each.len().saturating_sub(MOST_LINES)))
    })
}

/// Records that stand at a stage whose criteria they do not meet: who moved them there, the reasons of each say.
async fn bypasses<S: Store>(reader: &Reader<'_, S>) -> Result<Markup, StoreError> {
    let model = &reader.rules.model;
    let rules: BTreeSet<&String> = model
        .deviations
        .iter()
        .filter(|(_, rule)| asks_for_criteria(model, rule))
        .map(|(name, _)| name)
        .collect();
    let most = if rules.is_empty() { 0 } else { MOST_PEOPLE };
    let people: BTreeSet<PersonId> = model.people.keys().take(most).cloned().collect();
    let work = OpenWork::of(reader.store, &people).await?;
    let mut found: Vec<(Timestamp, &RecordId, &PersonId)> = Vec::new();
    for (record, (owner, state)) in &work.deviations {
        let open = state.open.iter().filter(|(name, _)| rules.contains(name));
        let since = open.map(|(_, it)| it.since).min();
        found.extend(since.map(|since| (since, record, owner)));
    }
    found.sort();
    let shown = found.iter().take(MOST_LINES);
    let copies = open::copies(reader.store, shown.clone().map(|it| it.1)).await?;
    Ok(html! {
        h2 { "At a stage without what it needs: " (found.len()) }
        @if rules.is_empty() {
            p { "No deviation of the model asks whether the criteria of stages are met, so nothing watches over it." }
        }
        ul.rows {
            @for (since, record, owner) in shown {
                li {
                    (open::named(reader, record, copies.get(*record)))
                    div { "Since " (at(reader, *since)) ". " (name_of(model, owner)) " owns it." }
                }
            }
        }
        (open::rest(found.len().saturating_sub(MOST_LINES)))
        @if model.people.len() > MOST_PEOPLE && !rules.is_empty() {
            p { "Only the records of the first " (MOST_PEOPLE) " people were looked at; the digest of the company has all." }
        }
    })
}

/// What the CRM or the mail has refused, by what was asked of it.
async fn failures<S: Store>(reader: &Reader<'_, S>) -> Result<Markup, StoreError> {
    let refused = refused_effects(reader.store).await?;
    let mut counts: BTreeMap<&str, (usize, Option<Timestamp>)> = BTreeMap::new();
    for (event, state) in &refused {
        let count = counts.entry(event.name()).or_default();
        count.0 += 1;
        count.1 = count.1.max(Some(state.at));
    }
    Ok(html! {
        h2 { "Refused by the CRM or by mail: " (refused.len()) }
        @if refused.is_empty() { p { "Nothing that nobody has dealt with." } }
        ul {
            @for (what, (count, last)) in &counts {
                li {
                    (capital(&what.replace('.', " "))) ": " (count)
                    @if let Some(last) = last { ", the last on " (at(reader, *last)) }
                }
            }
        }
    })
}

/// In what the CRM is no longer as the model says.
async fn drift<S: Store>(reader: &Reader<'_, S>) -> Result<Markup, StoreError> {
    let found: DriftState = one(reader.store, Key::drift()).await?.unwrap_or_default();
    let strange: UnjudgedState = one(reader.store, Key::unjudged())
        .await?
        .unwrap_or_default();
    let all = found.found.len() + strange.told.len();
    Ok(html! {
        h2 { "Where the CRM is not as the model says: " (all) }
        @if all == 0 { p { "Nowhere that was seen." } }
        ul.rows {
            @for (what, it) in found.found.iter().take(MOST_LINES) {
                li {
                    div { strong { (what) } div.small { "Since " (at(reader, it.at)) ", first in " (it.record.kind) " " (it.record.id) } }
                    div { (capital(&it.said)) "." @if !it.follows.is_empty() { div.small { (capital(&it.follows)) "." } } }
                }
            }
            @for (what, told) in strange.told.iter().take(MOST_LINES) {
                li { div { strong { (what) } } div { "The model does not know it. The operators were told on " (at(reader, *told)) "." } }
            }
        }
        (open::rest(found.found.len().saturating_sub(MOST_LINES) + strange.told.len().saturating_sub(MOST_LINES)))
    })
}
