//! Records that pass to another team: taken over, refused, left lying, or moved away from before that.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod handed;

use contracts::{EventData, HandOffAccepted, Notice, state::ClockStatus};
use crm::{Contacted, FieldRef, RecordKind, Value};
use decisions::clocks::Trigger;
use jiff::SignedDuration;
use model::{Condition, GateMode, Operator, Test};
use testkit::{at, example_model, staffing};

use handed::{Handed, after, example, monday, names, person, stands};

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
    let mut deal = refused_to_lost(GateMode::TurnBack);
    assert_eq!(deal.moved_to(), None);
    let told = deal.not_taken_over();
    assert_eq!(names(&told), ["carla", "anna"], "nina reports to carla");
    assert!(
        told[0].1.unmet[0].starts_with("Please fill in: "),
        "{:?}",
        told[0].1.unmet
    );
    deal = refused_to_lost(GateMode::Warn);
    assert_eq!(
        deal.moved_to(),
        Some(("lost", Some("won"))),
        "it lets everything through"
    );
}

/// A deal that was won and refused, which is to be lost then, though nobody said why.
fn refused_to_lost(gate: GateMode) -> Handed {
    let mut model = example_model();
    let journey = model.lifecycles.get_mut("opportunity").expect("deals");
    journey.gate = gate;
    let won = journey.stages.iter_mut().find(|it| it.name == "won");
    won.expect("won").may_move_to = vec!["lost".to_owned()];
    let clock = model.clocks.get_mut("won.hand_off").expect("the clock");
    let of = clock.hand_off.as_mut().expect("a hand-off");
    of.refused_to = Some("lost".to_owned());
    let mut deal = Handed::deal(staffing(model));
    deal.says("nina", Some("they have changed their mind"), after(2));
    deal
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
fn what_nobody_accepts_goes_back_and_is_nobodys_to_take_over_any_more() {
    let mut lead = Handed::lead();
    let due = lead.run().due;
    lead.hear(Trigger::Due { at: due });
    assert_eq!(lead.moved_to(), Some(("recycled", Some("accepted"))));
    assert_eq!(names(&lead.not_taken_over()), ["ines", "jonas"]);
    // The CRM may take hours to show it.
    let later = due + SignedDuration::from_hours(1);
    assert!(lead.says("ben", None, later).is_none());
    let by = Contacted {
        at: later,
        by: Some(person("ben")),
    };
    lead.copy(Some(by), later);
    assert_eq!(lead.run().status, ClockStatus::Late);
}

#[test]
fn who_is_no_person_of_the_model_gives_what_was_somebodys() {
    let mut deal = Handed::deal(example());
    deal.clocks = None;
    deal.told_by(Some(person("crm:999")), "won", true, monday());
    let made = deal.emits.iter().find_map(|it| match it {
        EventData::HandOffMade(made) => Some(made.from.clone()),
        _ => None,
    });
    assert_eq!(made, Some(Some(person("anna"))));
}

#[test]
fn whoever_is_to_take_it_over_next_is_told() {
    let mut lead = Handed::lead();
    let ben = person("ben");
    let owner = Value::Person(ben.clone());
    lead.record.fields.insert("owner".to_owned(), owner);
    lead.hear(Trigger::Routed {
        owner: &ben,
        at: after(1),
    });
    let told = lead.told_of(|it| matches!(it, Notice::HandedOver { .. }).then_some(()));
    assert_eq!(names(&told), ["ben"]);
}

#[test]
fn what_is_not_theirs_is_handed_to_nobody_and_what_may_be_is() {
    let lead = Handed::lead_of("US");
    assert!(lead.emits.is_empty() && lead.clocks.is_none());
    let mut model = example_model();
    let clock = model
        .clocks
        .get_mut("accepted.hand_off")
        .expect("the clock");
    let country = Test {
        field: FieldRef::new(RecordKind::Account, "country"),
        operator: Operator::OneOf(vec![Value::Text("DE".to_owned())]),
        place: clock.place,
    };
    clock.when = Some(Condition::Test(country));
    let mut lead = Handed::lead();
    lead.rules = staffing(model);
    lead.clocks = None;
    lead.record.account = None;
    lead.enters("accepted", monday());
    assert_eq!(
        lead.run().owner,
        person("jonas"),
        "nobody knows whose it is"
    );
}

#[test]
fn what_is_deleted_is_handed_to_nobody() {
    let mut deal = Handed::deal(example());
    deal.record.archived = true;
    deal.copy(None, after(1));
    assert_eq!(deal.run().status, ClockStatus::Cancelled);
}
