//! What a model says otherwise than another is told thing by thing, in the words of the tables.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use model::OperatingModel;
use model_compiler::difference::{Change, Difference, difference};

fn with(file: &str, changes: &[(&str, &str)]) -> OperatingModel {
    let mut texts = testkit::example_texts();
    let mut text = texts.get(file).expect("a file of the example").to_owned();
    for (piece, replacement) in changes {
        assert_eq!(text.matches(piece).count(), 1, "{piece}");
        text = text.replace(piece, replacement);
    }
    texts.insert(file, text.as_bytes());
    testkit::model_of(&texts)
}

fn against(file: &str, changes: &[(&str, &str)]) -> Difference {
    difference(&testkit::example_model(), &with(file, changes))
}

#[test]
fn the_same_model_says_nothing_else() {
    let example = testkit::example_model();
    assert_eq!(difference(&example, &example), Difference::default());
    let moved = against(
        "people.yaml",
        &[("calendars:", "\n\n# A remark.\ncalendars:")],
    );
    assert_eq!(moved, Difference::default());
}

#[test]
fn a_pool_is_told_in_the_words_of_its_table_and_names_whom_it_concerns() {
    let found = against(
        "people.yaml",
        &[(
            "{ anna: 2, ben: 1, jonas: 1 }",
            "{ anna: 1, ben: 1, jonas: 1 }",
        )],
    );
    let text = found.text();
    assert_eq!(
        text,
        "\nPools\n  dach_account_executives\n    members' shares: anna: 2 of 4; ben: 1 of 4; jonas: 1 of 4 \
         → anna: 1 of 3; ben: 1 of 3; jonas: 1 of 3\n"
    );
    let concerned: Vec<&str> = found.concerned.iter().map(|it| it.as_str()).collect();
    assert_eq!(concerned, ["anna", "ben", "jonas"]);
    assert!(
        found.markdown().contains("- dach\\_account\\_executives\n"),
        "{}",
        found.markdown()
    );
}

#[test]
fn what_no_table_shows_is_told_to_the_last_leaf() {
    let found = against(
        "strategy.yaml",
        &[(
            "{ account.country: \"FR\" }",
            "{ account.country: [\"FR\", \"BE\"] }",
        )],
    );
    assert_eq!(
        found.text(),
        "\nTerritories\n  france\n    an account needs: account.country: FR → account.country: FR or BE\n"
    );
    let rights = &[("{ people: [jonas, maya] }", "{ people: [jonas, ben] }")];
    let found = against("people.yaml", rights);
    assert_eq!(
        found.text(),
        "\nDecision rights\n  approve_discount\n    people: with maya → ben in its place\n"
    );
    let capacity = &[(
        "capacity: { open_leads: 25, per_day: 6 }",
        "capacity: { open_leads: 25, per_day: 9 }",
    )];
    let found = against("people.yaml", capacity);
    assert_eq!(
        found.text(),
        "\nPeople\n  anna\n    capacity per day: 6 → 9\n"
    );
}

#[test]
fn what_is_renamed_is_neither_new_nor_gone() {
    let mut files = testkit::example_files();
    for text in files.values_mut() {
        let now = String::from_utf8_lossy(text).replace(
            "sales_development:\n    weights",
            "desk:\n    was: sales_development\n    weights",
        );
        *text = now
            .replace("pool: sales_development", "pool: desk")
            .replace("pool sales_development", "pool desk")
            .into_bytes();
    }
    let renamed = testkit::model_of(&files.into_iter().collect());
    let found = difference(&testkit::example_model(), &renamed);
    let of_pools: Vec<_> = found
        .changed
        .iter()
        .filter(|it| it.part == "Pools")
        .collect();
    assert_eq!(of_pools.len(), 1, "{}", found.text());
    assert!(
        matches!(&of_pools[0].change, Change::Renamed { was, lines } if was == "sales_development" && lines.is_empty()),
        "{of_pools:?}"
    );
}

#[test]
fn rules_that_change_places_are_told_as_an_order() {
    let one = "    - rule: north_america\n";
    let example = testkit::example_texts();
    let text = example.get("processes.yaml").expect("a file");
    let at = text.find("    - rule: dach\n").expect("the rule");
    let end = at + text[at..].find(one).expect("the next");
    let rule = text[at..end].to_owned();
    let after = end
        + text[end..]
            .find("    - rule: everyone_else")
            .expect("the last");
    let now = format!(
        "{}{}{rule}{}",
        &text[..at],
        &text[end..after],
        &text[after..]
    );
    let mut texts = testkit::example_texts();
    texts.insert("processes.yaml", now.as_bytes());
    let found = difference(&testkit::example_model(), &testkit::model_of(&texts));
    assert_eq!(
        found.text(),
        "\nRouting of lead records\n  asked in another order: existing_customer, private_mail, dach, north_america, \
         everyone_else → existing_customer, private_mail, north_america, dach, everyone_else\n"
    );
}
