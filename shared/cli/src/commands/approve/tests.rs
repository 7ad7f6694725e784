#![allow(clippy::unwrap_used, reason = "a test may panic")]

use contracts::{
    Key,
    state::{ApprovalsState, GateState},
};
use decisions::approvals::{AnswerError, answered, look_at};
use store::MemoryStore;
use testkit::{at, example_rules, keep, opportunity, put, record_id};

use super::{
    asked::{Found, all},
    *,
};

const NOW: &str = "2026-11-23T09:00:00Z";

fn answer(by: &str, given: bool) -> ApprovalAnswered {
    ApprovalAnswered {
        approval: "discount".to_owned(),
        run: 1,
        by: PersonId::new(by),
        given,
        reason: (!given).then(|| "the margin is gone".to_owned()),
    }
}

/// A deal of anna's with 25 %, of which was asked, and then this was said.
async fn found(said: Option<ApprovalAnswered>) -> Found {
    let (rules, record) = (example_rules(), record_id("opportunity:5"));
    let store = MemoryStore::new();
    let deal = opportunity("5", at(NOW))
        .owner("anna")
        .value("discount", crm::Value::Number(25.into()))
        .stage("sql", at(NOW))
        .build();
    let gate = GateState {
        stage: "sql".to_owned(),
        since: at(NOW),
        turned_back: None,
        held: None,
        rounds: None,
        undoing: None,
        unknown: false,
        outside: false,
    };
    let mut state = look_at(&rules, &deal, Some(&gate), (None, None), at(NOW))
        .unwrap()
        .approvals;
    if let Some(said) = said {
        let of = (&deal, Some(&gate));
        state = answered(&rules, of, &state, &said, at(NOW))
            .unwrap()
            .approvals;
    }
    keep(&store, deal).await;
    put(&store, Key::gate(&record), &gate).await;
    put(&store, Key::approvals(&record), &state).await;
    let indexed: Vec<(RecordId, ApprovalsState)> = all(&store).await.unwrap();
    assert!(indexed.is_empty(), "no index was written by this test");
    of_record(&store, &record).await.unwrap().unwrap()
}

fn may_say(found: &Found, by: &str) -> Result<u32, AnswerError> {
    let said = Said {
        approval: "discount",
        run: None,
        by: &PersonId::new(by),
    };
    may(&example_rules(), found, said, at(NOW))
}

#[tokio::test]
async fn who_has_the_right_may_answer_and_others_are_told_who_does() {
    let found = found(None).await;
    assert_eq!(may_say(&found, "jonas"), Ok(1));
    let why = may_say(&found, "anna").unwrap_err().to_string();
    assert!(
        why.starts_with("anna does not have the right approve_discount: Jonas Brandt (jonas) and"),
        "{why}"
    );
}

#[tokio::test]
async fn what_became_of_an_answer_is_told_once_it_was_heard() {
    let said = answer("jonas", true);
    let name = "opportunity:5";
    assert_eq!(spoken(name, &found(None).await, &said), None);
    let heard = found(Some(said.clone())).await;
    assert_eq!(
        spoken(name, &heard, &said),
        Some(Ok("opportunity:5: discount given by jonas".to_owned()))
    );
    assert_eq!(
        spoken(name, &found(Some(answer("maya", false))).await, &said),
        Some(Err(
            "somebody was faster: opportunity:5: discount refused by maya: the margin is gone"
                .to_owned()
        ))
    );
    let older = ApprovalAnswered { run: 7, ..said };
    let why = spoken(name, &heard, &older).unwrap().unwrap_err();
    assert!(
        why.starts_with("a value of opportunity:5 has changed"),
        "{why}"
    );
    let again = may_say(&heard, "maya").unwrap_err();
    assert_eq!(again.to_string(), "it was given already, by jonas");
}

#[test]
fn every_answer_is_a_happening_of_its_own() {
    let deal = record_id("opportunity:5");
    let once = answering(&deal, answer("jonas", true), at(NOW), 1);
    let again = answering(&deal, answer("jonas", true), at(NOW), 2);
    assert_ne!(once.id, again.id);
    assert_eq!(once.record, Some(deal));
}
