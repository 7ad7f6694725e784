//! Which records another model would route elsewhere, by records that are made up.
//!
//! They hold the values on either side of each test that the routing of either model asks, and nothing beside. So
//! what differs is found wherever it lies, and how often it is found says nothing of how many records come.

use std::collections::{BTreeMap, BTreeSet};

use crm::{FieldRef, Record, RecordId, RecordKind, SourceName, Value};
use jiff::Timestamp;
use model::OperatingModel;

use crate::{
    facts::Facts,
    routing::{Leads, choose},
    rules::Rules,
    why_not::{Candidate, of_routing},
};

/// How many records are made up of a kind.
pub const MADE_UP: usize = 5_000;

/// Records that go elsewhere in the same way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// By which rule, and to whom, so far.
    pub before: (String, Leads),
    /// By which rule, and to whom, by the other model.
    pub after: (String, Leads),
    /// How many of those that were made up.
    pub made_up: usize,
    /// The fewest values of one of them by which it does.
    pub example: BTreeMap<FieldRef, Value>,
}

/// The records of a kind that one model routes to somebody and another to somebody else, those found most often
/// first. A pool or a rule that only has another name is the same.
#[must_use]
pub fn elsewhere(both: (&Rules, &Rules), kind: RecordKind, now: Timestamp) -> Vec<Elsewhere> {
    let Some(source) = both.0.model.sources.keys().next() else {
        return Vec::new();
    };
    let blank = blank(&both.0.model, source, (kind, now));
    let fields = fields(both, kind, now);
    let mut found: BTreeMap<Led, (usize, Record)> = BTreeMap::new();
    for number in 0..MADE_UP {
        let mut record = blank.clone();
        for (at, values) in fields.values().enumerate() {
            if let Some(candidate) = values.get(mixed(number, at) % values.len()) {
                candidate.put(&mut record);
            }
        }
        let led = led(both, &record, now);
        if is_same(both, &led) {
            continue;
        }
        let (count, example) = found.entry(led).or_insert_with(|| (0, record.clone()));
        *count = count.saturating_add(1);
        if values_of(&record).len() < values_of(example).len() {
            *example = record;
        }
    }
    let found = found.into_iter();
    let mut told: Vec<Elsewhere> = found
        .map(|(led, (made_up, record))| {
            let plain = plainest(both, (&led, record), now);
            let mut example = values_of(&plain);
            // Each record is made up in the same one.
            example.retain(|field, _| fields.contains_key(field));
            Elsewhere {
                before: led.0,
                after: led.1,
                made_up,
                example,
            }
        })
        .collect();
    told.sort_by_key(|it| std::cmp::Reverse(it.made_up));
    told
}

/// By which rule, and to whom: before, and by the other model.
type Led = ((String, Leads), (String, Leads));

fn led((before, after): (&Rules, &Rules), record: &Record, now: Timestamp) -> Led {
    let by = |rules: &Rules| {
        let choice = choose(&Facts::of(rules, record, now));
        (choice.rule, choice.chosen.into())
    };
    (by(before), by(after))
}

/// Whether they lead to the same, whatever the rule and the pool are called.
fn is_same((_, after): (&Rules, &Rules), led: &Led) -> bool {
    match (&led.0.1, &led.1.1) {
        (Leads::Pool(before), Leads::Pool(now)) => after.model.renamed.pool(before) == now,
        (before, now) => before == now,
    }
}

/// The same record without whatever it may lack.
fn plainest(both: (&Rules, &Rules), (led_to, record): (&Led, Record), now: Timestamp) -> Record {
    let mut plain = record;
    for field in values_of(&plain).into_keys() {
        let mut without = plain.clone();
        if field.kind == plain.id.kind {
            without.fields.remove(&field.name);
        } else if let Some(account) = &mut without.account {
            account.fields.remove(&field.name);
        }
        if led(both, &without, now) == *led_to {
            plain = without;
        }
    }
    plain
}

/// Its values and those of its account, by their fields.
fn values_of(record: &Record) -> BTreeMap<FieldRef, Value> {
    let of = |kind, fields: &BTreeMap<String, Value>| {
        let fields = fields.iter();
        let named = fields.map(|(name, value)| (FieldRef::new(kind, name.clone()), value.clone()));
        named.collect::<Vec<_>>()
    };
    let own = of(record.id.kind, &record.fields);
    let account = record.account.as_ref();
    let account = account.map(|it| of(RecordKind::Account, &it.fields));
    own.into_iter()
        .chain(account.into_iter().flatten())
        .collect()
}

/// What may stand in each field, by either model; also nothing.
fn fields(
    (before, after): (&Rules, &Rules),
    kind: RecordKind,
    now: Timestamp,
) -> BTreeMap<FieldRef, Vec<Candidate>> {
    let mut all = of_routing(before, kind, now);
    for (field, candidates) in of_routing(after, kind, now) {
        let known = all.entry(field).or_default();
        for candidate in candidates {
            if !known.iter().any(|it| it.value == candidate.value) {
                known.push(candidate);
            }
        }
    }
    all.retain(|_, values| !values.is_empty());
    all
}

/// A record without any value, in the first stage that its kind has.
fn blank(
    model: &OperatingModel,
    source: &SourceName,
    (kind, now): (RecordKind, Timestamp),
) -> Record {
    let stage = model.journeys(kind).find_map(|it| it.stages.first());
    let stage = stage.map(|it| ("stage".to_owned(), Value::Text(it.name.clone())));
    Record {
        id: RecordId {
            source: source.clone(),
            kind,
            id: "1".to_owned(),
        },
        created: now,
        modified: now,
        archived: false,
        fields: stage.into_iter().collect(),
        history: BTreeMap::new(),
        last_contact: None,
        activities: BTreeMap::new(),
        last_reply: None,
        account: None,
        matched: None,
        others: None,
        behaviour: None,
        latest: BTreeMap::new(),
        owner_in: None,
        merged_into: None,
        merged: BTreeSet::new(),
        found_at: None,
        erased: None,
    }
}

/// A number that hangs on these two alone (the last steps of SplitMix64).
fn mixed(record: usize, field: usize) -> usize {
    let mut mixed = (record as u64)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .wrapping_add((field as u64).wrapping_mul(0xD1B5_4A32_D192_ED03));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    usize::try_from((mixed ^ (mixed >> 31)) >> 33).unwrap_or_default()
}
