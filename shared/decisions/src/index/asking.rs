use contracts::Verdict;
use crm::RecordKind;

use super::{
    Index,
    classes::{LENGTH, NO, NOTHING, YES},
    field::Origin,
    list::List,
};
use crate::{
    condition::verdict,
    facts::{Facts, FieldValue},
    look::look,
    verdict::all_held,
};

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
            Origin::Segment if own => named(self.segment()),
            Origin::Territory if own => named(self.territory()),
            Origin::InIcp if own => match self.in_icp() {
                Verdict::Held => YES,
                Verdict::NotHeld => NO,
                Verdict::Unknown => NOTHING,
            },
            _ => match self.facts.declared(&indexed.field) {
                Some(value) => indexed.classes.of_value(value),
                None => match look(&self.facts, &indexed.field) {
                    FieldValue::Nothing => NOTHING,
                    FieldValue::Since(_) => LENGTH,
                    FieldValue::Value(value) => indexed.classes.of_value(&value),
                },
            },
        }
    }
}

/// How a list stands for one record.
#[derive(Debug)]
pub(crate) struct Standing<'l> {
    list: &'l List,
    facts: Facts<'l>,
    /// The classes of the record's values, by the number of the field.
    classes: &'l [usize],
}

impl<'l> Standing<'l> {
    /// Of `classes`, those of the list's fields must be known.
    const fn of(list: &'l List, facts: Facts<'l>, classes: &'l [usize]) -> Self {
        Self {
            list,
            facts,
            classes,
        }
    }

    /// What comes of the first rule that holds and gives something.
    pub(crate) fn first_held<T>(&self, mut each: impl FnMut(usize) -> Option<T>) -> Option<T> {
        self.list.first_held(self.classes, |number| {
            if self.rest(number) == Verdict::Held {
                each(number)
            } else {
                None
            }
        })
    }

    /// What comes of the first rule that holds or is unknown, and gives something.
    pub(crate) fn first_possible<T>(
        &self,
        mut each: impl FnMut(usize, Verdict) -> Option<T>,
    ) -> Option<T> {
        self.list
            .first_possible(self.classes, |number| match self.verdict(number) {
                Verdict::NotHeld => None,
                verdict => each(number, verdict),
            })
    }

    /// The entry of a first-match list that wins.
    fn winner(&self) -> Option<usize> {
        let found = match self.list.unknown {
            None => self.first_held(Some),
            Some(unknown) => self.first_possible(|number, verdict| {
                Some(if verdict == Verdict::Held {
                    number
                } else {
                    unknown
                })
            }),
        };
        found.or(self.list.otherwise)
    }

    /// What comes of a rule that is asked in its turn.
    fn verdict(&self, number: usize) -> Verdict {
        match self.list.known(self.classes, number) {
            Verdict::NotHeld => Verdict::NotHeld,
            known => all_held([known, self.rest(number)]),
        }
    }

    /// What comes of that part of a rule that no class can tell.
    fn rest(&self, number: usize) -> Verdict {
        let rest = self.list.rest(number);
        rest.map_or(Verdict::Held, |condition| verdict(condition, &self.facts))
    }
}
