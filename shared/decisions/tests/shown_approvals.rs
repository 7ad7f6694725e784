//! How people are told of approvals and exceptions: never by a name that only files and programs use.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use crm::RecordKind;
use decisions::shown::{advice_on_deviation, approval_label, excused_from, label_of};
use model::{Condition, Test};
use testkit::{example_model, example_with};

const FIELD: &str = "opportunity.approval.discount";

#[test]
fn an_approval_is_called_by_its_label_or_by_its_name() {
    let named = example_model();
    assert_eq!(approval_label(&named, "discount"), "discount");
    assert_eq!(label_of(&named, FIELD), "approval \"discount\"");
    let piece = "discount:\n    record: opportunity";
    let with = "discount:\n    label: a large discount\n    record: opportunity";
    let labelled = example_with("governance.yaml", piece, with);
    assert_eq!(approval_label(&labelled, "discount"), "a large discount");
    assert_eq!(label_of(&labelled, FIELD), "approval \"a large discount\"");
}

/// Whoever owns the record cannot approve it themselves.
#[test]
fn what_is_not_approved_is_to_be_approved_or_changed() {
    let mut model = example_model();
    let rule = model.deviations.get_mut("no_contact").unwrap();
    let Some(Condition::Test(test)) = first(&rule.when) else {
        panic!("no test");
    };
    rule.when = Condition::Test(Test {
        field: FIELD.parse().unwrap(),
        ..test.clone()
    });
    assert_eq!(
        advice_on_deviation(&model, "no_contact"),
        "have it approved: discount; or change: amount, Discount in percent"
    );
}

fn first(condition: &Condition) -> Option<&Condition> {
    match condition {
        Condition::Test(_) => Some(condition),
        Condition::All(of) | Condition::Any(of) | Condition::None(of) => of.iter().find_map(first),
        Condition::Is(..) => None,
    }
}

#[test]
fn what_is_excused_is_said_by_the_criterion_and_its_stage_or_by_the_deviation() {
    let model = example_model();
    let of = |of: &str| excused_from(&model, RecordKind::Opportunity, of);
    assert!(
        of("sql.budget_known").starts_with("budget known of "),
        "{}",
        of("sql.budget_known")
    );
    assert!(
        of("close_date_slips").contains("keeps moving"),
        "{}",
        of("close_date_slips")
    );
}
