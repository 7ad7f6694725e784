//! A condition that is written beside a model.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use model_compiler::condition;
use testkit::example_texts;

#[test]
fn a_condition_beside_a_model_is_read_as_one_of_its_own() {
    let texts = example_texts();
    for written in [
        "{ lead.territory: dach }",
        "lead.territory: dach",
        "{ any: [ { lead.source: web }, { account.employees: { at_least: 250 } } ] }",
    ] {
        condition(&texts, written).unwrap();
    }
}

#[test]
fn what_is_wrong_with_it_is_said_with_its_fix() {
    let texts = example_texts();
    for (written, says) in [
        ("{ lead.teritory: dach }", "lead.territory"),
        ("{ lead.territory: dahc }", "dach"),
        ("dach", "is no condition; write"),
        ("", "is no condition; write"),
        ("{ lead.territory: [", ""),
    ] {
        let lines = condition(&texts, written).unwrap_err();
        assert!(
            lines.iter().any(|it| it.contains(says)),
            "{written}: {lines:?}"
        );
    }
}
