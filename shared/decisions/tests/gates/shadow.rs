//! A shadow month: gates only observe, and what follows a stage is not written.

use contracts::{EventData, Passage};
use crm::Value;
use decisions::gates::{Gated, judge};
use testkit::{at, example_model, observing, rules};

use super::{monday, ready};
use crate::upon::negotiation;

fn gated(until: &str) -> Gated {
    let rules = rules(observing(example_model(), until));
    let lost = ready().value("amount", Value::Number(9.into()));
    let lost = lost.stage("lost", monday()).build();
    judge(&rules, &lost, Some(&negotiation()), monday()).expect("a decision")
}

#[test]
fn until_its_end_a_move_stands_and_nothing_is_written() {
    let gated = gated("2026-11-23");
    assert!(
        gated
            .draft
            .outcome
            .starts_with("observed: moved from negotiation to lost"),
        "{}",
        gated.draft.outcome
    );
    assert!(
        gated
            .draft
            .outcome
            .contains("only observed: set lost_on to 2026-11-23"),
        "{}",
        gated.draft.outcome
    );
    let names: Vec<&str> = gated.draft.emits.iter().map(EventData::name).collect();
    assert!(!names.contains(&"crm_write.requested"), "{names:?}");
    assert!(names.contains(&"crm_write.observed"), "{names:?}");
    let passages = gated.draft.emits.iter().filter_map(|event| match event {
        EventData::StageEntered { passage, .. } => Some(*passage),
        _ => None,
    });
    assert_eq!(passages.collect::<Vec<_>>(), [Passage::Observed]);
}

#[test]
fn the_day_after_the_same_move_is_turned_back() {
    let gated = gated("2026-11-22");
    assert!(
        gated.draft.outcome.starts_with("turned back"),
        "{}",
        gated.draft.outcome
    );
}

/// Where the company is, and not in Greenwich.
#[test]
fn the_month_ends_at_the_company_s_midnight() {
    let rules = rules(observing(example_model(), "2026-11-23"));
    let over = at("2026-11-23T23:00:00Z");
    assert_eq!(rules.observes_until(at("2026-11-23T22:59:59Z")), Some(over));
    assert_eq!(rules.observes_until(over), None);
    assert_eq!(rules.enforced().observes_until(monday()), None);
}
