//! The schemas in `config/schema/` are those of the grammar, let the example through, and stop what
//! the checks stop too.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and reads the files it is about"
)]

mod golden;

use jsonschema::Validator;
use model::ModelFile;
use model_compiler::schema;
use serde_json::{Map, Value};
use serde_yaml::granit_parser::{Event, Parser, ScalarStyle};
use testkit::{example_files, files_in};

/// A YAML 1.2 text as JSON, as editors read it: `yes` is a word, `200` a number.
fn json(yaml: &str) -> Value {
    let mut open: Vec<(bool, Vec<Value>)> = Vec::new();
    for event in Parser::new_from_str(yaml) {
        let value = match event.expect("YAML").0 {
            Event::Scalar(text, style, ..) => scalar(&text, style == ScalarStyle::Plain),
            Event::SequenceStart(..) => {
                open.push((false, Vec::new()));
                continue;
            }
            Event::MappingStart(..) => {
                open.push((true, Vec::new()));
                continue;
            }
            Event::SequenceEnd => Value::Array(open.pop().unwrap().1),
            Event::MappingEnd => {
                let pairs = open.pop().unwrap().1;
                let pair = |pair: &[Value]| (pair[0].as_str().unwrap().to_owned(), pair[1].clone());
                Value::Object(pairs.chunks(2).map(pair).collect())
            }
            _ => continue,
        };
        match open.last_mut() {
            Some((is_mapping, items)) => {
                let is_key = *is_mapping && items.len() % 2 == 0;
                items.push(match value {
                    Value::String(_) => value,
                    value if is_key => Value::String(value.to_string()),
                    value => value,
                });
            }
            None => return value,
        }
    }
    Value::Object(Map::new())
}

fn scalar(text: &str, plain: bool) -> Value {
    let word = || Value::String(text.to_owned());
    if !plain {
        return word();
    }
    match text {
        "" | "~" | "null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => match text.parse::<f64>() {
            Ok(_) => serde_json::from_str(text).unwrap_or_else(|_| word()),
            Err(_) => word(),
        },
    }
}

fn validator(file: ModelFile) -> Validator {
    let schema = serde_json::from_str(&schema::of(file)).unwrap();
    jsonschema::draft7::meta::validate(&schema).unwrap();
    jsonschema::draft7::new(&schema).unwrap()
}

#[track_caller]
fn assert_valid(file: ModelFile, yaml: &str) {
    let instance = json(yaml);
    let validator = validator(file);
    let errors: Vec<String> = validator
        .iter_errors(&instance)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}: {errors:#?}", file.name());
}

#[test]
fn the_schemas_in_the_model_folder_are_those_of_the_language() {
    for file in ModelFile::ALL {
        let path = golden::root()
            .join("config/schema")
            .join(schema::name(file));
        golden::compare(&path, &schema::of(file));
    }
}

#[test]
fn the_example_model_fits_its_schemas_and_names_them() {
    for file in ModelFile::ALL {
        let text = String::from_utf8(example_files()[file.name()].clone()).unwrap();
        assert_valid(file, &text);
        let named = format!(
            "# yaml-language-server: $schema=schema/{}\n",
            schema::name(file)
        );
        assert!(text.contains(&named), "{} lacks {named}", file.name());
    }
}

#[test]
fn the_models_to_begin_with_fit_their_schemas() {
    for stage in ["early", "growth", "scale", "enterprise"] {
        let folder = golden::root().join("shared/cli/templates").join(stage);
        let files = files_in(&folder);
        for file in ModelFile::ALL {
            let text = String::from_utf8(files[file.name()].clone()).unwrap();
            assert_valid(file, &text.replace("CURRENCY", "EUR"));
        }
    }
}

#[test]
fn what_the_checks_let_through_fits_the_schema() {
    for (file, from, to) in [
        (ModelFile::People, "\"09:00-18:00\"", "\"09:00 - 18:00:00\""),
        (ModelFile::People, "anna: 2, ben: 1", "anna: 1000, ben: 1"),
        (
            ModelFile::Strategy,
            "company: Northwind Robotics",
            "company: 1860",
        ),
        (
            ModelFile::Processes,
            "within: { by: lead.segment, enterprise: 1 business hour, mid_market: 4 business hours, smb: 24h, unsized: 4 business hours }",
            "within: 45s",
        ),
        (ModelFile::Processes, "warn_at: 75%", "warn_at: 075%"),
        (ModelFile::Technology, "portal: \"62515\"", "portal: 62515"),
    ] {
        let mut files = example_files();
        let text = String::from_utf8(files[file.name()].clone()).unwrap();
        let changed = text.replace(from, to);
        assert_ne!(changed, text, "{from}");
        files.insert(file.name().to_owned(), changed.clone().into_bytes());
        model_compiler::read(&files.into_iter().collect()).unwrap_or_else(|it| panic!("{it:?}"));
        assert_valid(file, &changed);
    }
}

#[test]
fn what_is_misspelt_or_of_another_form_does_not_fit() {
    for (file, from, to) in [
        (ModelFile::Strategy, "currency: EUR", "currency: euro"),
        (ModelFile::Strategy, "segments:", "segment:"),
        (
            ModelFile::Strategy,
            "{ between: [50, 5000] }",
            "{ between: [50] }",
        ),
        (
            ModelFile::Strategy,
            "{ at_least: 1000 }",
            "{ atleast: 1000 }",
        ),
        (
            ModelFile::Strategy,
            "{ at_least: 200 }",
            "{ at_least: many }",
        ),
        (ModelFile::Metrics, "floor: 70%", "floor: 70"),
        (ModelFile::Processes, "gate: turn_back", "gate: turnback"),
        (ModelFile::Processes, "calendar: owner", "calendar: Owner"),
        (
            ModelFile::Processes,
            "upon: lead.routed",
            "upon: lead.rooted",
        ),
        (
            ModelFile::Processes,
            "corridor: { enterprise: 180d",
            "corridor: { enterprise: 2 business days",
        ),
        (ModelFile::Processes, "warn_at: 75%", "warn_at: [75%]"),
        (ModelFile::Processes, "closes: yes", "closes: true"),
        (ModelFile::Technology, "type: boolean", "type: bool"),
        (ModelFile::Technology, "per_hour: 5000", "per_hour: 0"),
        (ModelFile::Governance, "at: \"07:30\"", "at: \"7:30\""),
        (ModelFile::Governance, "every: monday", "every: mondays"),
        (ModelFile::People, "mon-thu:", "monday-thu:"),
        (ModelFile::People, "anna: 2", "anna: two"),
        (
            ModelFile::People,
            "email: anna@northwind.example",
            "email: anna",
        ),
        (ModelFile::People, "ben:   {", "Ben:   {"),
    ] {
        let mut files = example_files();
        let text = String::from_utf8(files[file.name()].clone()).unwrap();
        let changed = text.replace(from, to);
        assert_ne!(changed, text, "{from}");
        assert!(!validator(file).is_valid(&json(&changed)), "{to}");
        files.insert(file.name().to_owned(), changed.into_bytes());
        let read = model_compiler::read(&files.into_iter().collect());
        assert!(read.is_err(), "the checks let {to} through");
    }
}
