use crm::{ObjectMapping, RecordId};
use engine::{CrmError, Listed, ListedPage, Listing, Reading};
use jiff::SignedDuration;

use crate::{
    fault::FaultKind,
    planted::Planted,
    portal::Held,
    world::{Inside, after},
};

/// How many records stand on a page: few, so that a short story has several.
const PAGE: usize = 3;

/// A record, unless the CRM does not show it yet.
pub(super) fn seen<'a>(inside: &'a Inside, id: &RecordId) -> Option<&'a Held> {
    let held = inside.portal.find(id)?;
    let unseen = inside.rate(|kind| match kind {
        FaultKind::Unseen { seconds } => Some(*seconds),
        _ => None,
    });
    let shown = after(held.created, SignedDuration::from_secs(unseen.into()));
    (unseen == 0 || shown <= inside.now).then_some(held)
}

/// A page of the records of a kind that are wanted, by their ids.
pub(super) fn listed(
    inside: &Inside,
    mapping: &ObjectMapping,
    (listing, wanted): (Listing, &dyn Fn(&Held) -> bool),
    after: Option<&str>,
) -> Result<ListedPage, CrmError> {
    let all = inside.portal.records().iter();
    let mut rest = all.filter(|(id, held)| {
        let of_kind = id.source == mapping.source && id.kind == mapping.kind;
        let shown = held.deleted || seen(inside, id).is_some();
        of_kind && shown && wanted(held) && after.is_none_or(|after| id.id.as_str() > after)
    });
    let mut page = ListedPage::default();
    for (id, held) in rest.by_ref().take(PAGE) {
        let reading = (listing == Listing::Whole).then(|| Reading::Record {
            record: Box::new(held.record(id.clone(), mapping)),
            unreadable: Vec::new(),
        });
        let account = held.account.as_ref();
        let account = account.filter(|account| inside.portal.find(account).is_some());
        page.records.push(Listed {
            id: id.id.clone(),
            modified: held.modified,
            reading,
            accounts: Some(account.map(|it| it.id.clone()).into_iter().collect()),
        });
    }
    let last = page.records.last().map(|it| it.id.clone());
    page.next = last.filter(|_| rest.next().is_some());
    if inside.planted == Some(Planted::PageSkipped) && after.is_some() {
        page.records.clear();
    }
    Ok(page)
}
