//! What is known of the records that belong to another one, and which of them count for a derived field.

use std::collections::{BTreeMap, BTreeSet};

use contracts::Verdict;
use crm::{AccountFacts, Counted, FieldRef, Others, Record, RecordId, RecordKind, Value};
use jiff::{SignedDuration, Timestamp, civil::Date};
use model::{Count, Derived, Lately, OperatingModel, Whose};

use crate::{
    condition::{begin_of, instant_of, verdict, wall},
    facts::{Facts, FieldValue},
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
    read_at: Timestamp,
) -> Others {
    // Where none of them is looked at, it is enough how many there are.
    let looked_at = kept_with(&rules.model, kind).any(|(_, count)| count.reads_them());
    let records = found.records.iter().filter(|_| looked_at);
    let records: Vec<Record> = records
        .map(|record| Record {
            account: account.cloned(),
            ..record.clone()
        })
        .collect();
    let counts = kept_with(&rules.model, kind).filter_map(|(field, count)| {
        let there = found.there.get(&count.kind)?;
        if !count.reads_them() {
            let all = u32::try_from(there.len()).ok()?;
            return Some((field.to_string(), Counted::All(all)));
        }
        let read = records.iter().filter(|it| there.contains(&it.id));
        let facts = read.map(|record| Facts::of(rules, record, read_at));
        Some((field.to_string(), counted(count, facts)?))
    });
    Others {
        counts: counts.collect(),
        read: read_at,
    }
}

/// What counts of these records; none if it is not known of one of them.
fn counted<'a>(count: &Count, records: impl Iterator<Item = Facts<'a>>) -> Option<Counted> {
    let (mut all, mut by_day) = (0_u32, BTreeMap::<Date, u32>::new());
    for facts in records {
        match counts(count, &facts) {
            Verdict::NotHeld => continue,
            Verdict::Unknown => return None,
            Verdict::Held => all = all.saturating_add(1),
        }
        if let Some(lately) = &count.lately {
            let on = by_day.entry(day_of(lately, &facts)?).or_default();
            *on = on.saturating_add(1);
        }
    }
    Some(match count.lately {
        Some(_) => Counted::ByDay(by_day),
        None => Counted::All(all),
    })
}

/// The day by which a record counts, in the company's time zone.
pub(crate) fn day_of(lately: &Lately, facts: &Facts<'_>) -> Option<Date> {
    let day = |at: Timestamp| at.to_zoned(facts.rules.company_zone().clone()).date();
    match facts.look(&lately.on) {
        FieldValue::Value(value) => match value.as_ref() {
            Value::Date(day) => Some(*day),
            Value::Timestamp(at) => Some(day(*at)),
            _ => None,
        },
        FieldValue::Since(at) => Some(day(at)),
        FieldValue::Nothing => None,
    }
}

/// Whether what counts by this day counts now.
fn is_late(day: Date, lately: &Lately, facts: &Facts<'_>) -> Option<bool> {
    let day = Value::Date(day);
    let (begins, over) = (begin_of(&day, facts)?, instant_of(&day, facts)?);
    let begun = facts.ago(begins) >= SignedDuration::ZERO;
    Some(begun && facts.ago(over) <= wall(lately.length)?)
}

/// The next instant at which another day counts, or one counts no longer, though nothing happens.
pub(crate) fn next_change(
    counted: &Counted,
    lately: &Lately,
    facts: &Facts<'_>,
) -> Option<Timestamp> {
    let Counted::ByDay(days) = counted else {
        return None;
    };
    // The end of the stretch belongs to it.
    let length = wall(lately.length)?.checked_add(SignedDuration::from_millis(1))?;
    let turns = days.keys().flat_map(|day| {
        let day = Value::Date(*day);
        let over = instant_of(&day, facts).and_then(|over| over.checked_add(length).ok());
        [begin_of(&day, facts), over]
    });
    turns.flatten().filter(|at| *at > facts.now).min()
}

/// How many count now.
pub(crate) fn now(counted: &Counted, lately: Option<&Lately>, facts: &Facts<'_>) -> Option<u32> {
    match (counted, lately) {
        (Counted::All(all), None) => Some(*all),
        (Counted::ByDay(days), Some(lately)) => {
            let mut sum = 0_u32;
            for (day, all) in days {
                if is_late(*day, lately, facts)? {
                    sum = sum.saturating_add(*all);
                }
            }
            Some(sum)
        }
        // A scenario says how many there are, whenever it was.
        (Counted::All(all), Some(_)) => Some(*all),
        // It was counted by another model.
        (Counted::ByDay(_), None) => None,
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

/// Whether a record counts at this moment.
pub(crate) fn counts_now(count: &Count, facts: &Facts<'_>) -> Verdict {
    let counts = counts(count, facts);
    let Some(lately) = &count.lately else {
        return counts;
    };
    let late = day_of(lately, facts).and_then(|day| is_late(day, lately, facts));
    match counts {
        Verdict::NotHeld => counts,
        _ => all_held([counts, late.map_or(Verdict::Unknown, held_if)]),
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
    let value = |others: Option<&'a Others>, name: &str| others?.counts.get(name);
    let names: BTreeSet<&String> = of(before).chain(of(after)).collect();
    let differ = names
        .into_iter()
        .filter(move |name| value(before, name) != value(after, name));
    differ.cloned()
}
