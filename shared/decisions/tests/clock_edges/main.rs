//! Clocks that the record itself starts and meets: its stages, its fields, a day; and which records have them.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test")]

mod days;

use contracts::{
    EventData,
    state::{Clock, ClockStatus, ClocksState, GateState},
};
use crm::{Contacted, Decimal, FieldRef, PersonId, Record, Value};
use decisions::{
    Staffing,
    clocks::{Clocked, Moved, Trigger, decide},
};
use jiff::{SignedDuration, Timestamp};
use testkit::{at, example_with, opportunity, staffing};

const CLOCK: &str = "open_proposal";
const START: &str = "start: { upon: stage.entered, stage: proposal }";

/// Monday 10:00 in Berlin.
fn monday() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

fn after(hours: i64) -> Timestamp {
    monday() + SignedDuration::from_hours(hours)
}

fn example() -> Staffing {
    with(START, START)
}

fn with(piece: &str, replacement: &str) -> Staffing {
    staffing(example_with("processes.yaml", piece, replacement))
}

struct Deal {
    rules: Staffing,
    record: Record,
    gate: GateState,
    clocks: Option<ClocksState>,
    sequence: u64,
}

impl Deal {
    fn new(rules: Staffing) -> Self {
        let record = opportunity("1", monday())
            .account("DE", "software", 300)
            .owner("anna")
            .value("amount", Value::Number(Decimal::from(20_000)))
            .build();
        Self {
            rules,
            record,
            gate: stands("discovery", monday()),
            clocks: None,
            sequence: 1,
        }
    }

    fn hear(&mut self, trigger: Trigger<'_>) -> Option<Clocked> {
        let (gate, before) = (Some(&self.gate), self.clocks.as_ref());
        let clocked = decide(&self.rules, &self.record, gate, before, trigger);
        if let Some(clocked) = &clocked {
            self.clocks = Some(clocked.clocks.clone());
        }
        clocked
    }

    /// A person moves it, and its gate lets it.
    fn moves(&mut self, to: &str, at: Timestamp, by: Option<&str>) -> Option<Clocked> {
        self.sequence += 1;
        let from = std::mem::replace(&mut self.gate, stands(to, at)).stage;
        self.record
            .fields
            .insert("stage".to_owned(), Value::Text(to.to_owned()));
        self.told(&from, false, at, by);
        self.told(to, true, at, by)
    }

    fn told(
        &mut self,
        stage: &str,
        entered: bool,
        at: Timestamp,
        by: Option<&str>,
    ) -> Option<Clocked> {
        let by = by.map(PersonId::new);
        let moved = Moved {
            stage,
            entered,
            first: false,
            at,
            by: by.as_ref(),
            told: at,
            owner: None,
            sequence: self.sequence,
        };
        self.hear(Trigger::Moved(moved))
    }

    fn changes(&mut self, field: &str, value: Option<Value>, at: Timestamp) -> Option<Clocked> {
        self.sequence += 1;
        match value {
            Some(value) => self.record.fields.insert(field.to_owned(), value),
            None => self.record.fields.remove(field),
        };
        let fields = [FieldRef::new(self.record.id.kind, field)];
        self.copy(at, &fields)
    }

    fn copy(&mut self, at: Timestamp, fields: &[FieldRef]) -> Option<Clocked> {
        let contact = self.record.last_contact.clone().filter(|it| it.at == at);
        let sequence = self.sequence;
        self.hear(Trigger::Changed {
            modified: at,
            contact: contact.as_ref(),
            replied: None,
            fields,
            sequence,
        })
    }

    fn contacted(&mut self, at: Timestamp) -> Option<Clocked> {
        let by = Some(PersonId::new("anna"));
        self.record.last_contact = Some(Contacted { at, by });
        self.copy(at, &[])
    }

    fn run(&self) -> Option<&Clock> {
        self.clocks.as_ref()?.clocks.get(CLOCK)
    }

    fn stands(&self) -> Option<(u32, ClockStatus, Timestamp)> {
        let run = self.run()?;
        Some((run.instance, run.status, run.started))
    }
}

fn stands(stage: &str, since: Timestamp) -> GateState {
    GateState {
        stage: stage.to_owned(),
        since,
        turned_back: None,
        unknown: false,
        outside: false,
        held: None,
        rounds: None,
        undoing: None,
    }
}

fn notes(clocked: &Option<Clocked>) -> String {
    let reasons = clocked.iter().flat_map(|it| &it.draft.reasons);
    let notes: Vec<_> = reasons.filter_map(|it| it.note.clone()).collect();
    notes.join("\n")
}

#[test]
fn every_time_that_a_stage_is_entered_a_run_begins() {
    let mut deal = Deal::new(example());
    deal.moves("proposal", after(1), None);
    assert_eq!(deal.stands(), Some((1, ClockStatus::Running, after(1))));
    let due = deal.run().expect("a run").due;
    assert_eq!(due, at("2026-11-30T10:00:00Z"), "five working days later");
    // Told twice, and late: the first counts.
    deal.told("proposal", true, after(1), None);
    assert_eq!(deal.stands(), Some((1, ClockStatus::Running, after(1))));
    let left = deal.moves("negotiation", after(5), Some("anna"));
    assert_eq!(deal.stands(), Some((1, ClockStatus::MetInTime, after(1))));
    assert!(left.is_none(), "entering another stage starts nothing");
    deal.moves("proposal", after(9), None);
    assert_eq!(deal.stands(), Some((2, ClockStatus::Running, after(9))));
}

#[test]
fn a_stage_that_was_left_by_the_time_it_is_told_starts_nothing() {
    let mut deal = Deal::new(example());
    deal.gate = stands("negotiation", after(3));
    deal.told("proposal", true, after(1), None);
    assert_eq!(deal.stands(), None);
}

#[test]
fn what_was_at_its_stage_long_before_it_was_seen_starts_nothing() {
    for (days, runs) in [(0, true), (3, false)] {
        let mut deal = Deal::new(example());
        deal.gate = stands("proposal", monday());
        let told = monday() + SignedDuration::from_hours(24 * days);
        deal.hear(Trigger::Moved(Moved {
            stage: "proposal",
            entered: true,
            first: true,
            at: monday(),
            by: None,
            told,
            owner: None,
            sequence: 1,
        }));
        assert_eq!(deal.run().is_some(), runs, "{days} days");
    }
}

#[test]
fn three_contacts_on_two_days_meet_it_and_three_on_one_do_not() {
    let mut deal = Deal::new(example());
    deal.moves("proposal", monday(), None);
    let second = {
        deal.contacted(after(1));
        deal.contacted(after(2))
    };
    assert!(
        notes(&second).contains("2 of 3, on 1 of 2 days"),
        "{}",
        notes(&second)
    );
    deal.contacted(after(3));
    assert_eq!(deal.run().expect("a run").status, ClockStatus::Running);
    deal.contacted(after(24));
    let run = deal.run().expect("a run");
    assert_eq!(
        (run.status, run.met),
        (ClockStatus::MetInTime, Some(after(24)))
    );
}

#[test]
fn a_day_is_one_of_the_company() {
    // 00:30 in Berlin is 23:30 of the day before in London.
    let mut deal = Deal::new(with("times: 3, on_days: 2", "times: 2, on_days: 2"));
    deal.moves("proposal", monday(), None);
    deal.contacted(at("2026-11-23T22:50:00Z"));
    deal.contacted(at("2026-11-23T23:10:00Z"));
    assert_eq!(deal.run().expect("a run").status, ClockStatus::MetInTime);
}

#[test]
fn only_the_owners_own_move_meets_what_asks_for_it_and_an_unknown_mover_does() {
    for (by, met) in [(Some("ben"), false), (Some("anna"), true), (None, true)] {
        let mut deal = Deal::new(with(
            "- { upon: stage.left }",
            "- { upon: stage.left, by: owner }",
        ));
        deal.moves("proposal", monday(), None);
        deal.moves("negotiation", after(1), by);
        let status = deal.run().expect("a run").status;
        assert_eq!(status == ClockStatus::MetInTime, met, "{by:?}");
    }
}

#[test]
fn who_does_not_have_it_is_not_told_and_who_may_is() {
    let mut deal = Deal::new(example());
    deal.record
        .fields
        .insert("amount".to_owned(), Value::Number(Decimal::from(900)));
    assert!(deal.moves("proposal", monday(), None).is_none());
    let mut deal = Deal::new(example());
    deal.record.fields.remove("amount");
    let unknown = deal.moves("proposal", monday(), None);
    assert_eq!(deal.stands(), None);
    assert!(
        notes(&unknown).contains("is not known"),
        "{}",
        notes(&unknown)
    );
    let findings = &unknown.expect("said").draft.reasons[0].findings;
    assert_eq!(findings[0].field, "opportunity.amount");
    // It is judged at the edge: what is known later starts nothing by itself.
    deal.changes(
        "amount",
        Some(Value::Number(Decimal::from(20_000))),
        after(1),
    );
    assert_eq!(deal.stands(), None);
}

#[test]
fn what_begins_while_nobody_owns_the_record_is_owed_to_who_gets_it() {
    let mut deal = Deal::new(example());
    deal.record.fields.remove("owner");
    let owed = deal.moves("proposal", after(1), None);
    assert!(
        notes(&owed).contains("whoever gets the record"),
        "{}",
        notes(&owed)
    );
    assert_eq!(deal.stands(), None);
    deal.changes("owner", Some(Value::Person(PersonId::new("ben"))), after(3));
    assert_eq!(deal.stands(), Some((1, ClockStatus::Running, after(3))));
    assert_eq!(deal.run().expect("a run").owner, PersonId::new("ben"));
    assert!(deal.clocks.as_ref().expect("clocks").owed.is_empty());

    let mut deal = Deal::new(example());
    deal.record.fields.remove("owner");
    deal.moves("proposal", after(1), None);
    deal.moves("negotiation", after(2), None);
    deal.changes("owner", Some(Value::Person(PersonId::new("ben"))), after(3));
    assert_eq!(deal.stands(), None, "it has left the stage by then");
}

#[test]
fn closing_by_a_move_meets_what_the_move_meets_whichever_is_heard_first() {
    for copy_first in [true, false] {
        let mut deal = Deal::new(example());
        deal.moves("proposal", monday(), None);
        deal.record
            .fields
            .insert("stage".to_owned(), Value::Text("lost".to_owned()));
        if copy_first {
            deal.copy(after(1), &[]);
            assert_eq!(deal.run().expect("a run").status, ClockStatus::Running);
        }
        deal.moves("lost", after(1), None);
        assert_eq!(
            deal.run().expect("a run").status,
            ClockStatus::MetInTime,
            "{copy_first}"
        );
    }
    // What is archived is told by no gate.
    let mut deal = Deal::new(example());
    deal.moves("proposal", monday(), None);
    deal.record.archived = true;
    deal.copy(after(1), &[]);
    assert_eq!(deal.run().expect("a run").status, ClockStatus::Cancelled);
}

#[test]
fn a_stage_that_is_left_starts_a_run_and_what_stood_before_may_have_met_it() {
    let start = "start: { upon: stage.left, stage: discovery }";
    let rules = || {
        staffing(example_with_meet(
            start,
            "upon: stage.entered, stage: proposal",
        ))
    };
    let mut deal = Deal::new(rules());
    deal.moves("sql", after(1), None);
    assert_eq!(deal.stands(), Some((1, ClockStatus::Running, after(1))));
    let mut deal = Deal::new(rules());
    // Told in the other order, as two queues may: the gate shows already where it went.
    deal.gate = stands("proposal", after(1));
    deal.told("proposal", true, after(1), None);
    deal.told("discovery", false, after(1), None);
    assert_eq!(deal.stands(), Some((1, ClockStatus::MetInTime, after(1))));
}

#[test]
fn each_change_of_a_field_starts_a_run_in_place_of_the_last() {
    let start = "start: { upon: field.changed, field: opportunity.close_date }";
    let mut deal = Deal::new(staffing(example_with_meet(
        start,
        "upon: field.changed, field: opportunity.amount",
    )));
    let date = |text: &str| Some(Value::Date(text.parse().expect("a date")));
    deal.changes("close_date", date("2027-01-31"), after(1));
    assert_eq!(deal.stands(), Some((1, ClockStatus::Running, after(1))));
    let again = deal.changes("close_date", date("2027-02-28"), after(2));
    assert_eq!(deal.stands(), Some((2, ClockStatus::Running, after(2))));
    let names = again.expect("a run").draft.emits;
    let names: Vec<&str> = names.iter().map(EventData::name).collect();
    assert_eq!(names, ["clock.cancelled", "clock.started"]);
    let amount = Value::Number(Decimal::from(30_000));
    deal.changes("amount", Some(amount), after(3));
    assert_eq!(deal.stands(), Some((2, ClockStatus::MetInTime, after(2))));
}

#[test]
fn what_the_copy_shows_that_starts_a_run_does_not_meet_it() {
    let mut deal = Deal::new(staffing(example_with_meet(
        START,
        "upon: field.changed, field: opportunity.amount",
    )));
    // One form sets the stage and the amount: whichever is heard first, the run is open.
    deal.moves("proposal", after(1), None);
    let fields = ["opportunity.amount".parse().expect("a field")];
    deal.copy(after(2), &fields);
    assert_eq!(deal.stands(), Some((1, ClockStatus::Running, after(1))));
    deal.sequence += 1;
    deal.copy(after(3), &fields);
    assert_eq!(deal.stands(), Some((1, ClockStatus::MetInTime, after(1))));
}

fn example_with_meet(start: &str, meet: &str) -> model::OperatingModel {
    let any = "    meet:                         # whichever happens first
      any:
        - { upon: stage.left }
        - { upon: activity.logged, by: owner, times: 3, on_days: 2 }     # three contacts, on two days at least
";
    let texts = testkit::example_texts();
    let text = texts.get("processes.yaml").expect("the file");
    let changed = text.replace(any, &format!("    meet: {{ {meet} }}\n"));
    assert_ne!(text, changed);
    testkit::example_with("processes.yaml", text, &changed.replace(START, start))
}
