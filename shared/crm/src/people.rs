use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

/// What a CRM says of those who can own its records, by the ids under which they own them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CrmPeople {
    /// Whom it has archived: nothing new can be theirs.
    pub archived: BTreeSet<String>,
    /// When each is out of office: the first instant of it, and the first after it. None if the CRM does not tell
    /// our app: then nothing is known of it, which is not that everybody is there.
    pub out_of_office: Option<BTreeMap<String, Vec<(Timestamp, Timestamp)>>>,
}
