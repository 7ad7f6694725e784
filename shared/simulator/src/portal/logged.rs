//! What people log with a record of the simulated CRM.

use crm::{ActivityKind, Contacted, PersonId, RecordId, Value};
use jiff::Timestamp;

use super::{Held, Portal};

impl Portal {
    pub(crate) fn contacted(
        &mut self,
        record: &RecordId,
        (by, kind): (Option<&PersonId>, Option<ActivityKind>),
        now: Timestamp,
    ) {
        self.touch(record, now, |held| {
            let owner = || held.fields.get("owner").and_then(Value::person);
            let by = by.or_else(owner).cloned();
            let contact = Contacted { at: now, by };
            if let Some(kind) = kind {
                held.activities
                    .entry(kind)
                    .or_default()
                    .insert(0, contact.clone());
            }
            held.last_contact = Some(contact);
        });
    }
}

impl Held {
    /// What was logged of a kind, newest first; whatever was logged, if kinds are taken for others.
    pub(crate) fn logged(&self, kind: ActivityKind, whatever: bool) -> Vec<Contacted> {
        let all = self.activities.iter();
        let its = all.filter(|(it, _)| whatever || **it == kind);
        let mut its: Vec<Contacted> = its.flat_map(|(_, all)| all.iter().cloned()).collect();
        its.sort_by_key(|it| std::cmp::Reverse(it.at));
        its.truncate(engine::MOST_ACTIVITIES);
        its
    }
}
