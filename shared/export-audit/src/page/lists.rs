//! The records behind the numbers of a page, each record once: a list names them by their places.

use std::collections::BTreeMap;

use ::metrics::Quantity;
use serde_json::{Value, json};

use super::{
    close_dates,
    figures::{list_field, list_moved, list_of, list_with_stale, way},
    metrics::{GROUPS, group_key, key},
    movement::{self, ENDS},
};
use crate::{
    grouped::amount,
    listed::Listed,
    metrics::{CountsAs, FieldStands, Lists},
    report::Report,
};

/// The name of a list of one kind of record: two kinds have the same numbers of different records.
pub(super) fn of_kind_list(kind: &str, name: &str) -> String {
    format!("{kind}.{name}")
}

#[derive(Default)]
pub(super) struct PageLists {
    places: BTreeMap<(String, u64), usize>,
    records: Vec<Value>,
    lists: BTreeMap<String, Vec<usize>>,
}

impl PageLists {
    pub(super) fn of(report: &Report) -> Self {
        let mut all = Self::default();
        for (kind, of_kind) in &report.kinds {
            for (name, records) in &of_kind.behind {
                all.put(of_kind_list(kind, name), records);
            }
        }
        for metric in &report.metrics {
            let key = key(metric);
            all.of_metric(&key, &metric.behind);
            for (by, breakdown) in metric.by.iter().enumerate() {
                for (at, group) in breakdown.groups.iter().take(GROUPS).enumerate() {
                    all.of_metric(&group_key(&key, by, at), &group.behind);
                }
            }
        }
        for it in &report.close_dates {
            for (part, listed) in it.behind() {
                all.put(close_dates::list_of(it, part), listed);
            }
        }
        if let Some(movement) = &report.movement {
            for (words, deals) in ENDS.iter().zip(&movement.ends) {
                all.deals(words, deals);
            }
            for part in &movement.parts {
                all.deals(part.moved.words(), &part.deals);
            }
        }
        all
    }

    /// The greatest deals of a part of a movement, each with its amount.
    fn deals(&mut self, part: &str, deals: &[(String, Quantity)]) {
        let deals = deals.iter().take(movement::LISTED);
        let deals: Vec<Listed> = deals
            .map(|(id, by)| Listed {
                id: format!("{id}: {}", amount(*by)),
                line: 0,
            })
            .collect();
        self.put(movement::list_of(part), &deals);
    }

    /// The records, and the lists by their names.
    pub(super) fn values(self) -> (Vec<Value>, Value) {
        (self.records, json!(self.lists))
    }

    fn of_metric(&mut self, key: &str, lists: &Lists) {
        for so in CountsAs::ALL {
            self.put(list_of(key, so), lists.counting(so));
        }
        for so in FieldStands::ALL {
            for (field, list) in lists.fields(so).iter().enumerate() {
                self.put(list_field(key, so, field), list);
            }
        }
        self.put(list_with_stale(key), lists.with_stale());
        for (went, list) in lists.moved() {
            self.put(format!("{}.{}", list_moved(key), way(went)), list);
        }
    }

    fn put(&mut self, name: String, records: &[Listed]) {
        if records.is_empty() {
            return;
        }
        let places: Vec<usize> = records.iter().map(|it| self.place(it)).collect();
        self.lists.entry(name).or_default().extend(places);
    }

    fn place(&mut self, record: &Listed) -> usize {
        let next = self.records.len();
        let place = self.places.entry((record.id.clone(), record.line));
        let place = *place.or_insert(next);
        if place == next {
            self.records.push(json!([record.id, record.line]));
        }
        place
    }
}
