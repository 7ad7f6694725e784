use contracts::Verdict;
use model::{Condition, FirstMatch, OperatingModel, When};

use super::{
    IndexedField,
    classes::{Classes, NOTHING},
    outcome::{Outcome, Set, bits},
    parts::{Part, Row},
};
use crate::{condition::verdict, facts::Facts, verdict::all_held};

/// One bit for each of 512 rules; as wide as it is so that a processor lays several words over
/// each other at once.
type Lane = [u64; 8];
const LANE: usize = 512;

/// A list of rules, by what they ask.
#[derive(Debug, Clone)]
pub(crate) struct List {
    /// How many lanes the rules need.
    lanes: usize,
    /// The rules that are asked in their turn.
    asked: Vec<Lane>,
    columns: Vec<Column>,
    /// The rules of which something is asked that no class can tell, in order, and what.
    rest: Vec<(usize, Condition)>,
    with_rest: Vec<Lane>,
    /// The entry that wins where a rule is unknown.
    pub(super) unknown: Option<usize>,
    /// The entry that wins where no rule does.
    pub(super) otherwise: Option<usize>,
}

/// What the rules ask of one field: for each class of its values, the lanes of the rules for which
/// it speaks.
#[derive(Debug, Clone)]
struct Column {
    field: usize,
    /// The rules that hold as far as this field goes.
    held: Vec<Lane>,
    /// The rules that hold or are unknown as far as this field goes.
    possible: Vec<Lane>,
}

impl List {
    pub(super) fn of(rows: &[Row<'_>], fields: &[IndexedField], model: &OperatingModel) -> Self {
        let lanes = rows.len().div_ceil(LANE);
        let mut list = Self {
            lanes,
            asked: vec![[0; 8]; lanes],
            columns: Vec::new(),
            rest: Vec::new(),
            with_rest: vec![[0; 8]; lanes],
            unknown: None,
            otherwise: None,
        };
        let mut of_fields = vec![Vec::new(); fields.len()];
        for (number, row) in rows.iter().enumerate() {
            if !matches!(row, Row::Never) {
                set(&mut list.asked, number);
            }
            if let Row::Asks { by_field, rest } = row {
                let coarse = by_field.iter().filter(|(field, _)| {
                    let indexed = fields.get(*field);
                    indexed.is_some_and(|indexed| !indexed.classes.is_exact())
                });
                let coarse = coarse.map(|(_, part)| part);
                list.put_rest(number, rest.iter().chain(coarse));
                for (field, part) in by_field {
                    let of_field = of_fields.get_mut(*field);
                    of_field.into_iter().for_each(|it| it.push((number, *part)));
                }
            }
        }
        for (field, (parts, indexed)) in of_fields.iter().zip(fields).enumerate() {
            let column = Column::of(field, parts, &list.asked, &indexed.classes, model);
            list.columns.extend(column);
        }
        list
    }

    /// With the entries of a first-match list that are not asked in their turn.
    pub(super) fn catching(mut self, list: &FirstMatch) -> Self {
        let entry = |when: &When| list.entries.iter().position(|entry| entry.when == *when);
        self.unknown = entry(&When::Unknown);
        self.otherwise = entry(&When::Otherwise);
        self
    }

    fn put_rest<'p>(&mut self, number: usize, parts: impl Iterator<Item = &'p Part<'p>>) {
        let mut conditions: Vec<Condition> = parts.map(|part| part.to_condition()).collect();
        let condition = if conditions.len() > 1 {
            Condition::All(conditions)
        } else {
            match conditions.pop() {
                Some(condition) => condition,
                None => return,
            }
        };
        self.rest.push((number, condition));
        set(&mut self.with_rest, number);
    }

    /// The fields for which the list asks, by their number.
    pub(super) fn fields(&self) -> impl Iterator<Item = usize> {
        self.columns.iter().map(|column| column.field)
    }
}

impl Column {
    /// Of what rules ask of the field: their numbers, in order, and what. None if no rule does.
    fn of(
        field: usize,
        asking: &[(usize, Part<'_>)],
        asked: &[Lane],
        classes: &Classes,
        model: &OperatingModel,
    ) -> Option<Self> {
        if asking.is_empty() {
            return None;
        }
        let mut silent = asked.to_vec();
        for (number, _) in asking {
            unset(&mut silent, *number);
        }
        let lanes = silent.repeat(classes.count());
        let mut column = Self {
            field,
            held: lanes.clone(),
            possible: lanes,
        };
        let width = asked.len() * LANE;
        let put = |lanes: &mut Vec<Lane>, set_of: &Set, number: usize| {
            for exact in set_of.numbers() {
                set(lanes, classes.shared(exact) * width + number);
            }
        };
        for of_rule in asking.chunk_by(|(one, _), (other, _)| one == other) {
            let parts = of_rule.iter().map(|(_, part)| part);
            let outcome = Outcome::of_parts(parts, classes, model);
            if let Some((number, _)) = of_rule.first() {
                put(&mut column.held, outcome.held(), *number);
                put(&mut column.possible, outcome.possible(), *number);
            }
        }
        Some(column)
    }
}

fn set(lanes: &mut [Lane], bit: usize) {
    if let Some(word) = word_mut(lanes, bit) {
        *word |= 1 << (bit % 64);
    }
}

fn unset(lanes: &mut [Lane], bit: usize) {
    if let Some(word) = word_mut(lanes, bit) {
        *word &= !(1 << (bit % 64));
    }
}

fn word_mut(lanes: &mut [Lane], bit: usize) -> Option<&mut u64> {
    lanes.get_mut(bit / LANE)?.get_mut(bit % LANE / 64)
}

fn has(lanes: &[Lane], bit: usize) -> bool {
    let word = lanes
        .get(bit / LANE)
        .and_then(|lane| lane.get(bit % LANE / 64));
    word.is_some_and(|word| word >> (bit % 64) & 1 == 1)
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
    pub(super) const fn of(list: &'l List, facts: Facts<'l>, classes: &'l [usize]) -> Self {
        Self {
            list,
            facts,
            classes,
        }
    }

    /// Where the lanes of the record's class begin in a column.
    fn start(&self, column: &Column) -> usize {
        let class = self.classes.get(column.field).copied().unwrap_or(NOTHING);
        class * self.list.lanes
    }

    /// What comes of the first rule that holds and gives something.
    pub(crate) fn first_held<T>(&self, mut each: impl FnMut(usize) -> Option<T>) -> Option<T> {
        self.first(
            |column| &column.held,
            |number| {
                if self.rest(number) == Verdict::Held {
                    each(number)
                } else {
                    None
                }
            },
        )
    }

    /// What comes of the first rule that holds or is unknown, and gives something.
    pub(crate) fn first_possible<T>(
        &self,
        mut each: impl FnMut(usize, Verdict) -> Option<T>,
    ) -> Option<T> {
        self.first(
            |column| &column.possible,
            |number| match self.verdict(number) {
                Verdict::NotHeld => None,
                verdict => each(number, verdict),
            },
        )
    }

    /// The entry of a first-match list that wins.
    pub(crate) fn winner(&self) -> Option<usize> {
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
    pub(super) fn verdict(&self, number: usize) -> Verdict {
        let everywhere = |lanes: fn(&Column) -> &Vec<Lane>| {
            let mut columns = self.list.columns.iter();
            columns.all(|column| has(lanes(column), self.start(column) * LANE + number))
        };
        if !everywhere(|column| &column.possible) {
            return Verdict::NotHeld;
        }
        let known = if everywhere(|column| &column.held) {
            Verdict::Held
        } else {
            Verdict::Unknown
        };
        all_held([known, self.rest(number)])
    }

    /// What comes of that part of a rule that no class can tell.
    fn rest(&self, number: usize) -> Verdict {
        if !has(&self.list.with_rest, number) {
            return Verdict::Held;
        }
        let found = self.list.rest.binary_search_by_key(&number, |(at, _)| *at);
        let rest = found.ok().and_then(|at| self.list.rest.get(at));
        rest.map_or(Verdict::Held, |(_, condition)| {
            verdict(condition, &self.facts)
        })
    }

    fn first<T>(
        &self,
        lanes: impl Fn(&'l Column) -> &'l Vec<Lane>,
        mut each: impl FnMut(usize) -> Option<T>,
    ) -> Option<T> {
        for (at, asked) in self.list.asked.iter().enumerate() {
            let mut left = *asked;
            for column in &self.list.columns {
                let lane = lanes(column).get(self.start(column) + at)?;
                for (word, other) in left.iter_mut().zip(lane) {
                    *word &= other;
                }
            }
            for (word_at, word) in left.into_iter().enumerate() {
                for bit in bits(word) {
                    let found = each(at * LANE + word_at * 64 + bit);
                    if found.is_some() {
                        return found;
                    }
                }
            }
        }
        None
    }
}
