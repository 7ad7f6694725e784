//! Scenario files say what is wrong with them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and reads the files it is about"
)]

use model::{
    OperatingModel,
    scenario::{Expected, Scenario},
};
use model_compiler::{Texts, scenarios};
use testkit::example_files;

fn model() -> OperatingModel {
    let texts: Texts = example_files().into_iter().collect();
    model_compiler::read(&texts).unwrap()
}

fn read(text: &str) -> Result<Vec<Scenario>, Vec<String>> {
    let mut files = Texts::new();
    files.insert("scenarios/some.yaml", text.as_bytes());
    let read = scenarios::read(&model(), &files);
    read.map_err(|problems| {
        let messages = problems
            .iter()
            .map(|it| format!("{}: {}: {}", it.place(""), it.what, it.fix));
        messages.collect()
    })
}

/// A file with one scenario that begins like this.
fn one(rest: &str) -> String {
    format!("scenarios:\n  - scenario: one\n    at: 2026-11-23 10:00\n{rest}")
}

#[test]
fn what_a_scenario_gives_and_expects_is_read() {
    let text = one(
        "    opportunity: { owner: \"crm:7\", amount: 12.50, in_stage_since: 2026-11-01 09:00 }\n    account: { country: \"NO\" }\n    moves: { from: sql, to: proposal }\n    expect: { gate: passed, unmet: [], in_icp: unknown }\n",
    );
    let read = read(&text).unwrap();
    let scenario = &read[0];
    assert_eq!((scenario.name.as_str(), scenario.line), ("one", 2));
    assert_eq!(scenario.at.to_string(), "2026-11-23T09:00:00Z");
    assert_eq!(scenario.from.as_deref(), Some("sql"));
    let record = &scenario.record;
    assert_eq!(record.value("stage").unwrap().text(), Some("proposal"));
    assert!(record.owner().unwrap().is_stranger());
    assert_eq!(record.value("amount").unwrap().to_string(), "12.5");
    let since = scenario.in_stage_since.unwrap();
    assert_eq!((since, record.created), (since, since));
    let account = record.account.as_ref().unwrap();
    assert_eq!(account.fields["country"].text(), Some("NO"));
    assert_eq!(scenario.expect.len(), 3);
    assert_eq!(scenario.expect[2].what, Expected::InIcp(None));
    assert_eq!(scenario.expect[2].line, 7);
}

#[test]
fn a_domain_that_is_given_is_the_one_that_a_record_is_kept_with() {
    let text = one(
        "    lead: { email: lena@kranich.example }\n    account: { domain: \"https://www.Kranich.example/\" }\n    expect: { rule: dach }\n",
    );
    let read = read(&text).unwrap();
    let account = read[0].record.account.as_ref().unwrap();
    assert_eq!(account.fields["domain"].text(), Some("kranich.example"));
}

#[test]
fn a_secret_in_a_comment_of_a_scenario_is_found_and_not_shown() {
    let text = one(
        "    lead: { source: web }   # by ?hapikey=pat-na1-0000-not-a-real-token\n    expect: { rule: dahc }\n",
    );
    let problems = read(&text).unwrap_err().join("\n");
    assert!(
        problems.contains("scenarios/some.yaml:4:43: this looks like a secret")
            && problems.contains("`dahc`")
            && !problems.contains("pat-na1"),
        "{problems}"
    );
}

#[test]
fn every_mistake_is_said_with_its_place_and_fix() {
    for (rest, says) in [
        (
            "    lead: { sorce: web }\n    expect: { rule: dach }\n",
            "scenarios/some.yaml:4:13: a lead has no field `sorce`: write `source`",
        ),
        (
            "    lead: { segment: smb }\n    expect: { rule: dach }\n",
            "`lead.segment` is worked out from other fields and cannot be given",
        ),
        (
            "    lead: { email_domain: a.example }\n    expect: { rule: dach }\n",
            "`lead.email_domain` is worked out from other fields",
        ),
        (
            "    lead:\n    account: { domain: \"https://\" }\n    expect: { rule: dach }\n",
            "scenarios/some.yaml:5:24: `https://` is no domain: write one such as `kranich.example`",
        ),
        (
            "    lead:\n    account: { domain: \"\" }\n    expect: { rule: dach }\n",
            "`` is no domain: write one such as `kranich.example`, or leave it out",
        ),
        (
            "    lead:\n    expect: { rule: dahc }\n",
            "scenarios/some.yaml:5:21: `dahc` is not a routing rule of this model: write `dach`",
        ),
        (
            "    lead:\n    expect: { rle: dach }\n",
            "`rle` is no word of a scenario here: write `rule`",
        ),
        (
            "    lead:\n    expcet: { rule: dach }\n",
            "`expcet` is no word of a scenario here: write `expect`",
        ),
        ("    lead:\n", "`expect` is missing"),
        (
            "    expect: { rule: dach }\n",
            "this scenario is about no record",
        ),
        (
            "    lead:\n    opportunity:\n    expect: { rule: dach }\n",
            "it can be about one record only",
        ),
        (
            "    contact:\n    expect: { rule: dach }\n",
            "the model has no routing for a contact",
        ),
        (
            "    opportunity:\n    expect: { gate: passed }\n",
            "nothing moves here",
        ),
        (
            "    opportunity: { stage: sql }\n    moves: { from: discovery, to: sql }\n    expect: { gate: passed }\n",
            "the stage is given by `moves` already: sql",
        ),
        (
            "    opportunity:\n    moves: { from: discovery, to: sequel }\n    expect: { gate: passed }\n",
            "`sequel` is not a stage of an opportunity of this model",
        ),
        (
            "    opportunity:\n    moves: { from: discovery, to: sql }\n    expect: { unmet: [bugdet] }\n",
            "`bugdet` is not a criterion of this move of this model: write `budget`",
        ),
        (
            "    opportunity: { budget_confirmed: true }\n    expect: { deviations: [] }\n",
            "here stands `true`, where the field needs yes or no",
        ),
        (
            "    opportunity: { amount: \"12\" }\n    expect: { deviations: no_contact }\n",
            "here stands `12`, where the field needs a number without quotes",
        ),
        (
            "    opportunity:\n    expect: { deviations: no_contact }\n",
            "here stands one value, where a list is needed",
        ),
        (
            "    opportunity: { loss_reason: weather }\n    expect: { deviations: [] }\n",
            "`weather` is not a value of this field of this model: it can be `price`",
        ),
        (
            "    opportunity: { owner: ana }\n    expect: { deviations: [] }\n",
            "`ana` is not a person of this model: write `anna`",
        ),
        (
            "    lead: { account: acme }\n    expect: { rule: dach }\n",
            "write the account's fields below `account:`",
        ),
        (
            "    lead:\n    expect: { due: { first_respose: 2026-11-23 10:00 } }\n",
            "`first_respose` is no word of a scenario here: write `first_response`",
        ),
        (
            "    lead:\n    expect: { due: { first_response: Monday } }\n",
            "`Monday` is no date and time of day",
        ),
        (
            "    lead:\n    expect: {}\n",
            "this scenario expects nothing",
        ),
        (
            "    lead:\n    expect: { rule: dach }\n  - scenario: one\n    at: 2026-11-23 10:00\n    lead:\n    expect: { rule: dach }\n",
            "another scenario has this name, at scenarios/some.yaml:2",
        ),
    ] {
        let message = read(&one(rest)).expect_err(rest).join("\n");
        assert!(message.contains(says), "{rest}\nsays\n{message}");
    }
}

#[test]
fn what_was_meant_is_said_of_values_too() {
    for (rest, says) in [
        (
            "    opportunity:\n    moves: { from: discovery, to: sql }\n    expect: { gate: turn_back }\n",
            "`turn_back` is not an outcome of a gate of this model: write `turned_back`",
        ),
        (
            "    lead:\n    expect: { due: { first_response: 2026-11-23 10:00 America/NewYork } }\n",
            "`America/NewYork` is no time zone: write `America/New_York`",
        ),
        (
            "    opportunity: { amount: 1.500 }\n    expect: { in_icp: yes }\n",
            "write `1500`, or `1.5` if the point stands before a fraction",
        ),
    ] {
        let message = read(&one(rest)).expect_err(rest).join("\n");
        assert!(message.contains(says), "{rest}\nsays\n{message}");
    }
}

#[test]
fn three_mistakes_are_three_problems() {
    let text = one("    lead: { sorce: web }\n    expect: { rule: dahc, owner: ana }\n");
    assert_eq!(read(&text).unwrap_err().len(), 3);
}

#[test]
fn what_is_no_list_of_scenarios_says_so() {
    for text in [
        "scenarios: []\n",
        "scenarios:\n",
        "- a\n",
        "senarios:\n  - scenario: x\n",
    ] {
        let message = read(text).expect_err(text).join("\n");
        assert!(
            message.contains("this file has no scenarios"),
            "{text}: {message}"
        );
    }
    assert!(read("scenarios: [").unwrap_err()[0].contains("this is not YAML"));
}

#[test]
fn what_a_scenario_says_of_people_is_read_or_refused_with_words() {
    let fine = one(
        "    away: [jonas]\n    open_leads: { anna: 25 }\n    lead:\n    expect: { rule: dach }\n",
    );
    let read_as = read(&fine).unwrap();
    assert_eq!(read_as[0].away.iter().next().unwrap().as_str(), "jonas");
    assert_eq!(
        read_as[0].open_leads.values().copied().collect::<Vec<_>>(),
        [25]
    );
    for (words, what) in [
        (
            "away: jonas",
            "here stands one value, where a list is needed",
        ),
        (
            "away: [jonus]",
            "`jonus` is not a person of this model: write `jonas`",
        ),
        (
            "open_leads: { ana: 25 }",
            "`ana` is no word of a scenario here: write `anna`",
        ),
        (
            "open_leads: { anna: many }",
            "here is needed how many open leads somebody has",
        ),
        ("open_leads: 25", "where a mapping is needed"),
    ] {
        let wrong = one(&format!(
            "    {words}\n    lead:\n    expect: {{ rule: dach }}\n"
        ));
        let problems = read(&wrong).unwrap_err();
        assert!(
            problems.iter().any(|it| it.contains(what)),
            "{words}: {problems:?}"
        );
    }
}

/// An exception that nobody could grant would be left out without a word.
#[test]
fn exceptions_that_nobody_may_grant_are_refused() {
    let read = |people: &[&str], never_own_records| {
        let mut model = model();
        let right = model.decision_rights.get_mut("grant_exception").unwrap();
        right.people = people.iter().map(|it| crm::PersonId::new(*it)).collect();
        right.never_own_records = never_own_records;
        let text = one(
            "    opportunity: { owner: jonas, stage: discovery }\n    exceptions: [past_corridor]\n    expect: { deviations: [] }\n",
        );
        let mut files = Texts::new();
        files.insert("scenarios/some.yaml", text.as_bytes());
        scenarios::read(&model, &files)
    };
    assert!(read(&["jonas", "carla"], true).is_ok());
    assert!(read(&["jonas"], false).is_ok());
    let problems = read(&["jonas"], true).unwrap_err();
    assert_eq!(
        problems[0].what,
        "nobody may grant exceptions of this record then: it takes the right grant_exception (people.yaml:36)"
    );
}
