#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{DecisionDraft, EventData, Function};

use testkit::history::{decide, first, november as at, of_lead, record};

use super::{arrange, keep_last};
use crate::story::Chapter;

fn functions(chapters: &[Chapter]) -> Vec<Function> {
    let told = chapters.iter().flat_map(|chapter| &chapter.decisions);
    told.map(|told| told.audit.function).collect()
}

#[test]
fn what_one_event_began_stands_together_in_any_order_of_reading() {
    let in_order = arrange(of_lead());
    assert_eq!(in_order.len(), 2);
    assert_eq!(
        functions(&in_order),
        [
            Function::CrmSync,
            Function::LeadRouting,
            Function::SlaTimers,
            Function::SlaTimers
        ]
    );
    let mut backwards = of_lead();
    backwards.reverse();
    assert_eq!(arrange(backwards), in_order);
}

#[test]
fn nothing_is_told_before_what_it_follows_from_though_its_clock_says_so() {
    let draft = DecisionDraft {
        emits: vec![EventData::RecordWaiting {
            rule: "none".to_owned(),
        }],
        ..DecisionDraft::default()
    };
    let began = first("x", &record("lead:1"), at("23T10:00:00"));
    let cause = decide(Function::StageGates, &began, 7, at("23T10:00:05"), draft);
    let follower = decide(
        Function::CrmSync,
        &cause.events[0],
        7,
        at("23T10:00:01"),
        DecisionDraft::default(),
    );
    let told = arrange(vec![follower, cause]);
    assert_eq!(functions(&told), [Function::StageGates, Function::CrmSync]);
    let cause = told[0].decisions[1].caused_by.as_ref().unwrap();
    assert_eq!(cause.function, Function::StageGates);
    assert!(
        told[0].decisions[0]
            .led_to
            .values()
            .eq([&vec![Function::CrmSync]])
    );
}

#[test]
fn a_new_revision_is_marked_once() {
    let told = arrange(of_lead());
    let marks: Vec<bool> = told
        .iter()
        .flat_map(|chapter| &chapter.decisions)
        .map(|told| told.new_revision)
        .collect();
    assert_eq!(marks, [false, false, false, true]);
}

#[test]
fn the_same_model_deployed_again_is_no_new_one() {
    let mut audits = of_lead();
    for (number, audit) in (30..).zip(&mut audits) {
        "0000000000000007".clone_into(&mut audit.revision.hash);
        audit.revision.number = number;
    }
    let told = arrange(audits);
    let mut all = told.iter().flat_map(|chapter| &chapter.decisions);
    assert!(all.all(|told| !told.new_revision));
}

#[test]
fn a_decision_by_an_earlier_deployment_than_its_event_says_so() {
    let began = first("x", &record("lead:1"), at("23T10:00:00"));
    for (number, said) in [
        (7, None),
        (8, None),
        (
            6,
            Some("decided by deployment 6, though the event came from 7, which was taken back"),
        ),
    ] {
        let draft = DecisionDraft::default();
        let audit = decide(
            Function::StageGates,
            &began,
            number,
            at("23T10:10:05"),
            draft,
        );
        assert_eq!(audit.ahead.is_some(), said.is_some());
        let told = arrange(vec![audit]);
        let told = told[0].decisions[0].taken_back();
        let told = told.map(|it| it.in_words(|at| at.to_string(), ToString::to_string));
        assert_eq!(told.as_deref(), said);
    }
}

#[test]
fn the_last_ones_are_kept_across_chapters() {
    for (last, left_out, chapters) in [(0, 4, 0), (1, 3, 1), (2, 2, 2), (4, 0, 2), (9, 0, 2)] {
        let mut told = arrange(of_lead());
        assert_eq!(keep_last(&mut told, last), left_out);
        assert_eq!(
            (told.len(), functions(&told).len()),
            (chapters, 4 - left_out)
        );
    }
}
