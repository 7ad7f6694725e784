//! How long a record stays at least: the same for all or by a table, in wall-clock or in business time.

use contracts::{Verdict, state::GateState};
use decisions::gates::{Gated, judge};
use jiff::Timestamp;
use model::{Budget, Stay};
use testkit::{at, example_model, rules};

use super::{discovery, monday, ready};

fn moved(at_least: Budget, when: Timestamp) -> Gated {
    let mut model = example_model();
    let journey = model.lifecycles.get_mut("opportunity").expect("a journey");
    let first = journey.stages.first_mut().expect("a stage");
    first.stay = Stay {
        at_least: Some(at_least),
        at_most: None,
        calendar: Some("berlin".to_owned()),
    };
    let record = ready().stage("sql", when).build();
    let before: GateState = discovery();
    judge(&rules(model), &record, Some(&before), when).expect("a decision")
}

fn stay(gated: &Gated) -> (Verdict, String) {
    let mut reasons = gated.draft.reasons.iter();
    let reason = reasons.find(|it| it.rule.ends_with(".stay"));
    let reason = reason.expect("a reason");
    (reason.verdict, reason.note.clone().unwrap_or_default())
}

/// It stands there since Friday, ten in Berlin.
#[test]
fn a_weekend_is_no_part_of_two_business_days() {
    let two_days = || Budget::Fixed("2 business days".parse().expect("an amount"));
    let monday = moved(two_days(), monday());
    assert_eq!(
        stay(&monday),
        (
            Verdict::NotHeld,
            "at discovery for 3 days, at least 2 business days".to_owned()
        )
    );
    assert!(monday.draft.outcome.contains("not met: stay"));
    let tuesday = moved(two_days(), at("2026-11-24T09:00:00Z"));
    assert_eq!(stay(&tuesday).0, Verdict::Held);
    assert!(tuesday.draft.outcome.starts_with("passed"));
}

/// The deal has no account: it is unsized.
#[test]
fn a_table_is_asked_for_the_record_and_what_it_does_not_say_is_not_met() {
    let table = |segment: &str| Budget::By {
        field: "opportunity.segment".parse().expect("a field"),
        amounts: [(segment.to_owned(), "1d".parse().expect("an amount"))].into(),
        otherwise: None,
        unknown: None,
    };
    let (verdict, note) = stay(&moved(table("unsized"), monday()));
    assert_eq!(verdict, Verdict::Held);
    assert!(
        note.ends_with("at least 1 day, since opportunity.segment is unsized"),
        "{note}"
    );
    let unsaid = moved(table("enterprise"), monday());
    assert_eq!(stay(&unsaid).0, Verdict::Unknown);
    assert!(unsaid.draft.outcome.contains("not met: stay"));
}
