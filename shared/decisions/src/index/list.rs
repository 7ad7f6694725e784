use contracts::Verdict;
use model::{Condition, FirstMatch, OperatingModel, When};

use super::{
    classes::{Classes, NOTHING},
    field::IndexedField,
    outcome::{Outcome, Set, bits},
    parts::{Part, Row},
};

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

    /// What comes of the first rule, of those asked in their turn that hold as far as classes can
    /// tell, that gives something. `classes` are those of the record's values, by the number of the
    /// field.
    pub(super) fn first_held<T>(
        &self,
        classes: &[usize],
        each: impl FnMut(usize) -> Option<T>,
    ) -> Option<T> {
        self.first(|column| &column.held, classes, each)
    }

    /// The same of the rules that hold or are unknown as far as classes can tell.
    pub(super) fn first_possible<T>(
        &self,
        classes: &[usize],
        each: impl FnMut(usize) -> Option<T>,
    ) -> Option<T> {
        self.first(|column| &column.possible, classes, each)
    }

    /// What comes of a rule as far as classes can tell.
    pub(super) fn known(&self, classes: &[usize], number: usize) -> Verdict {
        let everywhere = |lanes: fn(&Column) -> &Vec<Lane>| {
            let mut columns = self.columns.iter();
            columns.all(|column| has(lanes(column), self.start(column, classes) * LANE + number))
        };
        if !everywhere(|column| &column.possible) {
            return Verdict::NotHeld;
        }
        if everywhere(|column| &column.held) {
            Verdict::Held
        } else {
            Verdict::Unknown
        }
    }

    /// What no class can tell of a rule, if it asks for something of that kind.
    pub(super) fn rest(&self, number: usize) -> Option<&Condition> {
        if !has(&self.with_rest, number) {
            return None;
        }
        let found = self
            .rest
            .binary_search_by_key(&number, |(at, _)| *at)
            .ok()?;
        self.rest.get(found).map(|(_, condition)| condition)
    }

    /// Where the lanes of the record's class begin in a column.
    fn start(&self, column: &Column, classes: &[usize]) -> usize {
        let class = classes.get(column.field).copied().unwrap_or(NOTHING);
        class * self.lanes
    }

    fn first<'l, T>(
        &'l self,
        lanes: impl Fn(&'l Column) -> &'l Vec<Lane>,
        classes: &[usize],
        mut each: impl FnMut(usize) -> Option<T>,
    ) -> Option<T> {
        for (at, asked) in self.asked.iter().enumerate() {
            let mut left = *asked;
            for column in &self.columns {
                let lane = lanes(column).get(self.start(column, classes) + at)?;
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
