//! Exceptions: who may grant one, what they do to a gate and to a deviation, and that they end.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::collections::BTreeSet;

use contracts::{
    EventData,
    state::{DeviationsState, ExceptionEnd, ExceptionsState, GateState},
};
use crm::{PersonId, Record};
use decisions::{
    Rules, Standing,
    deviations::watch,
    exceptions::{ExceptionError, Wanted, end, grant, over},
    gates::{Beside, judge_after},
    rights::Denied,
};
use jiff::{SignedDuration, Timestamp};
use testkit::{Growing, at, example_rules, example_staffing, opportunity};

const NOW: &str = "2026-11-23T09:00:00Z";
const DAY: SignedDuration = SignedDuration::from_hours(24);

fn deal() -> Growing {
    opportunity("5", at("2026-10-01T09:00:00Z"))
        .owner("anna")
        .account("DE", "software", 60)
        .stage("discovery", at("2026-11-20T09:00:00Z"))
}

fn wanted(by: &str, until: Timestamp) -> Wanted {
    Wanted {
        by: PersonId::new(by),
        criteria: BTreeSet::from(["sql.budget".to_owned()]),
        deviations: BTreeSet::from(["past_corridor".to_owned()]),
        until,
        reason: Some("their budget round ends in December".to_owned()),
    }
}

fn granted_to(
    rules: &Rules,
    record: &Record,
    wanted: Wanted,
) -> Result<(ExceptionsState, contracts::DecisionDraft), ExceptionError> {
    let before = ExceptionsState::default();
    grant(
        rules,
        (record, None),
        &before,
        ("3f9a2c71", wanted),
        at(NOW),
    )
}

fn granted(rules: &Rules) -> ExceptionsState {
    let wanted = wanted("carla", at(NOW) + DAY * 10);
    granted_to(rules, &deal().build(), wanted)
        .expect("granted")
        .0
}

fn gate() -> GateState {
    GateState {
        stage: "discovery".to_owned(),
        since: at("2026-11-20T09:00:00Z"),
        turned_back: None,
        unknown: false,
        outside: false,
        held: None,
        rounds: None,
        undoing: None,
    }
}

#[test]
fn who_has_the_right_grants_one_with_what_follows() {
    let rules = example_rules();
    let until = at(NOW) + DAY * 10;
    let (state, draft) = granted_to(&rules, &deal().build(), wanted("carla", until)).unwrap();
    let exception = &state.granted["3f9a2c71"];
    assert_eq!(exception.owner, Some(PersonId::new("anna")));
    assert!(exception.counts(at(NOW)) && !exception.counts(until));
    assert_eq!(
        draft.outcome,
        "exception 3f9a2c71 granted by carla until Thu 3 Dec 2026 10:00: from sql.budget, past_corridor"
    );
    assert_eq!(draft.reasons[0].rule, "decision_rights.grant_exception");
    assert!(matches!(
        draft.emits.as_slice(),
        [EventData::ExceptionGranted { .. }]
    ));
}

#[test]
fn each_refusal_says_what_is_wrong() {
    let rules = example_rules();
    let soon = at(NOW) + DAY;
    let refused = |record: &Record, change: &dyn Fn(&mut Wanted)| {
        let mut wanted = wanted("carla", soon);
        change(&mut wanted);
        granted_to(&rules, record, wanted).unwrap_err().to_string()
    };
    let open = deal().build();
    let closed = deal().stage("lost", at(NOW)).build();
    let mine = deal().owner("jonas").build();
    let by = |name: &'static str| move |it: &mut Wanted| it.by = PersonId::new(name);
    let told = [
        refused(&open, &by("anna")),
        refused(&mine, &by("jonas")),
        refused(&open, &|it| it.reason = Some("  ".to_owned())),
        refused(&open, &|it| it.until = at(NOW) + DAY * 15),
        refused(&open, &|it| it.until = at(NOW)),
        refused(&open, &|it| it.criteria = ["sql.buget".to_owned()].into()),
        refused(&open, &|it| {
            it.deviations = ["late_response".to_owned()].into()
        }),
        refused(&closed, &|_| ()),
    ];
    let expected = [
        "anna does not have the right grant_exception: Carla Reyes (carla), Jonas Brandt (jonas) and Maya Ortiz (maya) \
         have it (people.yaml:36)",
        "this is jonas's own, and the right grant_exception is never for what is one's own (people.yaml:36); Carla \
         Reyes (carla) and Maya Ortiz (maya) have it",
        "an exception needs a reason (reason: required, governance.yaml:31): add `--reason \"…\"`",
        "an exception lasts 14d at the most (governance.yaml:31): until Mon 7 Dec 2026 10:00",
        "it would be over already: its end is not ahead",
        "no criterion of opportunity records is called sql.buget",
        "no deviation of opportunity records is called late_response",
        "the record is closed, so there is nothing to except",
    ];
    assert_eq!(told, expected);
}

#[test]
fn what_is_excepted_is_not_excepted_again() {
    let rules = example_rules();
    let before = granted(&rules);
    let again = wanted("maya", at(NOW) + DAY);
    let why = grant(
        &rules,
        (&deal().build(), None),
        &before,
        ("2", again.clone()),
        at(NOW),
    );
    let why = why.unwrap_err().to_string();
    assert!(
        why.starts_with("sql.budget is excepted already, by carla until Thu 3 Dec"),
        "{why}"
    );
    let later = at(NOW) + DAY * 10;
    let again = Wanted {
        until: later + DAY,
        ..again
    };
    let renewed = grant(
        &rules,
        (&deal().build(), None),
        &before,
        ("2", again),
        later,
    );
    assert!(renewed.is_ok(), "one that is over does not count");
}

#[test]
fn a_criterion_counts_as_met_and_says_by_whom_until_the_end_and_no_longer() {
    let rules = example_rules();
    let exceptions = granted(&rules);
    let fields = ["decision_maker_met", "pain_documented", "timeline_agreed"];
    let outcome = |moved: Timestamp| {
        let deal = fields.iter().fold(deal().stage("sql", moved), |deal, it| {
            deal.boolean(it, true)
        });
        let date = crm::Value::Date("2027-01-15".parse().unwrap());
        let record = deal.value("close_date", date).build();
        let beside = Beside {
            exceptions: Some(&exceptions),
            ..Beside::default()
        };
        judge_after(&rules, &record, Some(&gate()), beside, moved).expect("a decision")
    };
    let until = at(NOW) + DAY * 10;
    let passed = outcome(until - SignedDuration::from_secs(1)).draft;
    assert_eq!(
        passed.outcome,
        "passed: from discovery to sql, by exception from sql.budget"
    );
    let budget = passed
        .reasons
        .iter()
        .find(|it| it.rule.ends_with("enter.budget"));
    assert_eq!(
        budget.unwrap().note.as_deref(),
        Some(
            "excepted by Carla Reyes until Thu 3 Dec 2026 10:00: their budget round ends in December"
        )
    );
    let used = EventData::ExceptionUsed {
        exception: "3f9a2c71".to_owned(),
        of: "sql.budget".to_owned(),
    };
    assert!(passed.emits.contains(&used), "{:?}", passed.emits);
    // No tick has noticed it yet.
    let turned_back = outcome(until).draft;
    assert!(
        turned_back.outcome.ends_with("not met: budget"),
        "{}",
        turned_back.outcome
    );
}

/// What is on its way back stays on its way: an exception is for the next move.
#[test]
fn a_move_that_was_turned_back_before_is_to_be_made_again() {
    let rules = example_rules();
    let exceptions = granted(&rules);
    let moved = at(NOW) - SignedDuration::from_secs(5);
    let fields = ["decision_maker_met", "pain_documented", "timeline_agreed"];
    let deal = fields.iter().fold(deal().stage("sql", moved), |deal, it| {
        deal.boolean(it, true)
    });
    let date = crm::Value::Date("2027-01-15".parse().unwrap());
    let record = deal.value("close_date", date).build();
    let turned_back =
        judge_after(&rules, &record, Some(&gate()), Beside::default(), moved).unwrap();
    let beside = Beside {
        exceptions: Some(&exceptions),
        ..Beside::default()
    };
    let before = Some(&turned_back.gate);
    assert!(judge_after(&rules, &record, before, beside, at(NOW)).is_none());
}

#[test]
fn a_deviation_is_closed_while_it_is_excepted_and_opens_when_that_is_over() {
    let staffing = example_staffing();
    let exceptions = granted(&staffing);
    let mut record = deal().build();
    record.last_contact = Some(crm::Contacted {
        at: at(NOW),
        by: None,
    });
    let look = |exceptions: Option<&ExceptionsState>, before: Option<&DeviationsState>, now| {
        let standing = Standing {
            exceptions,
            ..Standing::default()
        };
        watch(&staffing, &record, Some(&gate()), standing, before, now)
    };
    let opened = look(None, None, at(NOW)).expect("it is past its corridor");
    assert!(opened.deviations.open.contains_key("past_corridor"));
    let closed = look(Some(&exceptions), Some(&opened.deviations), at(NOW)).expect("a decision");
    assert!(closed.deviations.open.is_empty());
    assert!(
        closed
            .draft
            .outcome
            .starts_with("past_corridor closed: excepted by Carla Reyes until Thu 3 Dec"),
        "{}",
        closed.draft.outcome
    );
    let again = look(Some(&exceptions), Some(&closed.deviations), at(NOW) + DAY);
    assert!(again.is_none(), "it is said once");
    let new = look(Some(&exceptions), None, at(NOW)).expect("a decision");
    assert!(
        new.draft
            .outcome
            .contains("past_corridor not opened: excepted"),
        "{}",
        new.draft.outcome
    );
    let later = at(NOW) + DAY * 10;
    let opened = look(Some(&exceptions), Some(&closed.deviations), later).expect("a decision");
    assert!(opened.deviations.open.contains_key("past_corridor"));
    assert!(opened.deviations.excepted.is_empty());
}

#[test]
fn it_is_over_once_and_ended_early_by_who_may() {
    let rules = example_rules();
    let before = granted(&rules);
    let until = at(NOW) + DAY * 10;
    assert!(over(&rules, &before, until - SignedDuration::from_secs(1)).is_none());
    let (after, draft) = over(&rules, &before, until).expect("it is over");
    assert!(after.granted.is_empty());
    assert_eq!(
        draft.emits,
        [EventData::ExceptionEnded {
            exception: "3f9a2c71".to_owned(),
            how: ExceptionEnd::TimeOver,
        }]
    );
    assert!(over(&rules, &after, until).is_none());
    let early = |by: &str| end(&rules, &before, ("3f9a2c71", &PersonId::new(by)), at(NOW));
    assert!(early("maya").is_ok() && early("carla").is_ok());
    assert!(matches!(early("ben"), Err(ExceptionError::Denied(_))));
    let late = end(
        &rules,
        &before,
        ("3f9a2c71", &PersonId::new("carla")),
        until,
    );
    assert!(matches!(late, Err(ExceptionError::NotThere(_))));
}

/// What was granted stays when the model grants none any more; else only who granted it could end it.
#[test]
fn where_none_is_granted_any_more_everybody_who_is_there_may_end_one() {
    let mut model = testkit::example_model();
    let before = granted(&testkit::rules(model.clone()));
    model.exceptions = None;
    let left = Some("2026-11-20".parse().unwrap());
    model.people.get_mut(&PersonId::new("carla")).unwrap().left = left;
    let rules = testkit::rules(model);
    let ends = |by: &str| end(&rules, &before, ("3f9a2c71", &PersonId::new(by)), at(NOW));
    assert!(ends("ben").is_ok());
    let denied = |by| match ends(by) {
        Err(ExceptionError::Denied(why)) => why,
        other => panic!("{other:?}"),
    };
    assert!(
        matches!(denied("carla"), Denied::Left { .. }),
        "she granted it"
    );
    assert!(matches!(denied("nobody"), Denied::Stranger(_)));
}

/// The clock of who grants it may be ahead of that of who judges.
#[test]
fn it_counts_as_soon_as_it_is_there() {
    let exceptions = granted(&example_rules());
    let before = at(NOW) - SignedDuration::from_mins(4);
    assert!(exceptions.of_criterion("sql.budget", before).is_some());
    assert!(exceptions.of_deviation("past_corridor", before).is_some());
}
