use crm::{RecordKind, Value};
use jiff::Timestamp;
use model::{Derived, Destination, Rows, When};

use super::candidates::{Candidates, add, candidate, domain, of_condition, without};
use crate::rules::Rules;

/// The most rows of a table that stand for the others.
const MOST_ROWS: usize = 12;

/// The values on either side of each test on which the routing of a kind leans.
pub(crate) fn of_routing(rules: &Rules, kind: RecordKind, now: Timestamp) -> Candidates {
    let mut all = Candidates::new();
    for rule in rules.model.routing.get(&kind).into_iter().flatten() {
        match &rule.to {
            Destination::Field(field) => {
                // One stands for all: with many the rules behind this one would hardly be asked.
                let people = rules.model.people.keys().take(1);
                people.for_each(|it| add(&mut all, candidate(field, Value::Person(it.clone()))));
                add(&mut all, without(field, field));
            }
            Destination::Table { table, by } => {
                let rows = rules.model.tables.get(table).map(|it| &it.rows);
                let some = rows.into_iter().flat_map(Rows::iter).take(MOST_ROWS);
                for (text, _) in some {
                    match rules.model.derived.get(by) {
                        Some(Derived::DomainOf(of)) => add(&mut all, domain(by, of, text)),
                        _ => add(&mut all, candidate(by, Value::Text(text.to_owned()))),
                    }
                }
            }
            Destination::PartnerOf { person, pairs } => {
                let partners = rules.model.pairs.get(pairs).map(|it| &it.partners);
                let some = partners.into_iter().flatten().take(MOST_ROWS);
                for (one, _) in some {
                    add(&mut all, candidate(person, Value::Person(one.clone())));
                }
            }
            _ => {}
        }
        if let When::Holds(condition) = &rule.when {
            of_condition(rules, condition, now, &mut all);
        }
    }
    all
}
