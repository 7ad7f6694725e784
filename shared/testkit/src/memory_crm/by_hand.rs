//! What somebody does in the CRM in memory beside editing a field.

use crm::{ActivityKind, Contacted, CrmPeople};

use super::{MemoryCrm, inside::key};
use crate::held::held;

impl MemoryCrm {
    /// A record belongs to an account.
    pub fn belongs(&self, record: &str, account: &str) {
        let mut inside = held(&self.inside);
        let at = inside.now();
        let record = inside.records.entry(key(record)).or_default();
        record.account = Some(account.to_owned());
        record.modified = at;
    }

    /// What the CRM says of those who can own its records, by their ids there.
    pub fn people_are(&self, people: CrmPeople) {
        held(&self.inside).people = people;
    }

    /// Somebody logs an activity with a record. Of a contact the CRM tells when the latest was.
    pub fn logs(&self, record: &str, kind: ActivityKind, contact: Contacted) {
        let mut inside = held(&self.inside);
        let at = inside.now();
        let record = inside.records.entry(key(record)).or_default();
        record.modified = at;
        let latest = record.last_contact.as_ref().map(|it| it.at);
        if kind.is_contact() && latest.is_none_or(|latest| latest < contact.at) {
            record.last_contact = Some(contact.clone());
        }
        let all = record.activities.entry(kind).or_default();
        all.insert(0, contact);
    }
}
