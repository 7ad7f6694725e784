use std::collections::BTreeMap;

use contracts::Verdict;
use crm::{FieldRef, Record};
use jiff::Timestamp;
use model::{Operator, RoutingRule, When, wording};

use super::{
    candidates::{Candidate, Candidates, MOST_VALUES, of_rule},
    wanted::{MOST_CHANGES, Wanted, Way},
};
use crate::{
    condition::verdict,
    facts::Facts,
    routing::{choose, deciding_rule},
    rules::Rules,
};

/// The most ways that are told.
const MOST_WAYS: usize = 5;

/// The most sets that are collected; what they have in common is told together.
const MOST_SETS: usize = 256;

/// The changes that are being tried, by the declared field.
type Changes<'a> = BTreeMap<&'a FieldRef, &'a Candidate>;

/// The smallest sets of facts by which a record goes where it is wanted to, the plainest first; and whether there was
/// more to try than the rules may be asked.
pub(super) fn ways(
    rules: &Rules,
    record: &Record,
    wanted: &Wanted,
    (now, questions): (Timestamp, usize),
) -> (Vec<Way>, bool) {
    let list = rules.model.routing.get(&record.id.kind);
    let list = list.map_or(&[][..], Vec::as_slice);
    let candidates: Vec<Candidates> = list
        .iter()
        .map(|rule| of_rule(rules, (rule, wanted), now))
        .collect();
    let mut search = Search {
        rules,
        record,
        wanted,
        now,
        list,
        candidates: &candidates,
        questions,
        asked: 0,
        found: Vec::new(),
    };
    for size in 1..=MOST_CHANGES {
        for number in 0..list.len() {
            search.by_rule(number, size);
        }
        if !search.found.is_empty() {
            break;
        }
    }
    let gave_up = search.asked >= questions;
    (search.told(), gave_up)
}

struct Search<'a> {
    rules: &'a Rules,
    record: &'a Record,
    wanted: &'a Wanted,
    now: Timestamp,
    list: &'a [RoutingRule],
    candidates: &'a [Candidates],
    questions: usize,
    asked: usize,
    found: Vec<(Changes<'a>, usize)>,
}

impl<'a> Search<'a> {
    /// Looks for sets of just this many changes by which this rule decides.
    fn by_rule(&mut self, number: usize, size: usize) {
        let (Some(rule), Some(own)) = (self.list.get(number), self.candidates.get(number)) else {
            return;
        };
        if !self.wanted.may_be(&self.rules.model, rule) {
            return;
        }
        let fields: Vec<&'a FieldRef> = own.keys().collect();
        self.make_hold((rule, number), &fields, &mut Changes::new(), size);
    }

    /// Changes fields on which the rule itself leans until it holds, each in turn or not.
    fn make_hold(
        &mut self,
        of: (&'a RoutingRule, usize),
        fields: &[&'a FieldRef],
        changes: &mut Changes<'a>,
        left: usize,
    ) {
        let changed = self.changed(changes);
        if self.holds(of.0, &changed) {
            self.unblock(of, changes, &changed, left);
        }
        if left == 0 {
            return;
        }
        for (at, field) in fields.iter().enumerate() {
            for candidate in self.values(of.1, field) {
                if candidate.stands(self.record) == candidate.value.as_ref() {
                    continue;
                }
                changes.insert(field, candidate);
                let rest = fields.get(at.saturating_add(1)..).unwrap_or_default();
                self.make_hold(of, rest, changes, left.saturating_sub(1));
                changes.remove(field);
                if self.is_over() {
                    return;
                }
            }
        }
    }

    /// Changes fields on which the rules before it lean until none of them decides in its place.
    fn unblock(
        &mut self,
        of: (&'a RoutingRule, usize),
        changes: &mut Changes<'a>,
        changed: &Record,
        left: usize,
    ) {
        self.asked = self.asked.saturating_add(1);
        let facts = Facts::of(self.rules, changed, self.now);
        let first = deciding_rule(&facts);
        let first = self
            .list
            .iter()
            .position(|it| first.is_some_and(|first| std::ptr::eq(first, it)));
        if first == Some(of.1)
            && left == 0
            && self.wanted.is_met(&self.rules.model, &choose(&facts))
        {
            self.found.push((changes.clone(), of.1));
            return;
        }
        let Some(blocking) = first.filter(|first| *first < of.1 && left > 0) else {
            return;
        };
        let Some(blocked_by) = self.candidates.get(blocking) else {
            return;
        };
        for (field, candidates) in blocked_by {
            if changes.contains_key(field) {
                continue;
            }
            for candidate in candidates {
                if candidate.stands(self.record) == candidate.value.as_ref() {
                    continue;
                }
                changes.insert(field, candidate);
                let changed = self.changed(changes);
                if self.holds(of.0, &changed) {
                    self.unblock(of, changes, &changed, left.saturating_sub(1));
                }
                changes.remove(field);
                if self.is_over() {
                    return;
                }
            }
        }
    }

    /// What may be tried of a field so that this rule decides: what the rules up to it ask of it.
    fn values(&self, number: usize, field: &FieldRef) -> Vec<&'a Candidate> {
        let own = self.candidates.get(number).and_then(|it| it.get(field));
        let mut values: Vec<&'a Candidate> = own.into_iter().flatten().collect();
        let before = self.candidates.iter().take(number);
        let before = before.filter_map(|it| it.get(field)).flatten();
        for candidate in before {
            let known = |it: &&Candidate| it.value == candidate.value;
            if values.len() < MOST_VALUES && !values.iter().any(known) {
                values.push(candidate);
            }
        }
        values
    }

    fn changed(&self, changes: &Changes<'a>) -> Record {
        let mut record = self.record.clone();
        for candidate in changes.values() {
            candidate.put(&mut record);
        }
        record
    }

    fn holds(&mut self, rule: &RoutingRule, record: &Record) -> bool {
        self.asked = self.asked.saturating_add(1);
        let facts = Facts::of(self.rules, record, self.now);
        match &rule.when {
            When::Holds(condition) => verdict(condition, &facts) == Verdict::Held,
            When::Otherwise | When::Unknown => true,
        }
    }

    const fn is_over(&self) -> bool {
        self.asked >= self.questions || self.found.len() >= MOST_SETS
    }

    /// What was found, each once; what gives a field a value before what empties one.
    fn told(self) -> Vec<Way> {
        let mut ways: Vec<(usize, Way)> = Vec::new();
        for (changes, number) in &self.found {
            let Some(rule) = self.list.get(*number) else {
                continue;
            };
            let changed = self.changed(changes);
            let chosen = choose(&Facts::of(self.rules, &changed, self.now)).chosen;
            let differs = changes.values();
            let way = Way {
                rule: rule.rule.clone(),
                place: rule.place,
                leads: chosen.into(),
                differs: differs
                    .map(|it| it.differs(&self.rules.model, self.record))
                    .collect(),
            };
            let emptied = changes.values().filter(|it| it.value.is_none()).count();
            ways.push((emptied, way));
        }
        ways.sort_by_key(|(emptied, _)| *emptied);
        let mut told = together(ways.into_iter().map(|(_, way)| way));
        told.truncate(MOST_WAYS);
        told
    }
}

/// Ways of the same rule through the same fields are one, if any value of each goes with any of the others.
fn together(ways: impl Iterator<Item = Way>) -> Vec<Way> {
    let mut alike: Vec<Vec<Way>> = Vec::new();
    for way in ways {
        let same = |it: &Vec<Way>| it.first().is_some_and(|first| is_alike(first, &way));
        match alike.iter_mut().find(|it| same(it)) {
            Some(all) if !all.contains(&way) => all.push(way),
            Some(_) => {}
            None => alike.push(vec![way]),
        }
    }
    alike.into_iter().flat_map(merged).collect()
}

fn is_alike(one: &Way, other: &Way) -> bool {
    let fields = |way: &Way| -> Vec<FieldRef> {
        let differs = way.differs.iter();
        differs.map(|it| it.field.clone()).collect()
    };
    one.rule == other.rule && one.leads == other.leads && fields(one) == fields(other)
}

fn merged(ways: Vec<Way>) -> Vec<Way> {
    let Some(mut one) = ways.first().cloned() else {
        return ways;
    };
    let mut needed: Vec<Vec<String>> = Vec::new();
    for at in 0..one.differs.len() {
        let mut values = Vec::new();
        for way in &ways {
            let value = way.differs.get(at).map(|it| it.needed.clone());
            values.extend(value.filter(|it| !values.contains(it)));
        }
        needed.push(values);
    }
    let all = needed.iter().map(Vec::len).product::<usize>();
    if all != ways.len() {
        return ways;
    }
    let empty = wording::needed(&Operator::Present(false));
    for (differs, mut values) in one.differs.iter_mut().zip(needed) {
        // Whoever could write something better there need not be told to write nothing.
        if values.len() > 1 {
            values.retain(|it| *it != empty);
        }
        differs.needed = values.join(" or ");
    }
    vec![one]
}
