use std::collections::BTreeSet;

use contracts::{ApprovalSettled, EventData, Notice};
use crm::{PersonId, Record};

use crate::rules::Rules;

/// What follows once it is settled: whoever owns the record hears of it, and these.
pub(super) fn settled<'a>(
    rules: &Rules,
    record: &'a Record,
    (it, given): (ApprovalSettled, bool),
    others: impl Iterator<Item = &'a PersonId>,
) -> Vec<EventData> {
    let notice = Notice::ApprovalAnswered {
        approval: it.approval.clone(),
        by: it.by.clone(),
        given,
        reason: it.reason.clone(),
    };
    let event = match given {
        true => EventData::ApprovalGiven(it),
        false => EventData::ApprovalRefused(it),
    };
    let people: BTreeSet<&PersonId> = record.owner().into_iter().chain(others).collect();
    let known = people.into_iter();
    let known = known.filter(|it| rules.model.people.contains_key(*it));
    let told = known.map(|to| EventData::NoticeRequested {
        to: to.clone(),
        notice: notice.clone(),
    });
    std::iter::once(event).chain(told).collect()
}
