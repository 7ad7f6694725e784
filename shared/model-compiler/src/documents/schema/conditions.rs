use super::json::{Json, described, object, reference, text};
use crate::grammar::{
    conditions::{NO_VALUE, TESTS},
    spelling::{NAME, field_pattern, test},
};

/// Adds what a condition is, and what a field is tested with.
pub(super) fn define(definitions: &mut Vec<(String, Json)>) {
    definitions.push(("condition".to_owned(), condition()));
    definitions.push(("test".to_owned(), of_field()));
}

fn condition() -> Json {
    let several = || {
        object([
            ("type", text("array")),
            ("minItems", Json::Number(1)),
            ("items", reference("condition")),
        ])
    };
    let named = object([
        ("type", text("string")),
        ("pattern", text(&format!("^{NAME}$"))),
    ]);
    let words = object([
        ("all", described(several(), "every one of these holds")),
        ("any", described(several(), "at least one of these holds")),
        ("none", described(several(), "not one of these holds")),
        (
            "is",
            described(named, "the named condition of strategy.yaml holds"),
        ),
    ]);
    let field = described(reference("test"), "a field and what it is tested with");
    let fields = Json::Object(vec![(field_pattern(), field)]);
    object([
        (
            "description",
            text("`field: test` pairs, all of which must hold"),
        ),
        ("type", text("object")),
        ("minProperties", Json::Number(1)),
        ("properties", words),
        ("patternProperties", fields),
        ("additionalProperties", Json::YesNo(false)),
    ])
}

/// A value, a list of values, or tests by their words.
fn of_field() -> Json {
    let value = || object([("type", Json::List(vec![text("string"), text("number")]))]);
    let values = object([
        ("description", text("one of these values")),
        ("type", text("array")),
        ("minItems", Json::Number(1)),
        ("items", value()),
    ]);
    let tests = TESTS.map(|word| (word, described(compared_with(word), test(word))));
    let no_value = described(compared_with(NO_VALUE), test(NO_VALUE));
    let tests = tests.into_iter().chain([(NO_VALUE, no_value)]);
    let tests = object([
        ("type", text("object")),
        ("minProperties", Json::Number(1)),
        ("properties", object(tests)),
        ("additionalProperties", Json::YesNo(false)),
    ]);
    let value = described(value(), "this value");
    object([("anyOf", Json::List(vec![value, values, tests]))])
}

/// What stands behind the word of a test.
fn compared_with(word: &str) -> Json {
    let of_type = |name| object([("type", text(name))]);
    match word {
        "present" | NO_VALUE => object([("enum", Json::List(vec![text("yes"), text("no")]))]),
        "past" => object([("enum", Json::List(vec![text("corridor"), text("stay")]))]),
        "at_least" | "at_most" | "less_than" => of_type("number"),
        "between" => object([
            ("type", text("array")),
            ("minItems", Json::Number(2)),
            ("maxItems", Json::Number(2)),
            ("items", of_type("number")),
        ]),
        "in_list" | "in_the_last" | "in_the_next" | "older_than" => of_type("string"),
        _ => object([]),
    }
}
