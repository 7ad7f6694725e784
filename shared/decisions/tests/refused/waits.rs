//! Nobody is left whom the CRM takes: it waits, is said once, and goes on when somebody else can have it.

use super::*;

fn assert_waits(lead: &Lead, routed: &Routed) {
    let state = lead.state();
    let found = (state.status, state.rule.as_str(), lead.owner());
    assert_eq!(found, (RoutingStatus::Waiting, REFUSED, None));
    assert!(state.out_of_turn, "nobody paid a turn");
    assert_eq!(state.at, lead.decided);
    let rule = REFUSED.to_owned();
    assert!(
        routed
            .draft
            .emits
            .contains(&EventData::RecordWaiting { rule }),
        "{:?}",
        routed.draft.emits
    );
    assert_eq!(
        routed.draft.outcome,
        "waiting: the CRM refuses everybody who could have it"
    );
    assert_eq!(lead.considered(), Todo::Nothing, "it is said once");
}

#[test]
fn where_everybody_is_refused_it_waits_and_nobody_paid_for_it() {
    let mut lead = Lead::new(german().build());
    let _ = lead.routed();
    let routed = lead.refused_for_all();
    assert_waits(&lead, &routed);
    assert_eq!(names(&routed), ["record.waiting"]);
    assert_eq!(
        last_reason(&routed),
        (
            "people.jonas",
            "the CRM refuses jonas as the owner: INVALID_OWNER_ID"
        )
    );
    assert_eq!(lead.state().refused, people(&["anna", "ben", "jonas"]));
    for person in ["anna", "ben", "jonas"] {
        assert_eq!(
            (lead.lag(person), lead.received(person)),
            (0, 0),
            "{person}"
        );
    }
}

#[test]
fn whom_a_rule_named_costs_no_pool_a_turn_when_they_are_refused() {
    let mut lead = Lead::new(customer_of("maya"));
    let _ = lead.routed();
    assert_eq!(lead.owner(), Some("maya"));
    let routed = lead.refused("maya").expect("a decision");
    assert_eq!(routed.pool, None);
    assert_waits(&lead, &routed);
}

/// Everybody else was refused, and the last one was asked in place of the pool: no turn to give back.
#[test]
fn nothing_is_given_back_where_the_last_one_was_asked_in_place_of_the_pool() {
    let mut lead = Lead::new(german().build());
    let _ = lead.routed();
    let mut state = lead.state().clone();
    (state.out_of_turn, state.refused) = (true, people(&["ben", "jonas"]));
    lead.routing = Some(state);
    let before = lead.pool.clone();
    let routed = lead.refused("anna").expect("a decision");
    assert_eq!((routed.pool.as_ref(), &lead.pool), (None, &before));
    assert_waits(&lead, &routed);
}

/// No write is on its way any more, so whom it was taken from can be its owner again by hand.
#[test]
fn a_lead_that_waits_is_anybodys_whom_a_person_names() {
    let mut lead = Lead::new(german().build());
    let _ = lead.routed();
    let mut state = lead.state().clone();
    state.owner = Some(PersonId::new("ben"));
    state.taken_from = people(&["anna"]);
    state.refused = people(&["anna", "jonas"]);
    lead.routing = Some(state);
    let routed = lead.refused("ben").expect("a decision");
    assert_waits(&lead, &routed);
    lead.record = german().owner("anna").build();
    assert_eq!(lead.considered(), Todo::Keep(PersonId::new("anna")));
}

/// A pool that the model has no more cannot give it to anybody.
#[test]
fn a_lead_of_a_pool_that_is_gone_waits() {
    let mut lead = Lead::new(german().build());
    let _ = lead.routed();
    let mut state = lead.state().clone();
    state.pool = Some("gone".to_owned());
    lead.routing = Some(state);
    let routed = lead.refused("anna").expect("a decision");
    let found = (lead.state().status, lead.owner(), routed.pool);
    assert_eq!(found, (RoutingStatus::Waiting, None, None));
}

/// Another rule left it in between: the way back to the pool that is refused leads into waiting.
#[test]
fn a_lead_that_comes_back_to_a_pool_that_is_refused_waits_and_says_so() {
    let mut lead = Lead::new(german().build());
    let _ = lead.routed();
    let _ = lead.refused_for_all();
    lead.record = private();
    let left = lead.routed();
    assert_eq!(lead.state().status, RoutingStatus::Left);
    assert_eq!(
        left.draft.outcome,
        "left without an owner by rule private_mail"
    );
    assert_eq!(lead.state().refused.len(), 3, "they are not forgotten");
    lead.record = german().build();
    let pool = lead.pool.clone();
    let waits = lead.routed();
    assert_eq!((waits.pool.as_ref(), &lead.pool), (None, &pool));
    assert_eq!(lead.state().pool, None);
    assert_eq!(
        last_reason(&waits),
        (
            "pools.dach_account_executives",
            "the CRM refuses everybody of pool dach_account_executives"
        )
    );
    assert_eq!(names(&waits), ["record.waiting"]);
    assert_waits(&lead, &waits);
}

#[test]
fn a_lead_that_comes_back_to_a_person_who_is_refused_waits_and_says_so() {
    let mut lead = Lead::new(customer_of("maya"));
    let _ = lead.routed();
    let _ = lead.refused("maya").expect("a decision");
    lead.record = private();
    let _ = lead.routed();
    assert_eq!(lead.state().status, RoutingStatus::Left);
    lead.record = customer_of("maya");
    let waits = lead.routed();
    assert_eq!(last_reason(&waits), ("people.maya", "the CRM refuses maya"));
    assert_eq!(names(&waits), ["record.waiting"]);
    assert_waits(&lead, &waits);
}

#[test]
fn a_waiting_lead_goes_to_whom_a_rule_names_and_the_crm_does_not_refuse() {
    for (record, to) in [
        (customer_of("maya"), "maya"),
        (
            lead("1", monday()).account("US", "software", 300).build(),
            "maya",
        ),
    ] {
        let mut lead = Lead::new(german().build());
        let _ = lead.routed();
        let _ = lead.refused_for_all();
        lead.record = record;
        let _ = lead.routed();
        assert_eq!(lead.owner(), Some(to));
        assert_eq!(lead.state().status, RoutingStatus::Routed);
        assert_eq!(lead.state().refused.len(), 3, "they are not forgotten");
    }
}

/// Anna is the owner of the account, and the CRM refuses her: the pool that she is of can have it.
#[test]
fn whom_the_crm_refused_is_passed_over_in_a_pool_that_comes_later() {
    let mut lead = Lead::new(customer_of("anna"));
    let _ = lead.routed();
    let _ = lead.refused("anna").expect("a decision");
    lead.record = german().build();
    let _ = lead.routed();
    assert_eq!(lead.owner(), Some("ben"));
    assert_eq!(
        lead.lag("anna"),
        0,
        "what she cannot have is not owed to her"
    );
    assert!(!lead.state().out_of_turn);
}
