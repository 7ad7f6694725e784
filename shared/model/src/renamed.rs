use std::collections::BTreeMap;

use crm::RecordKind;
use serde::{Deserialize, Serialize};

/// What had another name in the model that was deployed before: of each name the old one, one step back. What
/// is kept under the old name goes on under the new.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renamed {
    /// Pools.
    pub pools: BTreeMap<String, String>,
    /// Clocks.
    pub clocks: BTreeMap<String, String>,
    /// Rules, by kind of record.
    pub rules: BTreeMap<RecordKind, BTreeMap<String, String>>,
}

impl Renamed {
    /// The name that a pool has now.
    #[must_use]
    pub fn pool<'a>(&'a self, name: &'a str) -> &'a str {
        now(&self.pools, name)
    }

    /// The name that a clock has now.
    #[must_use]
    pub fn clock<'a>(&'a self, name: &'a str) -> &'a str {
        now(&self.clocks, name)
    }

    /// The name that a rule of a kind has now.
    #[must_use]
    pub fn rule<'a>(&'a self, kind: RecordKind, name: &'a str) -> &'a str {
        self.rules.get(&kind).map_or(name, |rules| now(rules, name))
    }
}

fn now<'a>(renamed: &'a BTreeMap<String, String>, name: &'a str) -> &'a str {
    let mut renamed = renamed.iter();
    let found = renamed.find(|(_, was)| *was == name);
    found.map_or(name, |(now, _)| now.as_str())
}
