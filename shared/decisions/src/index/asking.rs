use contracts::Verdict;
use crm::RecordKind;

use super::{
    Index, Source,
    classes::{NO, NOTHING, YES},
    list::{List, Standing},
};
use crate::facts::Facts;

/// One record before the index: the class of each field's value, found at most once.
#[derive(Debug)]
pub(crate) struct Asking<'a> {
    index: &'a Index,
    facts: Facts<'a>,
    /// By the number of the field; `UNASKED` until it is found.
    classes: Vec<usize>,
}

const UNASKED: usize = usize::MAX;

impl<'a> Asking<'a> {
    pub(crate) fn of(facts: Facts<'a>) -> Self {
        let index = &facts.rules.index;
        Self {
            index,
            facts,
            classes: vec![UNASKED; index.fields.len()],
        }
    }

    /// How the routing rules of a kind of record stand; none if it has none.
    pub(crate) fn routing(&mut self, kind: RecordKind) -> Option<Standing<'_>> {
        let list = self.index.routing.get(&kind)?;
        Some(self.standing(list))
    }

    /// The segment that wins, by its place in the list.
    pub(crate) fn segment(&mut self) -> Option<usize> {
        self.standing(&self.index.segments).winner()
    }

    /// The territory that wins, by its place in the list.
    pub(crate) fn territory(&mut self) -> Option<usize> {
        self.standing(&self.index.territories).winner()
    }

    /// Whether the criteria of the profile hold.
    pub(crate) fn in_icp(&mut self) -> Verdict {
        self.standing(&self.index.icp).verdict(0)
    }

    fn standing<'s>(&'s mut self, list: &'s List) -> Standing<'s> {
        for field in list.fields() {
            if self.classes.get(field) == Some(&UNASKED) {
                let class = self.find_class(field);
                if let Some(known) = self.classes.get_mut(field) {
                    *known = class;
                }
            }
        }
        Standing::of(list, self.facts, &self.classes)
    }

    fn find_class(&mut self, number: usize) -> usize {
        let Some(indexed) = self.index.fields.get(number) else {
            return NOTHING;
        };
        // The checker lets nobody declare a field of these names, so no record has a value for one.
        let kind = indexed.field.kind;
        let own = kind == self.facts.record.id.kind || kind == RecordKind::Account;
        let named = |entry: Option<usize>| {
            let class = entry.and_then(|entry| indexed.names.get(entry));
            class.copied().unwrap_or(NOTHING)
        };
        match indexed.source {
            Source::Segment if own => named(self.segment()),
            Source::Territory if own => named(self.territory()),
            Source::InIcp if own => match self.in_icp() {
                Verdict::Held => YES,
                Verdict::NotHeld => NO,
                Verdict::Unknown => NOTHING,
            },
            _ => match self.facts.declared(&indexed.field) {
                Some(value) => indexed.classes.of_value(value),
                None => indexed.classes.of_looked(&self.facts.look(&indexed.field)),
            },
        }
    }
}
