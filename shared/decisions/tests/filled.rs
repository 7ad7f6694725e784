//! What must be filled in before any rule decides.
#![allow(clippy::expect_used, clippy::panic, reason = "a test may panic")]

use contracts::state::{NOT_FILLED, PoolState, RoutingState, RoutingStatus};
use crm::{FieldRef, PersonId, Record, RecordKind, Value};
use decisions::{
    Staffing,
    routing::{Routed, Todo, consider, route},
};
use model::{BeforeRouting, Filled, ModelFile, Place};
use testkit::{at, example_model, opportunity, rules};

/// Monday, ten in Berlin.
const MONDAY: &str = "2026-11-23T09:00:00Z";

fn staffing() -> Staffing {
    let mut model = example_model();
    let fields = ["opportunity.amount", "account.employees"];
    let before = BeforeRouting {
        wait_for: Vec::new(),
        up_to: None,
        filled: Some(Filled {
            fields: fields
                .map(|it| it.parse::<FieldRef>().expect("a field"))
                .into(),
            queue: "deal_desk".to_owned(),
        }),
        place: Place {
            file: ModelFile::Processes,
            line: 70,
            column: 3,
        },
    };
    model.before_routing.insert(RecordKind::Opportunity, before);
    rules(model).with_absences(contracts::state::AbsencesState::default())
}

fn deal(amount: Option<i64>) -> Record {
    let deal = opportunity("1", at(MONDAY)).account("DE", "software", 300);
    let mut deal = deal.build();
    if let Some(amount) = amount {
        let amount = Value::Number(amount.into());
        deal.fields.insert("amount".to_owned(), amount);
    }
    deal
}

fn routed(record: &Record, before: Option<&RoutingState>, now: &str) -> Option<Routed> {
    let staffing = staffing();
    match consider(&staffing, record, before, at(now)) {
        Todo::Nothing => None,
        Todo::Route(choice) => {
            let turns = PoolState::default();
            Some(route(&staffing, record, choice, before, &turns, at(now)).expect("a route"))
        }
        other => panic!("{other:?}"),
    }
}

fn notes(routed: &Routed) -> String {
    let reasons = routed.draft.reasons.iter();
    reasons
        .filter_map(|it| it.note.clone())
        .collect::<Vec<_>>()
        .join("; ")
}

#[test]
fn what_lacks_a_field_is_in_the_queue_and_no_rule_decides() {
    let given = routed(&deal(None), None, MONDAY).expect("a decision");
    assert_eq!(
        given.draft.outcome,
        "in queue deal_desk until what is wanting is filled in"
    );
    let said = notes(&given);
    let expected = "opportunity.amount must be filled in before any rule decides: until then it is in the queue deal_desk";
    assert!(said.contains(expected), "{said}");
    assert_eq!(given.routing.status, RoutingStatus::Waiting);
    assert_eq!(given.routing.rule, NOT_FILLED);
    assert_eq!(
        routed(&deal(None), Some(&given.routing), "2026-11-23T10:00:00Z"),
        None
    );
}

#[test]
fn once_it_is_filled_in_the_rules_decide_and_say_how_long_that_took() {
    let given = routed(&deal(None), None, MONDAY).expect("a decision");
    let later = routed(
        &deal(Some(9_000)),
        Some(&given.routing),
        "2026-11-23T11:00:00Z",
    );
    let later = later.expect("a decision");
    assert_eq!(later.routing.rule, "unowned_deal");
    let said = notes(&later);
    let expected =
        "opportunity.amount and account.employees: filled in after 2 hours, so the rules decide";
    assert!(said.contains(expected), "{said}");
}

#[test]
fn whoever_the_queue_names_last_gets_what_nobody_fills_in() {
    let given = routed(&deal(None), None, MONDAY).expect("a decision");
    let over = routed(&deal(None), Some(&given.routing), "2026-11-24T09:00:00Z");
    let over = over.expect("a decision");
    assert_eq!(over.routing.owner, Some(PersonId::new("carla")));
    assert_eq!(over.routing.rule, NOT_FILLED);
}

#[test]
fn what_is_filled_in_at_once_waits_for_nothing() {
    let given = routed(&deal(Some(9_000)), None, MONDAY).expect("a decision");
    assert_eq!(given.routing.rule, "unowned_deal");
    assert!(!notes(&given).contains("filled"));
}
