#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;

use contracts::{
    Indexes, Key,
    state::{RecordState, RoutingState, counted_for},
};
use crm::Record;
use decisions::routing::{Rotations, would};
use store::{MemoryStore, Store, Transaction, put_state};
use testkit::{at, example_rules, example_staffing, example_with, lead, rules};

use super::*;

const THEN: &str = "2026-11-23T09:00:00Z";
const NOW: &str = "2026-11-23T12:00:00Z";

fn of(id: &str, country: &str) -> Record {
    lead(id, at(THEN)).account(country, "software", 300).build()
}

fn routed(record: &Record) -> RoutingState {
    let staffing = example_staffing();
    let people = staffing.model.people.keys();
    let loads = people.map(|person| (person.clone(), Default::default()));
    let staffing = staffing.with_loads(loads.collect());
    let routed = would(&staffing, record, None, &Rotations::new(), at(THEN));
    routed.unwrap().unwrap().routing
}

/// Leads as the example's rules gave them: in the table, and found there again.
fn in_table() -> Vec<Routed> {
    let mut puts = Vec::new();
    for (id, country) in [("1", "DE"), ("2", "AT"), ("3", "US"), ("4", "FR")] {
        let record = of(id, country);
        let routing = routed(&record);
        let indexes = Indexes {
            person: routing.owner.as_ref().map(counted_for),
            ..Indexes::default()
        };
        let (before, key) = (
            None::<&store::Versioned<RoutingState>>,
            Key::routing(&record.id),
        );
        puts.push(put_state(key, &routing, before, indexes));
        let (key, sequence) = (Key::record(&record.id), 1);
        let copy = RecordState { record, sequence };
        puts.push(put_state(key, &copy, before, Indexes::default()));
    }
    let people = people(&example_rules(), &Live::default());
    let found = wait(async {
        let store = MemoryStore::default();
        let checks = Vec::new();
        store.commit(Transaction { puts, checks }).await.unwrap();
        let records = engine::routed_in_indexes(&store, &people).await.unwrap();
        Ok(engine::read_routed(&store, &records).await.unwrap())
    });
    found.unwrap()
}

fn shown(rules: &Rules, asked: Option<&str>) -> String {
    let records = in_table();
    let texts = testkit::example_texts();
    let asked = asked.map(|it| model_compiler::condition(&texts, it).unwrap());
    let reroute = judged(rules, &Live::default(), &records, asked.as_ref(), at(NOW));
    let shown = Shown {
        model: &rules.model,
        folder: Path::new("config"),
        all: true,
        looked_at: records.len(),
        reroute: &reroute,
        at: at(NOW),
    };
    shown.text(rules.company_zone())
}

#[test]
fn by_the_model_by_which_they_were_routed_nothing_moves() {
    assert_eq!(
        shown(&example_rules(), None),
        "by the model in config, Mon 23 Nov 2026 13:00; nothing is moved\n\
         4 records looked at: 0 would move, 4 stay where they are\nno record would move\n"
    );
}

#[test]
fn by_another_what_moves_is_summed_by_from_whom_to_whom() {
    let other = example_with(
        "processes.yaml",
        "    - rule: dach\n",
        "    - rule: alps\n      when: { account.country: AT, lead.in_icp: yes }\n      \
         to: pool america_account_executives\n    - rule: dach\n",
    );
    assert_eq!(
        shown(&rules(other.clone()), None),
        "by the model in config, Mon 23 Nov 2026 13:00; nothing is moved
4 records looked at: 1 would move, 3 stay where they are

from  to                               by rule  records  amount  such as
anna  pool america_account_executives  alps     1        -       lead:2
"
    );
    let asked = shown(&rules(other), Some("{ account.country: AT }"));
    assert!(
        asked.contains("1 would move, 3 are not asked for by --where"),
        "{asked}"
    );
}
