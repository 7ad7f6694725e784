use std::collections::BTreeSet;

use contracts::state::{APPROVALS, ApprovalsState};
use crm::RecordId;
use decisions::shown::{approval_label, capital, moment};
use maud::{Markup, html};
use store::{Store, Versioned};

use super::{
    handed,
    not_shown::NotShown,
    open,
    reader::{MOST_LINES, Reader},
};

/// What is the reader's to do.
pub(super) async fn content<S: Store>(
    reader: &Reader<'_, S>,
) -> Result<(String, Markup), NotShown> {
    let me = BTreeSet::from([reader.person.clone()]);
    let sections = open::of(reader, &me).await?;
    let asked = asked(reader).await?;
    let content = html! {
        @if !asked.is_empty() {
            h2 { "You are asked to approve: " (asked.len()) }
            (approvals(reader, &asked).await?)
        }
        (handed::markup(reader).await?)
        (open::markup(reader, &sections, false).await?)
    };
    Ok(("What is yours to do".to_owned(), content))
}

/// What waits for the reader's approval, what waits longest first: the record, the approval, since when, until when.
async fn asked<S: Store>(reader: &Reader<'_, S>) -> Result<Vec<Asked>, NotShown> {
    let mut found = Vec::new();
    for item in reader.store.of_person(APPROVALS).await? {
        let record = item
            .key
            .record_id()
            .filter(|_| item.key.holds::<ApprovalsState>());
        let Some(record) = record else { continue };
        let state = Versioned::<ApprovalsState>::read(item)?.state;
        let theirs = state.asked.into_iter();
        let theirs = theirs.filter(|(_, it)| it.is_pending() && it.of.contains(reader.person));
        found.extend(theirs.map(|(name, it)| Asked {
            record: record.clone(),
            name,
            since: it.since,
            due: it.due,
        }));
    }
    found.sort_by(|a, b| (a.since, &a.record).cmp(&(b.since, &b.record)));
    Ok(found)
}

struct Asked {
    record: RecordId,
    name: String,
    since: jiff::Timestamp,
    due: Option<jiff::Timestamp>,
}

async fn approvals<S: Store>(reader: &Reader<'_, S>, asked: &[Asked]) -> Result<Markup, NotShown> {
    let shown = asked.iter().take(MOST_LINES / 5);
    let copies = open::copies(reader.store, shown.clone().map(|it| &it.record)).await?;
    let zone = reader.rules.zone_of(reader.person);
    Ok(html! {
        ul.rows {
            @for it in shown.clone() {
                li {
                    (open::answerable(reader, &it.record, copies.get(&it.record)))
                    div {
                        (capital(&approval_label(&reader.rules.model, &it.name))) ", asked " (moment(it.since, zone))
                        @if let Some(due) = it.due { ", until " (moment(due, zone)) }
                    }
                }
            }
        }
        (open::rest(asked.len().saturating_sub(shown.len())))
    })
}
