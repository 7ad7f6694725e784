use contracts::{ApprovalSettled, EventData, Notice};
use crm::Record;

use crate::rules::Rules;

/// What follows once it is settled: whoever owns the record hears of it.
pub(super) fn settled(
    rules: &Rules,
    record: &Record,
    it: ApprovalSettled,
    given: bool,
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
    let owner = record.owner();
    let owner = owner.filter(|it| rules.model.people.contains_key(*it));
    let told = owner.map(|owner| EventData::NoticeRequested {
        to: owner.clone(),
        notice,
    });
    std::iter::once(event).chain(told).collect()
}
