//! What somebody else must approve: asked once of the same values, answered by who may, lapsed by a change.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::collections::BTreeSet;

use contracts::{
    ApprovalAnswered, EventData, Notice,
    state::{ApprovalStatus, ApprovalsState, GateState},
};
use crm::{PersonId, Record, Value};
use decisions::{
    Rules,
    approvals::{AnswerError, Looked, answered, look_at},
    gates::{Beside, Gated, judge_after},
};
use jiff::{SignedDuration, Timestamp};
use testkit::{at, example_rules, opportunity};

const NOW: &str = "2026-11-23T09:00:00Z";

/// A deal with an amount and this discount, moved to proposal now.
fn deal(owner: &str, discount: Option<i64>) -> Record {
    let deal = opportunity("5", at("2026-11-20T09:00:00Z"))
        .owner(owner)
        .value("amount", Value::Number(20_000.into()))
        .stage("proposal", at(NOW));
    match discount {
        Some(discount) => deal.value("discount", Value::Number(discount.into())),
        None => deal,
    }
    .build()
}

fn standing_at(stage: &str) -> GateState {
    GateState {
        stage: stage.to_owned(),
        since: at("2026-11-20T09:00:00Z"),
        turned_back: None,
        held: None,
        rounds: None,
        undoing: None,
        unknown: false,
        outside: false,
    }
}

fn rules_that_need_all() -> Rules {
    let mut model = example_rules().model.clone();
    model.approvals.get_mut("discount").unwrap().all = true;
    Rules::prepare(model, at(NOW)).unwrap()
}

fn look(deal: &Record, before: Option<&ApprovalsState>, now: Timestamp) -> Option<Looked> {
    look_at(
        &example_rules(),
        deal,
        Some(&standing_at("sql")),
        (before, None),
        now,
    )
}

fn asked(deal: &Record) -> ApprovalsState {
    look(deal, None, at(NOW))
        .expect("it is asked for")
        .approvals
}

fn answer(by: &str, run: u32, given: bool) -> ApprovalAnswered {
    ApprovalAnswered {
        approval: "discount".to_owned(),
        run,
        by: PersonId::new(by),
        given,
        reason: (!given).then(|| "the margin is gone".to_owned()),
    }
}

fn say(
    deal: &Record,
    before: &ApprovalsState,
    said: &ApprovalAnswered,
) -> Result<Looked, AnswerError> {
    let gate = standing_at("sql");
    answered(&example_rules(), (deal, Some(&gate)), before, said, at(NOW))
}

fn gate(deal: &Record, approvals: Option<&ApprovalsState>) -> Gated {
    let beside = Beside {
        approvals,
        ..Beside::default()
    };
    let before = standing_at("sql");
    judge_after(&example_rules(), deal, Some(&before), beside, at(NOW)).expect("a decision")
}

fn people(names: &[&str]) -> BTreeSet<PersonId> {
    names.iter().copied().map(PersonId::new).collect()
}

fn names(events: &[EventData]) -> Vec<&'static str> {
    events.iter().map(EventData::name).collect()
}

#[test]
fn what_needs_none_has_it_and_nobody_is_asked() {
    for discount in [None, Some(0), Some(10)] {
        let deal = deal("anna", discount);
        assert_eq!(look(&deal, None, at(NOW)), None);
        assert!(gate(&deal, None).draft.outcome.starts_with("passed"));
    }
}

#[test]
fn it_is_asked_once_of_those_who_may_and_never_of_the_owner() {
    for (owner, discount, expected) in [
        ("anna", 25, people(&["jonas", "maya"])),
        ("jonas", 25, people(&["maya"])),
        ("anna", 30, people(&["jonas", "maya"])),
        ("anna", 31, people(&["carla", "olga"])),
        ("carla", 31, people(&["olga"])),
    ] {
        let deal = deal(owner, Some(discount));
        let first = look(&deal, None, at(NOW)).unwrap();
        assert_eq!(first.approvals.asked["discount"].of, expected);
        let told = first.draft.emits.iter().filter_map(|event| match event {
            EventData::NoticeRequested {
                to,
                notice: Notice::ApprovalAsked { late: false, .. },
            } => Some(to.clone()),
            _ => None,
        });
        assert_eq!(told.collect::<BTreeSet<_>>(), expected);
        let later = at(NOW) + SignedDuration::from_mins(5);
        assert_eq!(look(&deal, Some(&first.approvals), later), None);
    }
}

#[test]
fn pending_is_unknown_refused_is_no_and_given_is_yes() {
    let deal = deal("anna", Some(25));
    let pending = asked(&deal);
    let judged = gate(&deal, Some(&pending));
    assert!(judged.draft.outcome.ends_with("not met: discount"));
    let words = unmet(&judged);
    assert_eq!(
        words,
        "discount: it must be approved by Jonas Brandt or Maya Ortiz, who is asked"
    );
    let refused = say(&deal, &pending, &answer("maya", 1, false)).unwrap();
    assert_eq!(
        names(&refused.draft.emits),
        ["approval.refused", "notice.requested"]
    );
    let judged = gate(&deal, Some(&refused.approvals));
    assert_eq!(
        unmet(&judged),
        "discount: Maya Ortiz has refused it: the margin is gone"
    );
    let given = say(&deal, &pending, &answer("jonas", 1, true)).unwrap();
    assert_eq!(
        names(&given.draft.emits),
        ["approval.given", "notice.requested"]
    );
    assert!(
        gate(&deal, Some(&given.approvals))
            .draft
            .outcome
            .starts_with("passed")
    );
}

/// What a gate says in words that is not met.
fn unmet(judged: &Gated) -> String {
    let words = judged.draft.emits.iter().find_map(|event| match event {
        EventData::NoticeRequested {
            notice: Notice::GateNotMet { unmet, .. },
            ..
        } => Some(unmet.join("; ")),
        _ => None,
    });
    words.unwrap_or_default()
}

#[test]
fn an_approval_is_for_its_values_and_an_answer_to_older_ones_is_refused() {
    let before = deal("anna", Some(25));
    let pending = asked(&before);
    let given = say(&before, &pending, &answer("jonas", 1, true)).unwrap();
    // The discount grew, and the copy tells so before anybody has looked.
    let grown = deal("anna", Some(28));
    let judged = gate(&grown, Some(&given.approvals));
    assert!(judged.draft.outcome.ends_with("not met: discount"));
    assert_eq!(
        say(&grown, &pending, &answer("jonas", 1, true)),
        Err(AnswerError::Changed)
    );
    let again = look(&grown, Some(&given.approvals), at(NOW)).unwrap();
    assert_eq!(
        names(&again.draft.emits)[..2],
        ["approval.lapsed", "approval.asked"]
    );
    assert_eq!(again.approvals.asked["discount"].run, 2);
    let old = say(&grown, &again.approvals, &answer("jonas", 1, true));
    assert_eq!(old, Err(AnswerError::Older));
    assert!(say(&grown, &again.approvals, &answer("jonas", 2, true)).is_ok());
    // What needs none any more waits for nobody.
    let none = deal("anna", Some(5));
    let over = look(&none, Some(&again.approvals), at(NOW)).unwrap();
    assert_eq!(names(&over.draft.emits), ["approval.lapsed"]);
    assert_eq!(over.approvals.due(), None);
}

#[test]
fn who_may_not_says_nothing_and_a_second_answer_changes_nothing() {
    let deal = deal("jonas", Some(25));
    let pending = asked(&deal);
    for by in ["jonas", "anna", "carla", "nobody"] {
        let said = say(&deal, &pending, &answer(by, 1, true));
        assert!(
            matches!(said, Err(AnswerError::Denied(_))),
            "{by}: {said:?}"
        );
    }
    let own = say(&deal, &pending, &answer("jonas", 1, true)).unwrap_err();
    assert!(
        own.to_string().contains("never for what is one's own"),
        "{own}"
    );
    let wordless = ApprovalAnswered {
        reason: Some(" \n".to_owned()),
        ..answer("maya", 1, false)
    };
    assert_eq!(say(&deal, &pending, &wordless), Err(AnswerError::NoReason));
    let refused = say(&deal, &pending, &answer("maya", 1, false)).unwrap();
    let again = say(&deal, &refused.approvals, &answer("maya", 1, true));
    assert_eq!(
        again.unwrap_err().to_string(),
        "it was refused already, by maya: the margin is gone"
    );
}

#[test]
fn where_all_are_asked_all_have_to_give_it_and_one_refusal_refuses() {
    let (rules, deal, gate) = (
        rules_that_need_all(),
        deal("anna", Some(25)),
        standing_at("sql"),
    );
    let pending = asked(&deal);
    let say = |before: &ApprovalsState, said| {
        answered(&rules, (&deal, Some(&gate)), before, &said, at(NOW))
    };
    let half = say(&pending, answer("jonas", 1, true)).unwrap();
    assert!(half.draft.emits.is_empty(), "{:?}", half.draft.emits);
    assert!(half.approvals.asked["discount"].is_pending());
    let twice = say(&half.approvals, answer("jonas", 1, true));
    assert_eq!(twice, Err(AnswerError::Twice(PersonId::new("jonas"))));
    let whole = say(&half.approvals, answer("maya", 1, true)).unwrap();
    assert_eq!(
        whole.approvals.asked["discount"].status,
        ApprovalStatus::Given
    );
    let refused = say(&half.approvals, answer("maya", 1, false)).unwrap();
    assert_eq!(
        refused.approvals.asked["discount"].status,
        ApprovalStatus::Refused
    );
}

#[test]
fn what_nobody_answers_in_time_is_brought_before_somebody_else_once() {
    let deal = deal("anna", Some(25));
    let pending = asked(&deal);
    let due = pending.due().expect("it has a time");
    assert_eq!(
        look(&deal, Some(&pending), due - SignedDuration::from_secs(1)),
        None
    );
    let late = look(&deal, Some(&pending), due).unwrap();
    assert_eq!(names(&late.draft.emits), ["notice.requested"]);
    assert_eq!(
        late.approvals.asked["discount"].last,
        Some(PersonId::new("carla"))
    );
    assert_eq!(late.approvals.due(), None);
    assert_eq!(look(&deal, Some(&late.approvals), due), None);
    assert!(say(&deal, &pending, &answer("carla", 1, true)).is_err());
    assert!(say(&deal, &late.approvals, &answer("carla", 1, true)).is_ok());
    assert!(say(&deal, &late.approvals, &answer("maya", 1, true)).is_ok());
    // Of a deal of carla's whom she reports to would be asked, and she reports to nobody.
    let own = self::deal("carla", Some(25));
    let late = look(&own, Some(&asked(&own)), due).unwrap();
    assert_eq!(late.approvals.asked["discount"].last, None);
}

#[test]
fn where_the_record_becomes_the_own_of_whoever_was_asked_others_are() {
    let pending = asked(&deal("jonas", Some(25)));
    assert_eq!(pending.asked["discount"].of, people(&["maya"]));
    let hers = deal("maya", Some(25));
    let on = look(&hers, Some(&pending), at(NOW)).unwrap();
    assert_eq!(names(&on.draft.emits), ["notice.requested"]);
    let now = &on.approvals.asked["discount"];
    assert_eq!((now.run, &now.of), (1, &people(&["jonas"])));
    assert_eq!(look(&hers, Some(&on.approvals), at(NOW)), None);
    assert!(say(&hers, &on.approvals, &answer("jonas", 1, true)).is_ok());
}

/// A journey whose gates do not ask for it needs nobody's word.
#[test]
fn of_a_journey_that_does_not_ask_for_it_nobody_is_asked() {
    let mut model = example_rules().model.clone();
    for journey in model.lifecycles.values_mut() {
        for stage in &mut journey.stages {
            stage.enter.retain(|criterion| criterion.name != "discount");
        }
    }
    let rules = Rules::prepare(model, at(NOW)).unwrap();
    let (deal, gate) = (deal("anna", Some(25)), standing_at("sql"));
    assert_eq!(
        look_at(&rules, &deal, Some(&gate), (None, None), at(NOW)),
        None
    );
    let pending = asked(&deal);
    let over = look_at(&rules, &deal, Some(&gate), (Some(&pending), None), at(NOW)).unwrap();
    assert_eq!(names(&over.draft.emits), ["approval.lapsed"]);
}

#[test]
fn of_what_is_closed_nothing_is_asked_and_what_was_waits_no_longer() {
    let deal = deal("anna", Some(25));
    let pending = asked(&deal);
    let closed = standing_at("lost");
    assert_eq!(
        look_at(
            &example_rules(),
            &deal,
            Some(&closed),
            (None, None),
            at(NOW)
        ),
        None
    );
    let over = look_at(
        &example_rules(),
        &deal,
        Some(&closed),
        (Some(&pending), None),
        at(NOW),
    )
    .unwrap();
    assert_eq!(
        over.approvals.asked["discount"].status,
        ApprovalStatus::Lapsed
    );
    let mut gone = deal.clone();
    gone.archived = true;
    let over = look(&gone, Some(&pending), at(NOW)).unwrap();
    assert_eq!(names(&over.draft.emits), ["approval.lapsed"]);
    assert_eq!(
        say(&gone, &pending, &answer("maya", 1, true)),
        Err(AnswerError::Closed)
    );
}
