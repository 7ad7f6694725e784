//! The class of a cell: what no question can tell apart has the same one.

use std::collections::BTreeMap;

use crm::{FieldType, Value};
use decisions::{Facts, columns::Grain};

use crate::{
    cell::{self, Form, People, Unfit},
    quick::Quick,
    table::Cell,
    text_map::TextMap,
};

/// The most values of one column that are kept apart, and the most texts that are remembered. A question that reads
/// a value beyond it is put to that record by itself.
const MOST: usize = 65_535;

/// The class of a value that was not kept apart from others.
pub(crate) const ALONE: u32 = u32::MAX;

/// What came of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Class {
    /// 0 for no value.
    pub(crate) number: u32,
    /// Why a text is no value.
    pub(crate) unfit: Option<Unfit>,
}

const NOTHING: Class = Class {
    number: 0,
    unfit: None,
};

/// How many classes a column can have.
pub(crate) fn count(grain: &Grain, cell: Option<&Cell>) -> usize {
    let Some(cell) = cell else { return 1 };
    grain.count().unwrap_or(if is_listed(grain) {
        cell.mapping.allowed.len() + 1
    } else {
        MOST + 1
    })
}

/// Finds the classes of one column's cells.
pub(crate) struct Classifier<'a> {
    grain: &'a Grain,
    cell: &'a Cell,
    form: &'a Form,
    people: &'a People,
    facts: Facts<'a>,
    known: TextMap<Class>,
    /// Where each value is its own class.
    values: BTreeMap<Value, u32>,
    most: usize,
    quick: Option<Quick>,
}

impl<'a> Classifier<'a> {
    pub(crate) fn new(
        grain: &'a Grain,
        cell: &'a Cell,
        form: &'a Form,
        people: &'a People,
        facts: Facts<'a>,
    ) -> Self {
        Self {
            grain,
            cell,
            form,
            people,
            facts,
            known: TextMap::default(),
            values: BTreeMap::new(),
            most: count(grain, Some(cell)) - 1,
            quick: Quick::of(grain, cell, form),
        }
    }

    /// The column.
    pub(crate) const fn cell(&self) -> &'a Cell {
        self.cell
    }

    /// The class of a cell.
    pub(crate) fn class(&mut self, text: &[u8]) -> Class {
        if text.is_empty() {
            return NOTHING;
        }
        if let Some(quick) = &self.quick {
            return match quick.class(text) {
                Some(number) => Class {
                    number,
                    unfit: None,
                },
                None => self.find(text),
            };
        }
        if let Some(known) = self.known.get(text) {
            return known;
        }
        let found = self.find(text);
        if self.known.len() < MOST {
            self.known.insert(text, found);
        }
        found
    }

    fn find(&mut self, text: &[u8]) -> Class {
        let text = String::from_utf8_lossy(text);
        match cell::read(&text, &self.cell.mapping, self.form, self.people) {
            Ok(None) => NOTHING,
            Err(unfit) => Class {
                number: 0,
                unfit: Some(unfit),
            },
            Ok(Some(value)) => Class {
                number: self.number(value),
                unfit: None,
            },
        }
    }

    fn number(&mut self, value: Value) -> u32 {
        if !self.grain.is_each() {
            let class = self.grain.class_of(&value, &self.facts);
            return class.and_then(|it| u32::try_from(it).ok()).unwrap_or(ALONE);
        }
        if let Some(at) = self.place_in_list(&value) {
            return u32::try_from(at + 1).unwrap_or(ALONE);
        }
        let next = self.values.len() + 1;
        if let Some(known) = self.values.get(&value) {
            return *known;
        }
        if next > self.most {
            return ALONE;
        }
        let next = u32::try_from(next).unwrap_or(ALONE);
        self.values.insert(value, next);
        next
    }

    /// Of a closed list, the place of a value: the classes of all files are then the same.
    fn place_in_list(&self, value: &Value) -> Option<usize> {
        let text = value.text().filter(|_| is_listed(self.grain))?;
        self.cell.mapping.allowed.iter().position(|it| it == text)
    }
}

const fn is_listed(grain: &Grain) -> bool {
    matches!(grain.holds(), FieldType::OneOf | FieldType::Stage)
}
