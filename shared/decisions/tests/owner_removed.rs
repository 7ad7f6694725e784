//! The owner of a lead is taken off in the CRM.
#![allow(clippy::expect_used, reason = "a test may panic")]

use std::collections::BTreeSet;

use contracts::{
    EventData,
    state::{RoutingState, RoutingStatus},
};
use crm::{PersonId, RecordKind};
use decisions::{
    Edge,
    routing::{OWNER_REMOVED, Todo, consider, owner_removed},
};
use jiff::Timestamp;
use testkit::{at, example_rules, lead};

fn monday() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

/// Routed to Anna by the third copy of it.
fn annas() -> RoutingState {
    RoutingState {
        status: RoutingStatus::Routed,
        owner: Some(PersonId::new("anna")),
        pool: Some("dach_account_executives".to_owned()),
        out_of_turn: false,
        taken_from: BTreeSet::from([PersonId::new("ben")]),
        refused: BTreeSet::from([PersonId::new("jonas")]),
        sequence: 3,
        ..RoutingState::waiting("dach", monday())
    }
}

#[test]
fn it_waits_and_says_so() {
    for status in [RoutingStatus::Routed, RoutingStatus::OwnedByHand] {
        let before = RoutingState { status, ..annas() };
        let edges = [Edge::OwnerRemoved];
        let removed = owner_removed(RecordKind::Lead, Some(&before), (&edges, 4), monday())
            .expect("a decision");
        let waits = EventData::RecordWaiting {
            rule: OWNER_REMOVED.to_owned(),
        };
        assert_eq!(removed.draft.emits, [waits]);
        assert_eq!(
            removed.draft.outcome,
            "waiting: anna was taken off in the CRM"
        );
        let routing = &removed.routing;
        assert_eq!(
            (routing.status, &routing.owner),
            (RoutingStatus::Waiting, &None)
        );
        assert!(routing.taken_from.is_empty(), "no write is on its way");
        assert_eq!(routing.refused, annas().refused);
        assert_eq!(removed.pool, None, "nobody's turn");
        let again = owner_removed(RecordKind::Lead, Some(routing), (&edges, 5), monday());
        assert_eq!(again, None, "said once");
    }
}

#[test]
fn what_was_known_when_it_was_routed_is_no_news() {
    let edges = [Edge::OwnerRemoved];
    assert_eq!(
        owner_removed(RecordKind::Lead, Some(&annas()), (&edges, 3), monday()),
        None
    );
    assert_eq!(
        owner_removed(RecordKind::Lead, None, (&edges, 4), monday()),
        None
    );
    assert_eq!(
        owner_removed(RecordKind::Lead, Some(&annas()), (&[], 4), monday()),
        None,
        "our write is on its way"
    );
}

/// No rule gives it away again because another field was changed.
#[test]
fn it_waits_until_the_crm_names_somebody() {
    let rules = example_rules();
    let removed = owner_removed(
        RecordKind::Lead,
        Some(&annas()),
        (&[Edge::OwnerRemoved], 4),
        monday(),
    );
    let removed = removed.expect("a decision").routing;
    let edited = lead("1", monday()).account("DE", "software", 500);
    let todo = consider(&rules, &edited.build(), Some(&removed), monday());
    assert_eq!(todo, Todo::Nothing);
    for person in ["ben", "anna"] {
        let named = lead("1", monday()).owner(person).build();
        let todo = consider(&rules, &named, Some(&removed), monday());
        assert_eq!(todo, Todo::Keep(PersonId::new(person)));
    }
}
