//! What is known of the records that belong to another one, and which of them count for a derived field.

use std::collections::{BTreeMap, BTreeSet};

use contracts::Verdict;
use crm::{AccountFacts, FieldRef, Others, Record, RecordId, RecordKind};
use jiff::Timestamp;
use model::{Count, Derived, OperatingModel, Whose};

use crate::{
    condition::verdict,
    facts::Facts,
    journey::Stands,
    rules::Rules,
    verdict::{all_held, held_if},
};

/// The counts that are kept with records of this kind, of those for which anything asks: of what belongs to
/// such a record, and, with accounts, also of what has the same account as a lead or an opportunity.
pub fn kept_with(
    model: &OperatingModel,
    kind: RecordKind,
) -> impl Iterator<Item = (&FieldRef, &Count)> {
    let counts = model
        .derived
        .iter()
        .filter_map(|(field, derived)| match derived {
            Derived::Count(count) if count.asked => Some((field, count)),
            _ => None,
        });
    counts.filter(move |(field, count)| match count.whose {
        Whose::Own => field.kind == kind,
        Whose::SameAccount => kind == RecordKind::Account,
    })
}

/// What belongs to a record, as it was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Belonging {
    /// Those that there are, by kind; none of a kind of which there are too many to be read.
    pub there: BTreeMap<RecordKind, BTreeSet<RecordId>>,
    /// Those that were read.
    pub records: Vec<Record>,
}

/// Counts what belongs to a record of this kind. What one of those read does not tell whether it counts, the
/// count is not known.
#[must_use]
pub fn count(
    rules: &Rules,
    kind: RecordKind,
    account: Option<&AccountFacts>,
    found: &Belonging,
    read: Timestamp,
) -> Others {
    let mut records = found.records.clone();
    for record in &mut records {
        record.account = account.cloned();
    }
    let counts = kept_with(&rules.model, kind).filter_map(|(field, count)| {
        let there = found.there.get(&count.kind)?;
        if !count.reads_them() {
            return Some((field.to_string(), u32::try_from(there.len()).ok()?));
        }
        let mut counted = 0_u32;
        for record in records.iter().filter(|it| there.contains(&it.id)) {
            match counts(count, &Facts::of(rules, record, read)) {
                Verdict::Held => counted = counted.saturating_add(1),
                Verdict::NotHeld => {}
                Verdict::Unknown => return None,
            }
        }
        Some((field.to_string(), counted))
    });
    Others {
        counts: counts.collect(),
        read,
    }
}

/// Whether a record counts.
pub(crate) fn counts(count: &Count, facts: &Facts<'_>) -> Verdict {
    let open = match facts.known_open() {
        _ if count.also_closed => Verdict::Held,
        Some(open) => held_if(open),
        // What is on no journey of the model is nobody's open business.
        None if facts.stands() == Stands::Outside => Verdict::NotHeld,
        None => Verdict::Unknown,
    };
    match &count.when {
        Some(_) if open == Verdict::NotHeld => open,
        Some(when) => all_held([open, verdict(when, facts)]),
        None => open,
    }
}

/// The later of two countings.
#[must_use]
pub fn newer(known: Option<&Others>, told: Option<Others>) -> Option<Others> {
    match (known, told) {
        (Some(known), Some(told)) if known.read > told.read => Some(known.clone()),
        (known, None) => known.cloned(),
        (_, told) => told,
    }
}

/// The counts that are others than before.
pub(crate) fn changed<'a>(
    before: Option<&'a Others>,
    after: Option<&'a Others>,
) -> impl Iterator<Item = String> + use<'a> {
    let of = |others: Option<&'a Others>| others.into_iter().flat_map(|it| it.counts.keys());
    let value = |others: Option<&'a Others>, name: &str| others?.counts.get(name).copied();
    let names: BTreeSet<&String> = of(before).chain(of(after)).collect();
    let differ = names
        .into_iter()
        .filter(move |name| value(before, name) != value(after, name));
    differ.cloned()
}
