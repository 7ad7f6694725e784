//! A change of an account that stands only with somebody's yes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{
    ApprovalAnswered, CrmWrite, EventData,
    state::{ApprovalStatus, ApprovalsState},
};
use crm::{PersonId, Record, Value};
use decisions::{
    Rules,
    approvals::{AnswerError, Looked, answered, look_at},
};
use jiff::Timestamp;
use testkit::{at, files_in, in_repository, stranger};

const NOW: &str = "2026-11-24T15:00:00Z";

fn rules() -> Rules {
    let files = files_in(&in_repository("tests/models/sales-handbook"));
    testkit::rules(testkit::model_of(&files.into_iter().collect()))
}

fn account(domain: &str, owner: Option<&str>) -> Record {
    let mut record = testkit::account("7", at(NOW)).build();
    let text = Value::Text(domain.to_owned());
    record.fields.insert("domain".to_owned(), text);
    let owner = owner.map(|it| ("owner".to_owned(), Value::Person(PersonId::new(it))));
    record.fields.extend(owner);
    record
}

fn target(owner: &str) -> Record {
    account("heron.example", Some(owner))
}

fn look(rules: &Rules, record: &Record, before: Option<&ApprovalsState>) -> Option<Looked> {
    look_at(rules, record, None, (before, Some(&[])), at(NOW))
}

/// Ava had it, and it was changed.
fn traded(rules: &Rules, to: &str) -> Looked {
    let had = look(rules, &target("ava"), None).expect("it is kept whose it is");
    assert!(had.draft.emits.is_empty(), "{:?}", had.draft);
    look(rules, &target(to), Some(&had.approvals)).expect("it is asked for")
}

fn says(
    rules: &Rules,
    record: &Record,
    before: &ApprovalsState,
    (by, given): (&str, bool),
) -> Result<Looked, AnswerError> {
    let answer = ApprovalAnswered {
        approval: "trade".to_owned(),
        run: before.asked["trade"].run,
        by: PersonId::new(by),
        given,
        reason: (!given).then(|| "not before the renewal".to_owned()),
    };
    answered(rules, (record, None), before, &answer, at(NOW))
}

fn written(looked: &Looked) -> Vec<CrmWrite> {
    let writes = looked.draft.emits.iter().filter_map(|event| match event {
        EventData::CrmWriteRequested { write } => Some(write.clone()),
        _ => None,
    });
    writes.collect()
}

fn told(looked: &Looked) -> Vec<String> {
    let told = looked.draft.emits.iter().filter_map(|event| match event {
        EventData::NoticeRequested { to, .. } => Some(to.to_string()),
        _ => None,
    });
    told.collect()
}

fn stood(approvals: &ApprovalsState) -> Option<&PersonId> {
    approvals.stood.get("trade")?.person()
}

#[test]
fn a_change_is_asked_for_once_and_what_is_given_stands() {
    let rules = rules();
    let asked = traded(&rules, "axel");
    assert_eq!(told(&asked), ["cora", "vera"]);
    assert_eq!(stood(&asked.approvals), Some(&PersonId::new("ava")));
    assert_eq!(look(&rules, &target("axel"), Some(&asked.approvals)), None);
    let given = says(&rules, &target("axel"), &asked.approvals, ("vera", true)).unwrap();
    assert_eq!(written(&given), []);
    assert_eq!(told(&given), ["ava", "axel"]);
    assert_eq!(stood(&given.approvals), Some(&PersonId::new("axel")));
    let after = look(&rules, &target("axel"), Some(&given.approvals));
    let after = after.map_or(given.approvals, |it| it.approvals);
    assert_eq!(after.asked["trade"].status, ApprovalStatus::Given);
}

#[test]
fn what_is_refused_is_put_back_once_and_asked_for_anew_when_it_is_changed_again() {
    let rules = rules();
    let asked = traded(&rules, "axel");
    let refused = says(&rules, &target("axel"), &asked.approvals, ("vera", false)).unwrap();
    let back = CrmWrite::Owner {
        to: PersonId::new("ava"),
        only_if: Some(PersonId::new("axel")),
    };
    assert_eq!(written(&refused), [back]);
    assert_eq!(told(&refused), ["ava", "axel"]);
    // Until the CRM shows it, nothing follows of looking again.
    let again = look(&rules, &target("axel"), Some(&refused.approvals));
    assert_eq!(again, None);
    let restored = look(&rules, &target("ava"), Some(&refused.approvals)).unwrap();
    assert!(
        restored
            .draft
            .emits
            .iter()
            .all(|it| it.name() == "approval.lapsed")
    );
    let anew = look(&rules, &target("axel"), Some(&restored.approvals)).unwrap();
    assert_eq!(anew.approvals.asked["trade"].run, 2);
}

#[test]
fn whose_it_becomes_is_not_asked_and_may_not_answer() {
    let rules = rules();
    let asked = traded(&rules, "vera");
    assert_eq!(told(&asked), ["cora"]);
    let own = says(&rules, &target("vera"), &asked.approvals, ("vera", true));
    assert!(matches!(own, Err(AnswerError::Denied(_))), "{own:?}");
}

#[test]
fn another_change_meanwhile_is_another_question_about_what_stood_first() {
    let rules = rules();
    let asked = traded(&rules, "axel");
    let other = look(&rules, &target("abel"), Some(&asked.approvals)).unwrap();
    assert_eq!(other.approvals.asked["trade"].run, 2);
    assert_eq!(stood(&other.approvals), Some(&PersonId::new("ava")));
    let old = says(&rules, &target("abel"), &asked.approvals, ("cora", false));
    assert_eq!(old, Err(AnswerError::Changed));
    let refused = says(&rules, &target("abel"), &other.approvals, ("cora", false)).unwrap();
    assert!(
        matches!(&written(&refused)[..], [CrmWrite::Owner { to, .. }] if *to == PersonId::new("ava"))
    );
}

#[test]
fn who_takes_it_back_by_hand_asks_nobody_any_more() {
    let rules = rules();
    let asked = traded(&rules, "axel");
    let back = look(&rules, &target("ava"), Some(&asked.approvals)).unwrap();
    assert_eq!(back.approvals.asked["trade"].status, ApprovalStatus::Lapsed);
}

/// A first owner trades nothing, nor does an account that is no target; who is not there any more has it back never.
#[test]
fn what_is_no_trade_stands() {
    let rules = rules();
    assert_eq!(look(&rules, &account("heron.example", None), None), None);
    let free = account("stork.example", Some("ava"));
    assert_eq!(look(&rules, &free, None), None);
    let stranger = stranger("99");
    let first = look(&rules, &target(stranger.as_str()), None).unwrap();
    let after = look(&rules, &target("axel"), Some(&first.approvals)).unwrap();
    assert!(after.draft.emits.is_empty(), "{:?}", after.draft);
    assert_eq!(stood(&after.approvals), Some(&PersonId::new("axel")));
}

#[test]
fn what_is_no_target_any_more_waits_for_nobody() {
    let rules = rules();
    let asked = traded(&rules, "axel");
    let sold: Timestamp = at(NOW);
    let free = account("stork.example", Some("axel"));
    let after = look_at(&rules, &free, None, (Some(&asked.approvals), None), sold).unwrap();
    assert_eq!(
        after.approvals.asked["trade"].status,
        ApprovalStatus::Lapsed
    );
    assert!(after.approvals.stood.is_empty());
}
