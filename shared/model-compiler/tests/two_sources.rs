//! A model may name several sources: what is asked of a source is asked of each that has such
//! records, and of no other.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and reads the files it is about"
)]

use crm::{RecordKind, SourceName};
use model::OperatingModel;
use model_compiler::{Checked, Texts};
use testkit::example_files;

const OBJECTS: &str = "records: { lead: contacts, account: companies, opportunity: deals }";

fn technology() -> String {
    String::from_utf8(example_files()["technology.yaml"].clone()).unwrap()
}

/// A piece of a text that is there is something else.
fn with(text: &str, piece: &str, replacement: &str) -> String {
    assert!(text.contains(piece), "{piece}");
    text.replace(piece, replacement)
}

/// The example's technology with a second source that has these objects.
fn second(objects: &str) -> String {
    let source = format!(
        "  partners:
    kind: hubspot
    portal: \"71204\"
    secret: fairlead/partners
    records: {objects}
    write: {{ owner: no, stage: yes, fields: yes, tasks: no, per_hour: 100 }}\n"
    );
    with(&technology(), "\nkeep: {", &format!("{source}\nkeep: {{"))
}

/// The lines of a kind of record, each changed.
fn fields_of(text: &str, kind: &str, change: impl Fn(&str) -> String) -> String {
    let head = format!("  {kind}:");
    let mut inside = false;
    let lines = text.lines().map(|line| {
        if line.starts_with("  ") && !line.starts_with("   ") {
            inside = line == head;
        }
        if inside {
            change(line)
        } else {
            line.to_owned()
        }
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// Two sources of leads. Each field of a lead has a property in both, but for those named.
fn leads_twice(only_in_the_first: &[&str]) -> String {
    fields_of(&second("{ lead: contacts }"), "lead", |line| {
        let one = only_in_the_first
            .iter()
            .any(|name| line.trim_start().starts_with(&format!("{name}:")));
        let also = "partners: theirs, hubspot: ";
        if one {
            line.to_owned()
        } else {
            line.replace("hubspot: ", also)
        }
    })
}

fn checked(technology: &str) -> Checked {
    let mut files = example_files();
    files.insert("technology.yaml".to_owned(), technology.into());
    let texts: Texts = files.into_iter().collect();
    model_compiler::check(&texts)
}

fn model_of(technology: &str) -> OperatingModel {
    let checked = checked(technology);
    assert_eq!(checked.problems, [], "{technology}");
    checked.model.unwrap()
}

/// What the checks say, without where.
fn messages(technology: &str) -> Vec<(&'static str, String, String)> {
    let problems = checked(technology).problems.into_iter();
    problems.map(|it| (it.check, it.what, it.fix)).collect()
}

fn source(name: &str) -> SourceName {
    SourceName::new(name).unwrap()
}

fn property(model: &OperatingModel, of: &str, field: &str) -> Option<String> {
    let mapping = model.object_mapping(&source(of), RecordKind::Lead)?;
    Some(mapping.field(field)?.property.clone())
}

#[test]
fn two_sources_have_records_of_the_same_kind() {
    let model = model_of(&leads_twice(&[]));
    let sources: Vec<&SourceName> = model.sources_of(RecordKind::Lead).collect();
    assert_eq!(sources, [&source("hubspot"), &source("partners")]);
    assert_eq!(
        property(&model, "hubspot", "title").as_deref(),
        Some("jobtitle")
    );
    assert_eq!(
        property(&model, "partners", "title").as_deref(),
        Some("theirs")
    );

    let named = |text: &str| model.record_named(&text.parse().unwrap());
    let record = named("partners:lead:1").unwrap();
    assert_eq!(record.source, source("partners"));
    assert_eq!(model.name_of(&record), "partners:lead:1");
    assert_eq!(model.name_of(&named("account:1").unwrap()), "account:1");
    for (text, why) in [
        (
            "lead:1",
            "more than one source has such records: write `hubspot:lead:1` or `partners:lead:1`",
        ),
        (
            "typo:lead:1",
            "technology.yaml has no source `typo` with records of kind lead: write \
             `hubspot:lead:1` or `partners:lead:1`",
        ),
        (
            "partners:account:1",
            "technology.yaml has no source `partners` with records of kind account: write \
             `hubspot:account:1`",
        ),
        (
            "typo:campaign:1",
            "no source in technology.yaml has records of kind campaign",
        ),
    ] {
        assert_eq!(named(text).unwrap_err().to_string(), why);
    }
}

#[test]
fn two_sources_have_records_of_different_kinds() {
    let text = second("{ opportunity: deals }");
    let text = with(
        &text,
        OBJECTS,
        "records: { lead: contacts, account: companies }",
    );
    let text = fields_of(&text, "opportunity", |line| {
        line.replace("hubspot: ", "partners: ")
    });
    let model = model_of(&text);
    let record = model.record_named(&"opportunity:1".parse().unwrap());
    assert_eq!(record.unwrap().to_string(), "partners:opportunity:1");
    let mapped = |of: &str| model.object_mapping(&source(of), RecordKind::Opportunity);
    assert_eq!(mapped("hubspot"), None);
    let stage = mapped("partners").unwrap().field("stage").cloned().unwrap();
    assert_eq!(stage.in_crm_words("sql"), "qualifiedtobuy");
}

#[test]
fn a_field_that_only_one_source_fills_is_missing_from_the_other() {
    let text = leads_twice(&["title", "account"]);
    let found = messages(&text);
    let [(check, what, fix)] = found.as_slice() else {
        panic!("{found:#?}")
    };
    assert_eq!(*check, "unfilled-field");
    assert!(
        what.starts_with("nothing of `partners` fills `lead.title`"),
        "{what}"
    );
    assert!(fix.starts_with("add `partners: …`"), "{fix}");

    let model = checked(&text).model.unwrap();
    assert_eq!(
        property(&model, "hubspot", "title").as_deref(),
        Some("jobtitle")
    );
    assert_eq!(property(&model, "partners", "title"), None);
}

#[test]
fn a_field_that_no_source_fills_is_missing_from_each() {
    let text = fields_of(&leads_twice(&[]), "lead", |line| {
        line.replace("partners: theirs, hubspot: jobtitle", "")
    });
    let found = messages(&text);
    let whats: Vec<&str> = found.iter().map(|(_, what, _)| what.as_str()).collect();
    let [first, second] = whats.as_slice() else {
        panic!("{found:#?}")
    };
    assert!(
        first.starts_with("nothing of `hubspot` fills `lead.title`"),
        "{first}"
    );
    assert!(
        second.starts_with("nothing of `partners` fills `lead.title`"),
        "{second}"
    );
}

/// Two sources of leads, and what `values` says of their stages.
fn with_spellings(values: &str) -> String {
    let stage = "hubspot: fairlead_stage";
    with(
        &leads_twice(&[]),
        stage,
        &format!("{stage}, values: {values}"),
    )
}

#[test]
fn a_stage_without_a_spelling_is_missing_from_each_source() {
    let most = "{ new: new, qualified: qualified, accepted: accepted, converted: converted }";
    let found = messages(&with_spellings(most));
    let begins = |source: &str| format!("no spelling of {source} stands for the stage `recycled`");
    assert_eq!(found.len(), 2, "{found:#?}");
    for ((check, what, _), source) in found.iter().zip(["hubspot", "partners"]) {
        assert_eq!(*check, "unmapped-stage");
        assert!(what.starts_with(&begins(source)), "{what}");
    }
}

#[test]
fn spellings_may_stand_for_two_sources_only_where_they_say_nothing_new() {
    let same = "new: new, qualified: qualified, accepted: accepted, converted: converted, recycled: recycled";
    assert_eq!(messages(&with_spellings(&format!("{{ {same} }}"))), []);
    let other = format!("{{ {same}, \"2188\": qualified }}");
    let found = messages(&with_spellings(&other));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].0, "ambiguous-spelling");

    // The same spellings of a field that is mapped in one source.
    let one = with_spellings(&other).replace(
        "partners: theirs, hubspot: fairlead_stage",
        "hubspot: fairlead_stage",
    );
    let found = messages(&one);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].0, "unfilled-field");
}

#[test]
fn a_needed_field_is_asked_of_the_sources_that_have_such_records() {
    let text = second("{ lead: contacts, opportunity: deals }");
    let without = |text: &str| {
        with(
            text,
            "    stage:\n      type: stage",
            "    phase:\n      type: stage",
        )
    };
    let fix = |text: &str| {
        let found = messages(&without(text));
        let needed = found
            .into_iter()
            .find(|(check, ..)| *check == "needed-field");
        needed.unwrap().2
    };
    let in_both = "declare `stage: { type: stage, hubspot: …, partners: … }` for opportunity in technology.yaml";
    assert_eq!(fix(&text), in_both);
    let in_second = with(
        &text,
        OBJECTS,
        "records: { lead: contacts, account: companies }",
    );
    let in_second_only =
        "declare `stage: { type: stage, partners: … }` for opportunity in technology.yaml";
    assert_eq!(fix(&in_second), in_second_only);
}
