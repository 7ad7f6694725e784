//! Records that pass to another team: taken over, refused, left lying, or moved away from before that.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{
    CrmWrite, EventData, HandOffAccepted, NotTakenOver, Notice,
    state::{Clock, ClockStatus, ClocksState, GateState},
};
use crm::{Contacted, PersonId, Record, RecordKind, Value};
use decisions::{
    Staffing,
    clocks::{Answer, Clocked, Moved, Trigger, decide},
};
use jiff::{SignedDuration, Timestamp};
use testkit::{at, example_model, lead, opportunity, staffing};

/// Monday 10:00 in Berlin.
fn monday() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

fn after(hours: i64) -> Timestamp {
    monday() + SignedDuration::from_hours(hours)
}

fn person(name: &str) -> PersonId {
    PersonId::new(name)
}

/// A record that is handed over, with its clocks.
struct Handed {
    rules: Staffing,
    record: Record,
    gate: GateState,
    clock: &'static str,
    clocks: Option<ClocksState>,
    /// What followed from what was heard last.
    emits: Vec<EventData>,
}

impl Handed {
    /// A deal of Anna's, who moves it to won on Monday: it goes to customer success, which is Nina.
    fn deal(rules: Staffing) -> Self {
        let record = opportunity("1", monday())
            .account("DE", "software", 300)
            .owner("anna")
            .text("onboarding_contact", "Ada")
            .text("promised_scope", "two warehouses")
            .build();
        let mut deal = Self::new(rules, record, "won.hand_off");
        deal.enters("won", monday());
        deal
    }

    /// A lead of Ines', who moves it to accepted on Monday: it goes to the team for DACH, which Jonas leads.
    fn lead() -> Self {
        let record = lead("1", monday()).owner("ines").build();
        let mut lead = Self::new(example(), record, "accepted.hand_off");
        lead.enters("accepted", monday());
        lead
    }

    fn new(rules: Staffing, record: Record, clock: &'static str) -> Self {
        Self {
            rules,
            record,
            gate: stands("", monday()),
            clock,
            clocks: None,
            emits: Vec::new(),
        }
    }

    fn hear(&mut self, trigger: Trigger<'_>) -> Option<Clocked> {
        let before = self.clocks.as_ref();
        let clocked = decide(&self.rules, &self.record, Some(&self.gate), before, trigger);
        self.emits = clocked
            .iter()
            .flat_map(|it| it.draft.emits.clone())
            .collect();
        if let Some(clocked) = &clocked {
            self.clocks = Some(clocked.clocks.clone());
        }
        clocked
    }

    /// Its owner moves it, and its gate lets it.
    fn enters(&mut self, stage: &str, at: Timestamp) {
        let text = Value::Text(stage.to_owned());
        self.record.fields.insert("stage".to_owned(), text);
        self.gate = stands(stage, at);
        self.told(stage, true, at);
    }

    fn told(&mut self, stage: &str, entered: bool, at: Timestamp) {
        let by = self.record.owner().cloned();
        let moved = Moved {
            stage,
            entered,
            first: false,
            at,
            by: by.as_ref(),
            told: at,
            owner: None,
            sequence: 2,
        };
        self.hear(Trigger::Moved(moved));
    }

    fn says(&mut self, by: &str, refused: Option<&str>, at: Timestamp) -> Option<Clocked> {
        let (clock, by) = (self.clock, person(by));
        self.hear(Trigger::Answered(Answer {
            clock,
            instance: 1,
            by: &by,
            refused,
            at,
        }))
    }

    fn copy(&mut self, contact: Option<Contacted>, at: Timestamp) {
        self.record.last_contact.clone_from(&contact);
        self.hear(Trigger::Changed {
            modified: at,
            contact: contact.as_ref(),
            replied: None,
            fields: &[],
            sequence: 3,
        });
    }

    fn run(&self) -> &Clock {
        let clocks = self.clocks.as_ref().expect("clocks");
        &clocks.clocks[self.clock]
    }

    /// Who is told what.
    fn told_of<'a, T>(&'a self, what: impl Fn(&'a Notice) -> Option<T>) -> Vec<(&'a str, T)> {
        let notices = self.emits.iter().filter_map(|it| match it {
            EventData::NoticeRequested { to, notice } => Some((to.as_str(), what(notice)?)),
            _ => None,
        });
        notices.collect()
    }

    fn not_taken_over(&self) -> Vec<(&str, &NotTakenOver)> {
        self.told_of(|it| match it {
            Notice::NotTakenOver(it) => Some(it),
            _ => None,
        })
    }

    fn moved_to(&self) -> Option<(&str, Option<&str>)> {
        self.emits.iter().find_map(|it| match it {
            EventData::CrmWriteRequested {
                write: CrmWrite::Stage { to, only_if },
            } => Some((to.as_str(), only_if.as_deref())),
            _ => None,
        })
    }
}

fn stands(stage: &str, since: Timestamp) -> GateState {
    GateState {
        stage: stage.to_owned(),
        since,
        turned_back: None,
        held: None,
        unknown: false,
        outside: false,
    }
}

fn example() -> Staffing {
    staffing(example_model())
}

fn names<'a, T>(told: &[(&'a str, T)]) -> Vec<&'a str> {
    told.iter().map(|(to, _)| *to).collect()
}

#[test]
fn what_is_won_is_handed_over_although_it_is_closed_and_both_sides_hear_of_it() {
    let deal = Handed::deal(example());
    let run = deal.run();
    assert_eq!(
        (run.owner.as_str(), run.calendar.as_str()),
        ("nina", "berlin")
    );
    assert_eq!(run.due, at("2026-11-25T09:00:00Z"));
    let told = deal.told_of(|it| match it {
        Notice::HandedOver { team, from, to, .. } => Some((team, from, to)),
        _ => None,
    });
    assert_eq!(names(&told), ["nina", "anna"]);
    assert_eq!(
        told[0].1,
        (
            &"customer_success".to_owned(),
            &Some(person("anna")),
            &person("nina")
        )
    );
    let made = |it: &&EventData| matches!(it, EventData::HandOffMade(_));
    assert_eq!(deal.emits.iter().filter(made).count(), 1);
}

#[test]
fn it_is_made_once_however_often_that_is_told() {
    let mut deal = Handed::deal(example());
    deal.told("won", true, monday());
    assert!(deal.emits.is_empty(), "{:?}", deal.emits);
    assert_eq!(deal.run().instance, 1);
}

#[test]
fn somebody_of_the_team_or_above_it_takes_it_over_and_nobody_else() {
    for by in ["nina", "carla"] {
        let mut deal = Handed::deal(example());
        assert!(
            deal.says("anna", None, after(1)).is_none(),
            "anna is not of them"
        );
        assert!(deal.says("olga", Some("no"), after(1)).is_none());
        assert!(deal.says(by, None, after(2)).is_some());
        assert_eq!(deal.run().status, ClockStatus::MetInTime);
        let accepted = EventData::HandOffAccepted(HandOffAccepted {
            clock: "won.hand_off".to_owned(),
            instance: 1,
            by: Some(person(by)),
        });
        assert!(deal.emits.contains(&accepted), "{:?}", deal.emits);
        assert!(
            deal.says("nina", Some("no"), after(3)).is_none(),
            "it was answered"
        );
    }
}

#[test]
fn what_is_refused_goes_back_once_and_whoever_gave_it_hears_why() {
    let mut deal = Handed::deal(example());
    deal.says("nina", Some("no kick-off date"), after(2));
    assert_eq!(deal.run().status, ClockStatus::Cancelled);
    assert_eq!(deal.moved_to(), Some(("negotiation", Some("won"))));
    let told = deal.not_taken_over();
    assert_eq!(names(&told), ["anna"]);
    let it = told[0].1;
    let reason = (person("nina"), "no kick-off date".to_owned());
    assert_eq!(it.refused.as_ref(), Some(&reason));
    assert_eq!(it.move_to.as_deref(), Some("negotiation"));
    assert!(deal.says("nina", Some("again"), after(3)).is_none());
    deal.enters("negotiation", after(4));
    deal.enters("won", after(5));
    assert_eq!(deal.run().instance, 2, "it is handed over anew");
}

#[test]
fn a_refusal_that_moves_nothing_is_brought_before_whoever_is_asked_at_last() {
    let mut model = example_model();
    let clock = model.clocks.get_mut("won.hand_off").expect("the clock");
    clock.hand_off.as_mut().expect("a hand-off").refused_to = None;
    let mut deal = Handed::deal(staffing(model));
    deal.says("nina", Some("no kick-off date"), after(2));
    assert_eq!(deal.moved_to(), None);
    let told = deal.not_taken_over();
    assert_eq!(names(&told), ["carla", "anna"]);
    assert_eq!(told[0].1.asked, [person("carla")]);
}

#[test]
fn where_the_gate_does_not_let_it_back_somebody_is_asked() {
    let mut model = example_model();
    let journey = model.lifecycles.get_mut("opportunity").expect("deals");
    let won = journey.stages.iter_mut().find(|it| it.name == "won");
    won.expect("won").may_move_to = vec!["lost".to_owned()];
    let clock = model.clocks.get_mut("won.hand_off").expect("the clock");
    let of = clock.hand_off.as_mut().expect("a hand-off");
    of.refused_to = Some("lost".to_owned());
    let mut deal = Handed::deal(staffing(model));
    deal.says("nina", Some("they have changed their mind"), after(2));
    assert_eq!(deal.moved_to(), None);
    let told = deal.not_taken_over();
    assert_eq!(names(&told), ["carla", "anna"], "nina reports to carla");
    assert!(
        told[0].1.unmet[0].starts_with("reason: "),
        "{:?}",
        told[0].1.unmet
    );
}

#[test]
fn when_the_time_is_up_both_sides_and_whoever_is_asked_hear_of_it_once() {
    let mut deal = Handed::deal(example());
    let due = deal.run().due;
    deal.hear(Trigger::Due { at: due });
    assert_eq!(deal.run().status, ClockStatus::Late);
    let told = deal.not_taken_over();
    assert_eq!(names(&told), ["carla", "anna", "nina"]);
    assert_eq!(
        (told[0].1.refused.as_ref(), told[0].1.move_to.as_ref()),
        (None, None)
    );
    assert!(
        deal.hear(Trigger::Due {
            at: due + SignedDuration::from_hours(1)
        })
        .is_none()
    );
    deal.says("nina", None, due + SignedDuration::from_hours(2));
    assert_eq!(deal.run().status, ClockStatus::MetLate);
}

#[test]
fn what_leaves_the_stage_is_not_waited_for_any_more() {
    let mut deal = Handed::deal(example());
    deal.record
        .fields
        .insert("stage".to_owned(), Value::Text("negotiation".to_owned()));
    deal.gate = stands("negotiation", after(3));
    deal.told("won", false, after(3));
    assert_eq!(deal.run().status, ClockStatus::Cancelled);
    assert!(deal.not_taken_over().is_empty());
}

#[test]
fn a_contact_of_the_team_takes_it_over_and_one_of_others_does_not() {
    let mut lead = Handed::lead();
    assert_eq!(lead.record.id.kind, RecordKind::Lead);
    assert_eq!(
        lead.run().owner,
        person("jonas"),
        "ines is of another team, so its lead"
    );
    let by = |who: &str, hours| Contacted {
        at: after(hours),
        by: Some(person(who)),
    };
    lead.copy(Some(by("ines", 1)), after(1));
    assert!(lead.run().status.is_open());
    lead.copy(Some(by("ben", 2)), after(2));
    assert_eq!(lead.run().status, ClockStatus::MetInTime);
    let accepted = |it: &EventData| matches!(it, EventData::HandOffAccepted(HandOffAccepted { by: Some(by), .. }) if *by == person("ben"));
    assert!(lead.emits.iter().any(accepted), "{:?}", lead.emits);
}

#[test]
fn who_becomes_the_owner_is_to_take_it_over_if_they_are_of_the_team() {
    let mut lead = Handed::lead();
    let anna = person("anna");
    lead.record
        .fields
        .insert("owner".to_owned(), Value::Person(anna.clone()));
    lead.hear(Trigger::Routed {
        owner: &anna,
        at: after(1),
    });
    assert_eq!(lead.run().owner, anna);
    lead.hear(Trigger::Ownerless { at: after(2) });
    assert_eq!(lead.run().owner, person("jonas"));
    assert!(lead.run().status.is_open());
}

#[test]
fn what_nobody_accepts_goes_back() {
    let mut lead = Handed::lead();
    let due = lead.run().due;
    lead.hear(Trigger::Due { at: due });
    assert_eq!(lead.moved_to(), Some(("recycled", Some("accepted"))));
    assert_eq!(names(&lead.not_taken_over()), ["ines", "jonas"]);
    assert!(
        lead.says("ben", None, due + SignedDuration::from_hours(1))
            .is_some()
    );
}

#[test]
fn what_is_deleted_is_handed_to_nobody() {
    let mut deal = Handed::deal(example());
    deal.record.archived = true;
    deal.copy(None, after(1));
    assert_eq!(deal.run().status, ClockStatus::Cancelled);
}
