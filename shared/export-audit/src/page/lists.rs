//! The records behind the numbers of a page, each record once: a list names them by their places.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    close_dates,
    figures::{list_moved, list_of, list_stale, list_without},
    metrics::{GROUPS, group_key, key},
    movement,
};
use crate::{
    grouped::amount,
    listed::Listed,
    metrics::{CountsAs, Lists},
    report::Report,
};

#[derive(Default)]
pub(super) struct PageLists {
    places: BTreeMap<(String, u64), usize>,
    records: Vec<Value>,
    lists: BTreeMap<String, Vec<usize>>,
}

impl PageLists {
    pub(super) fn of(report: &Report) -> Self {
        let mut all = Self::default();
        for kind in report.kinds.values() {
            for (name, records) in &kind.behind {
                all.put(name.clone(), records);
            }
            all.ids("doubled", &kind.doubled_ids);
            all.ids("unmatched", &kind.unmatched_ids);
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
            all.put(close_dates::list_of(it), &it.sooner);
        }
        for part in report.movement.iter().flat_map(|it| &it.parts) {
            let deals = part.deals.iter().take(movement::LISTED);
            let deals: Vec<Listed> = deals
                .map(|(id, by)| Listed {
                    id: format!("{id}: {}", amount(*by)),
                    line: 0,
                })
                .collect();
            all.put(movement::list_of(part), &deals);
        }
        all
    }

    /// The records, and the lists by their names.
    pub(super) fn values(self) -> (Vec<Value>, Value) {
        (self.records, json!(self.lists))
    }

    fn of_metric(&mut self, key: &str, lists: &Lists) {
        for so in CountsAs::ALL {
            self.put(list_of(key, so), lists.counting(so));
        }
        for field in 0..lists.fields() {
            self.put(list_without(key, field), lists.without(field));
            self.put(list_stale(key, field), lists.stale(field));
        }
        for (way, list) in lists.moved() {
            self.put(list_moved(key, way), list);
        }
    }

    fn ids(&mut self, name: &str, ids: &[String]) {
        let records: Vec<Listed> = ids
            .iter()
            .map(|id| Listed {
                id: id.clone(),
                line: 0,
            })
            .collect();
        self.put(name.to_owned(), &records);
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
