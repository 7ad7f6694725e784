//! A digest of how a story ends, by which two programs are compared that must play the same stories.

use std::{
    fmt::Debug,
    hash::{DefaultHasher, Hash, Hasher},
};

use simulator::Ending;

/// Of all that is left of a story: items, records of the CRM, writes, mails, events, and what failed.
pub fn digest(ending: &Ending) -> u64 {
    let mut hasher = DefaultHasher::new();
    for item in &ending.items {
        (&item.key, item.version).hash(&mut hasher);
        item.body.text().unwrap_or_default().hash(&mut hasher);
    }
    for (key, version, body) in &ending.states {
        (key, version).hash(&mut hasher);
        body.text().unwrap_or_default().hash(&mut hasher);
    }
    for event in ending.events.values() {
        let text = serde_json::to_string(&**event).unwrap_or_default();
        text.hash(&mut hasher);
    }
    let mut add = |what: &dyn Debug| format!("{what:?}").hash(&mut hasher);
    add(&ending.records);
    add(&ending.tasks);
    add(&ending.written);
    add(&ending.mails);
    add(&ending.failed);
    add(&ending.decided);
    add(&(ending.dead.len(), ending.unsent, ending.calls, ending.now));
    hasher.finish()
}
