use super::values;
use crate::grammar::{
    Rest, Word,
    catalogue::{BUILT_IN, Holds},
    conditions::{NO_VALUE, TESTS, fitting},
    spelling,
};

/// The words of a mapping.
pub(super) fn words(words: &[Word], rest: Option<&Rest>) -> String {
    let mut rows: Vec<[String; 4]> = Vec::new();
    for word in words {
        let needed = if word.required { "yes" } else { "" };
        rows.push([
            format!("`{}`", word.key),
            needed.to_owned(),
            values::in_words(word.shape),
            word.about.to_owned(),
        ]);
    }
    if let Some(rest) = rest {
        let (says, name, _) = spelling::keys(rest.keys);
        let needed = if rest.needed { "one or more" } else { "" };
        rows.push([
            name.to_owned(),
            needed.to_owned(),
            values::in_words(rest.shape),
            says,
        ]);
    }
    table(["word", "needed", "value", "what it says"], &rows)
}

/// What fields can be tested with.
pub(super) fn conditions() -> String {
    let quoted = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        words.join(", ")
    };
    let types = [
        ("`text`", Holds::Text, "a text or a list of texts"),
        (
            "`number`, `money`",
            Holds::Number,
            "a number or a list of numbers",
        ),
        ("`boolean`", Holds::Boolean, "`yes` or `no`"),
        (
            "`one_of`, `stage`",
            Holds::OneOf(None),
            "a value or a list of values",
        ),
        ("`person`", Holds::Person, "a person or a list of people"),
        ("`date`, `timestamp`", Holds::Timestamp, ""),
        ("`account`", Holds::Account, ""),
        ("the built-in `age`", Holds::Length("corridor"), ""),
        ("the built-in `time_in_stage`", Holds::Length("stay"), ""),
        (
            "the built-in `stage_criteria`",
            Holds::Criteria,
            "`met` or `unmet`",
        ),
    ];
    let types = types
        .map(|(name, holds, value)| [name.to_owned(), value.to_owned(), quoted(fitting(&holds))]);
    let tests = TESTS.into_iter().chain([NO_VALUE]);
    let tests = tests.map(|word| [format!("`{word}`"), spelling::test(word).to_owned()]);
    let tests: Vec<[String; 2]> = tests.collect();
    let fields = BUILT_IN.map(|field| [format!("`{field}`"), spelling::built_in(field).to_owned()]);
    format!(
        "\n## Conditions\n\nWhat a field of each type can be compared with, and the tests it can be put to:\n\n{}\
         \nThe tests:\n\n{}\
         \nFields that every model has, without declaring them:\n\n{}",
        table(
            ["a field of type", "compared with", "or tested with"],
            &types
        ),
        table(["test", "holds if the field is"], &tests),
        table(["field", "what it is"], &fields),
    )
}

fn table<const N: usize>(heads: [&str; N], rows: &[[String; N]]) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = line(heads.map(str::to_owned).into());
    text += &format!("|{}\n", "---|".repeat(N));
    for row in rows {
        text += &line(row.iter().map(|cell| cell.replace('|', "\\|")).collect());
    }
    text
}
