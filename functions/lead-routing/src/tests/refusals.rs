//! The CRM refuses an owner for good: the next of the pool gets the lead, and the turn with it.

use contracts::state::ClockStatus;
use decisions::{clocks, routing::REFUSED};
use model::{Reassign, Recipient};
use testkit::{example_staffing, example_with, rules};

use super::*;

/// Lead 1 is Anna's, and its write was refused.
async fn annas() -> Tested {
    let tested = routing();
    let events = tested.has("DE", [1]).await;
    tested.handle(&events[0]).await;
    assert_eq!(tested.owner("lead:1").await.as_deref(), Some("anna"));
    tested
}

/// A clock of the lead ran out for its owner: so often it goes to another of the pool, then to their
/// manager.
async fn becomes_late(tested: &Tested, owner: &str, at_most: u32) -> Event {
    let rules = example_staffing();
    let owner = PersonId::new(owner);
    let routed = clocks::Trigger::Routed {
        owner: &owner,
        at: at(NOW),
    };
    let started = clocks::decide(&rules, &lead_of("DE", "1"), None, None, routed);
    let mut state = started.unwrap().clocks;
    let clock = state.clocks.get_mut("first_response").unwrap();
    clock.status = ClockStatus::Late;
    put(
        tested.store.inside(),
        Key::clocks(&record_id("lead:1")),
        &state,
    )
    .await;
    let data = EventData::ReassignRequested(contracts::ReassignRequested {
        from: owner.clone(),
        clock: "first_response".to_owned(),
        instance: 1,
        step: 3,
        terms: Reassign {
            at_most,
            finally: Recipient::Manager,
        },
        at: at(NOW),
    });
    let mut event = upon(&record_id("lead:1"), at(NOW), data);
    event.id = EventId::of(&["late", owner.as_str()]);
    event
}

/// The CRM shows the lead like this by now.
async fn shows(tested: &Tested, record: Record) {
    let key = Key::record(&record.id);
    let state = contracts::state::RecordState {
        record,
        sequence: 2,
    };
    let found = tested.store.inside().get(std::slice::from_ref(&key)).await;
    let before = found.unwrap().remove(0).unwrap();
    let before = Versioned::<serde_json::Value>::read(before).unwrap();
    let put = put_state(key, &state, Some(&before), Indexes::default());
    let transaction = store::Transaction {
        puts: vec![put],
        checks: Vec::new(),
    };
    tested.store.inside().commit(transaction).await.unwrap();
}

#[tokio::test]
async fn a_refused_owners_lead_goes_to_the_next_of_the_pool_and_the_turn_with_it() {
    let tested = annas().await;
    let before = tested.pool(DACH).await;
    tested.handle(&refused_write("lead:1", "anna")).await;
    let next = tested.owner("lead:1").await.unwrap();
    assert_ne!(next, "anna");
    let after = tested.pool(DACH).await;
    assert_eq!(owed(&after), 0);
    let lead = contracts::state::LEAD;
    let lag = |pool: &PoolState, person: &str| pool.members[&PersonId::new(person)].lag;
    assert_eq!(lag(&after, "anna"), lag(&before, "anna") + lead);
    assert_eq!(lag(&after, &next), lag(&before, &next) - lead);
    assert_eq!(received(&after).iter().map(|it| it.1).sum::<u64>(), 1);
    let routing = tested.routing_of("lead:1").await.unwrap();
    assert_eq!(routing.status, RoutingStatus::Routed);
    assert_eq!(routing.refused, [PersonId::new("anna")].into());
    let commits = tested.store.commits();
    assert_eq!(commits.len(), 2);
    let pool = Key::pool(DACH);
    assert!(commits[1].puts.iter().any(|put| put.key == pool));
}

#[tokio::test]
async fn a_refusal_that_comes_twice_moves_the_lead_once() {
    let tested = annas().await;
    tested.handle(&refused_write("lead:1", "anna")).await;
    let before = tested.everything();
    tested.handle(&refused_write("lead:1", "anna")).await;
    // Told of by another event, too.
    let mut again = refused_write("lead:1", "anna");
    again.id = EventId::of(&["again"]);
    tested.handle(&again).await;
    assert_eq!(tested.everything(), before);
}

#[tokio::test]
async fn a_lead_that_is_refused_for_everybody_waits_and_says_so() {
    let tested = annas().await;
    let mut had = Vec::new();
    while let Some(owner) = tested.owner("lead:1").await {
        assert!(!had.contains(&owner), "{owner} was refused before: {had:?}");
        tested.handle(&refused_write("lead:1", &owner)).await;
        had.push(owner);
    }
    had.sort();
    assert_eq!(had, ["anna", "ben", "jonas"]);
    let routing = tested.routing_of("lead:1").await.unwrap();
    let said = (routing.status, routing.rule.as_str());
    assert_eq!(said, (RoutingStatus::Waiting, REFUSED));
    let pool = tested.pool(DACH).await;
    for (person, share) in &pool.members {
        let kept = (share.lag, share.received);
        assert_eq!(kept, (0, 0), "{person} has no lead, and paid for none");
    }
    let audits = tested.audits();
    let mut told = audits.iter().flat_map(|audit| &audit.events);
    assert!(told.any(|event| event.name() == "record.waiting"));
    for event in audits.iter().flat_map(|audit| &audit.events) {
        if let EventData::CrmWriteRequested {
            write: CrmWrite::Owner { only_if, .. },
        } = &event.data
        {
            assert_eq!(*only_if, None, "the CRM never showed an owner");
        }
    }
}

/// Whatever else changes of the lead: the CRM would refuse them again.
#[tokio::test]
async fn a_refused_owner_is_not_chosen_again_while_it_waits() {
    let tested = annas().await;
    while let Some(owner) = tested.owner("lead:1").await {
        tested.handle(&refused_write("lead:1", &owner)).await;
    }
    let before = tested.everything();
    let mut change = changed("lead:1");
    change.id = EventId::of(&["its title changed"]);
    tested.handle(&change).await;
    assert_eq!(tested.everything(), before);
}

/// It comes under another rule by now, and the pool of that rule was not refused.
#[tokio::test]
async fn a_waiting_lead_that_another_pool_may_have_goes_there() {
    let tested = annas().await;
    while let Some(owner) = tested.owner("lead:1").await {
        tested.handle(&refused_write("lead:1", &owner)).await;
    }
    let mut moved = lead_of("US", "1");
    moved.modified = at("2026-11-23T09:01:00Z");
    shows(&tested, moved).await;
    let mut change = changed("lead:1");
    change.id = EventId::of(&["its account moved"]);
    tested.handle(&change).await;
    assert_eq!(tested.owner("lead:1").await.as_deref(), Some("maya"));
}

#[tokio::test]
async fn a_refusal_is_ignored_when_the_owner_is_another_by_now() {
    let tested = annas().await;
    let before = tested.everything();
    tested.handle(&refused_write("lead:1", "ben")).await;
    assert_eq!(tested.everything(), before);

    // Somebody chose Ben by hand, and we know of it.
    let by_hand = routing();
    let record = lead("1", at(NOW))
        .account("DE", "software", 300)
        .owner("ben");
    keep_copy(by_hand.store.inside(), record.build()).await;
    by_hand.handle(&changed("lead:1")).await;
    let before = by_hand.everything();
    for person in ["anna", "ben"] {
        by_hand.handle(&refused_write("lead:1", person)).await;
    }
    assert_eq!(by_hand.everything(), before);
}

#[tokio::test]
async fn a_refused_stage_or_task_is_none_of_its_business() {
    let tested = annas().await;
    let before = tested.everything();
    let mut event = refused_write("lead:1", "anna");
    event.data = EventData::CrmWriteRefused {
        write: CrmWrite::Stage {
            to: "recycled".to_owned(),
            only_if: None,
        },
        why: "status 400".to_owned(),
    };
    tested.handle(&event).await;
    assert_eq!(tested.everything(), before);
}

/// Who was asked in place of the pool was never charged a turn, so none is given back to them.
#[tokio::test]
async fn who_was_asked_in_place_of_the_pool_is_owed_nothing_when_they_are_refused() {
    let asks = example_with(
        "people.yaml",
        "nobody_working: next_to_start",
        "nobody_working: ask jonas",
    );
    let tested = over(rules(asks));
    let events = tested.has("DE", [1, 2]).await;
    // In the working hours, so that all three stand in the rotation.
    tested.handle(&events[0]).await;
    let before = tested.pool(DACH).await;
    // At night nobody works: Ben's lead was refused, and Jonas is asked.
    let night = at("2026-11-23T22:00:00Z");
    tested.function.handle(&events[1], at(NOW)).await.unwrap();
    let owner = tested.owner("lead:2").await.unwrap();
    assert_eq!(owner, "ben");
    for refused in [owner.as_str(), "jonas"] {
        let event = refused_write("lead:2", refused);
        tested.function.handle(&event, night).await.unwrap();
    }
    let after = tested.pool(DACH).await;
    assert_eq!(owed(&after), 0);
    assert_eq!(tested.owner("lead:2").await.as_deref(), Some("anna"));
    let lag = |pool: &PoolState, person: &str| pool.members[&PersonId::new(person)].lag;
    let gained = lag(&after, "jonas") - lag(&before, "jonas");
    assert!(gained < contracts::state::LEAD / 2, "{gained} quanta");
}

/// Anna let a clock run out, and Ben cannot have it: it does not go back to her while Jonas can.
#[tokio::test]
async fn a_lead_does_not_return_to_whom_it_was_taken_from_while_others_are_left() {
    let tested = annas().await;
    let late = becomes_late(&tested, "anna", 2).await;
    tested.handle(&late).await;
    let second = tested.owner("lead:1").await.unwrap();
    tested.handle(&refused_write("lead:1", &second)).await;
    let third = tested.owner("lead:1").await.unwrap();
    let mut had = vec!["anna".to_owned(), second, third];
    had.sort();
    assert_eq!(had, ["anna", "ben", "jonas"]);
}

/// Anna cannot have it, and the next let a clock run out: it is not Anna's turn again.
#[tokio::test]
async fn a_late_lead_does_not_go_to_whom_the_crm_refused() {
    let tested = annas().await;
    tested.handle(&refused_write("lead:1", "anna")).await;
    let second = tested.owner("lead:1").await.unwrap();
    let late = becomes_late(&tested, &second, 2).await;
    tested.handle(&late).await;
    let third = tested.owner("lead:1").await.unwrap();
    let mut had = vec!["anna".to_owned(), second, third];
    had.sort();
    assert_eq!(had, ["anna", "ben", "jonas"]);
    let routing = tested.routing_of("lead:1").await.unwrap();
    assert!(
        routing.refused.contains(&PersonId::new("anna")),
        "{routing:?}"
    );
}

/// Whom it was taken from is asked again when nobody else is left, and the CRM shows them already.
#[tokio::test]
async fn a_lead_goes_back_when_nobody_else_can_have_it() {
    let tested = annas().await;
    let anna = lead("1", at(NOW)).account("DE", "software", 300);
    shows(&tested, anna.owner("anna").build()).await;
    let late = becomes_late(&tested, "anna", 2).await;
    tested.handle(&late).await;
    while let Some(owner) = tested.owner("lead:1").await.filter(|owner| owner != "anna") {
        tested.handle(&refused_write("lead:1", &owner)).await;
    }
    let routing = tested.routing_of("lead:1").await.unwrap();
    assert_eq!(routing.owner, Some(PersonId::new("anna")));
    assert!(!routing.taken_from.contains(&PersonId::new("anna")));
    assert_eq!(owed(&tested.pool(DACH).await), 0);
}

/// It went to Anna's manager, whom the CRM refuses: it is Anna's still, and not nobody's.
#[tokio::test]
async fn a_lead_that_nobody_can_have_stays_with_whom_the_crm_shows() {
    let tested = annas().await;
    let anna = lead("1", at(NOW)).account("DE", "software", 300);
    shows(&tested, anna.owner("anna").build()).await;
    let late = becomes_late(&tested, "anna", 0).await;
    tested.handle(&late).await;
    assert_eq!(tested.owner("lead:1").await.as_deref(), Some("jonas"));
    tested.handle(&refused_write("lead:1", "jonas")).await;
    let routing = tested.routing_of("lead:1").await.unwrap();
    assert_eq!(routing.owner, Some(PersonId::new("anna")));
    assert!(routing.taken_from.is_empty());
    let audits = tested.audits();
    let stays = audits.iter().find(|it| {
        it.outcome == "stays with anna: the CRM refuses everybody else who could have it"
    });
    let told = &stays.unwrap().events;
    assert!(
        told.iter().any(|it| it.name() == "record.routed"),
        "{told:?}"
    );
}

/// The pool has a new member, whom the CRM did not refuse; the others are still left out.
#[tokio::test]
async fn a_waiting_lead_goes_to_who_joins_the_pool() {
    let tested = annas().await;
    while let Some(owner) = tested.owner("lead:1").await {
        tested.handle(&refused_write("lead:1", &owner)).await;
    }
    let joined = example_with(
        "people.yaml",
        "weights: { anna: 2, ben: 1, jonas: 1 }",
        "weights: { anna: 2, ben: 1, jonas: 1, carla: 1 }",
    );
    let table = Table::new(tested.store.clone(), TestClock::at(at(NOW)));
    let tested = Tested {
        function: LeadRouting::new(table, Router::new(rules(joined))),
        store: tested.store,
    };
    let mut change = changed("lead:1");
    change.id = EventId::of(&["its title changed"]);
    tested.handle(&change).await;
    assert_eq!(tested.owner("lead:1").await.as_deref(), Some("carla"));
    let routing = tested.routing_of("lead:1").await.unwrap();
    assert_eq!(routing.refused.len(), 3, "none of them is asked again");
}

/// Her clock runs out before it is heard that she was taken off in the copy that lies here already: what gives the
/// lead to another has not heard of that, so that it is no old news when it comes.
#[tokio::test]
async fn a_late_lead_whose_owner_was_taken_off_is_heard_of_after_it_was_given_on() {
    let tested = annas().await;
    let late = becomes_late(&tested, "anna", 2).await;
    let heard = tested.routing_of("lead:1").await.unwrap().sequence;
    shows(&tested, lead_of("DE", "1")).await;
    tested.handle(&late).await;
    let given = tested.routing_of("lead:1").await.unwrap();
    assert_ne!(given.owner, Some(PersonId::new("anna")));
    assert_eq!(given.sequence, heard);
    let data = EventData::RecordChanged {
        changed: vec!["owner".to_owned()],
        modified: at(NOW),
        first: false,
        contact: None,
        watched: false,
        left_domain: None,
    };
    let mut removed = upon(&record_id("lead:1"), at(NOW), data).about(record_id("lead:1"), 2);
    removed.id = EventId::of(&["taken off"]);
    tested.handle(&removed).await;
    let routing = tested.routing_of("lead:1").await.unwrap();
    assert_eq!(routing.owner, given.owner, "it was she who was taken off");
    let audits = tested.audits();
    let told = audits.iter().find(|audit| audit.event == removed.id);
    let follows = told.unwrap().events.iter().map(|event| &event.data);
    let written = follows.filter_map(|data| match data {
        EventData::CrmWriteRequested { write } => Some(write.clone()),
        _ => None,
    });
    let (to, only_if) = (given.owner.unwrap(), None);
    assert_eq!(
        written.collect::<Vec<_>>(),
        [CrmWrite::Owner { to, only_if }],
        "our write before found her gone"
    );
    let pool = tested.pool(DACH).await;
    assert_eq!(owed(&pool), 0);
}
