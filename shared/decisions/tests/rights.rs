//! Rights: who may decide, and who may answer for moves that are held.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::state::{BreakerState, Hold, HoldAnswer};
use crm::PersonId;
use decisions::{
    gates::{AnswerError, answered},
    rights::{Denied, may},
};
use testkit::{at, example_rules};

const NOW: &str = "2026-11-23T09:00:00Z";

#[test]
fn whoever_has_left_decides_nothing() {
    let mut model = testkit::example_model();
    let carla = PersonId::new("carla");
    let left = "2026-11-20".parse().unwrap();
    model.people.get_mut(&carla).unwrap().left = Some(left);
    let rules = testkit::rules(model);
    let denied = may(&rules, "grant_exception", &carla, None, at(NOW)).unwrap_err();
    assert_eq!(
        denied,
        Denied::Left {
            person: carla,
            left
        }
    );
}

#[test]
fn only_who_has_the_right_answers_for_what_is_held_and_never_for_moves_of_their_own() {
    let rules = example_rules();
    let state = BreakerState {
        hold: Some(Hold {
            moves: 3,
            ..Hold::begins(at(NOW))
        }),
        ..BreakerState::default()
    };
    let says = |by: &str, of: &str| {
        let (by, of) = (PersonId::new(by), PersonId::new(of));
        let answer = (HoldAnswer::LetStand, &by);
        answered(&rules, Some(&state), &of, answer, at(NOW))
    };
    let (_, draft) = says("olga", "ben").expect("she may");
    assert_eq!(draft.reasons[0].rule, "decision_rights.answer_for_held");
    let denied = |by, of| match says(by, of) {
        Err(AnswerError::Denied(why)) => why,
        other => panic!("{other:?}"),
    };
    assert!(matches!(denied("anna", "ben"), Denied::NotTheirs { .. }));
    assert!(matches!(denied("olga", "olga"), Denied::Own { .. }));
}

/// Only a gate that turns back holds: what is said of another gate asks for nothing.
#[test]
fn a_gate_that_only_warns_asks_for_no_right() {
    let mut model = testkit::example_model();
    let lead = model.lifecycles.get_mut("lead").unwrap();
    lead.gate = model::GateMode::Warn;
    lead.when_turned_back.right = Some("grant_exception".to_owned());
    let within = business_time::BusinessAmount::Wall(600);
    lead.when_turned_back.at_most = Some(model::Rate { times: 20, within });
    let rules = testkit::rules(model);
    let state = BreakerState {
        hold: Some(Hold::begins(at(NOW))),
        ..BreakerState::default()
    };
    let (of, by) = (PersonId::new("ben"), PersonId::new("olga"));
    let answer = (HoldAnswer::LetStand, &by);
    assert!(answered(&rules, Some(&state), &of, answer, at(NOW)).is_ok());
}

/// Where the model names no right for it, that is no leave for whoever made the moves.
#[test]
fn without_a_right_anybody_but_whose_moves_they_are_answers() {
    let mut model = testkit::example_model();
    for journey in model.lifecycles.values_mut() {
        journey.when_turned_back.right = None;
    }
    let rules = testkit::rules(model);
    let state = BreakerState {
        hold: Some(Hold::begins(at(NOW))),
        ..BreakerState::default()
    };
    let says = |by: &str| {
        let (of, by) = (PersonId::new("ben"), PersonId::new(by));
        let answer = (HoldAnswer::LetStand, &by);
        answered(&rules, Some(&state), &of, answer, at(NOW)).map(drop)
    };
    let own = Denied::OwnMoves(PersonId::new("ben"));
    assert_eq!(says("ben"), Err(AnswerError::Denied(own)));
    assert!(says("anna").is_ok());
    assert!(matches!(
        says("nobody"),
        Err(AnswerError::Denied(Denied::Stranger(_)))
    ));
}

#[test]
fn whoever_has_left_takes_nothing_over() {
    let (nina, left) = (PersonId::new("nina"), "2026-11-20".parse().unwrap());
    let answers = |model| {
        let rules = testkit::rules(model);
        decisions::hand_offs::may_answer(&rules, "customer_success", &nina, at(NOW))
    };
    let mut model = testkit::example_model();
    assert!(answers(model.clone()));
    model.people.get_mut(&nina).unwrap().left = Some(left);
    assert!(!answers(model));
}
