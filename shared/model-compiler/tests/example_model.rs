//! The example model is clean, says what it seems to say, and always gives the same artefact.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and reads the files it is about"
)]

use crm::{FieldRef, PersonId, RecordKind, SourceName};
use model::{
    AllAway, Budget, Condition, Destination, Eligibility, Measure, ModelFile, NobodyWorking,
    OperatingModel, Operator, Population, Recipient, When,
    artefact::{self, ArtefactError},
};
use model_compiler::Texts;
use testkit::example_files;

fn model() -> OperatingModel {
    let texts: Texts = example_files().into_iter().collect();
    model_compiler::read(&texts).unwrap_or_else(|problems| {
        let messages: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", messages.join("\n\n"))
    })
}

fn source(name: &str) -> SourceName {
    SourceName::new(name).unwrap()
}

#[test]
fn it_is_clean_and_complete() {
    let model = model();
    assert_eq!(model.company.name, "Northwind Robotics");
    assert_eq!(model.people.len(), 9);
    assert_eq!(model.routing[&RecordKind::Lead].len(), 5);
    assert_eq!(model.sources["hubspot"].portal, "62515");
    assert_eq!(model.digests.len(), 4);
    assert_eq!(model.metrics.len(), 16);
    assert_eq!(model.targets.len(), 1);
    assert_eq!(model.signals.len(), 3);
    assert_eq!(model.reviews.len(), 2);
    assert_eq!(model.derived.len(), 7);
    assert_eq!(model.decision_rights.len(), 4);
    assert_eq!(model.approvals.len(), 1);
    assert!(model.exceptions.is_some() && model.source_tags.is_some());
}

#[test]
fn what_catches_everything_is_tried_last() {
    let model = model();
    let names: Vec<&str> = model
        .segments
        .entries
        .iter()
        .map(|entry| entry.name.as_str())
        .collect();
    assert_eq!(names, ["enterprise", "mid_market", "unsized", "smb"]);
    assert_eq!(model.segments.entries[2].when, When::Unknown);
    assert_eq!(model.segments.entries[3].when, When::Otherwise);
}

#[test]
fn conditions_keep_their_places() {
    let model = model();
    let rule = &model.routing[&RecordKind::Lead][1];
    assert_eq!(
        (rule.rule.as_str(), &rule.to),
        ("private_mail", &Destination::Nobody)
    );
    let When::Holds(Condition::Test(test)) = &rule.when else {
        panic!("{:?}", rule.when)
    };
    assert_eq!(test.field, FieldRef::new(RecordKind::Lead, "email_domain"));
    assert_eq!(test.operator, Operator::InList("free_mail".to_owned()));
    let text = String::from_utf8(example_files()["processes.yaml"].clone()).unwrap();
    let line = text.lines().nth(test.place.line as usize - 1).unwrap();
    assert_eq!(test.place.file, ModelFile::Processes);
    assert!(
        line[test.place.column as usize - 1..].starts_with("lead.email_domain"),
        "{line}"
    );
}

#[test]
fn calendars_have_their_hours_and_holidays() {
    let model = model();
    let berlin = &model.calendars["berlin"].spec;
    assert!(berlin.validate().is_empty());
    assert!(berlin.holidays.contains(&"2026-12-25".parse().unwrap()));
    assert_eq!(berlin.hours.len(), 5);
    assert_eq!(berlin.on_dates.len(), 2);
    assert_eq!(model.people[&PersonId::new("anna")].calendar, "berlin");
    assert_eq!(model.people[&PersonId::new("maya")].calendar, "new_york");
}

#[test]
fn the_holidays_of_a_region_need_no_file() {
    let mut files = example_files();
    let people = String::from_utf8(files["people.yaml"].clone()).unwrap();
    let region = "holidays: { region: \"DE-BY\" }";
    let changed = people.replace("holidays: holidays/germany.ics", region);
    files.insert("people.yaml".to_owned(), changed.into_bytes());
    let model = model_compiler::read(&files.into_iter().collect()).unwrap();
    let holidays = &model.calendars["berlin"].spec.holidays;
    for day in ["2026-12-25", "2027-01-06"] {
        assert!(holidays.contains(&day.parse().unwrap()), "{day}");
    }
}

#[test]
fn metrics_say_what_they_count() {
    let model = model();
    let sql = &model.metrics["sql_integrity"];
    let population = Population::InStage(RecordKind::Opportunity, "sql".to_owned());
    assert_eq!(sql.of, population);
    assert!(matches!(&sql.measure, Measure::Portion(Condition::Test(_))));
    let Measure::Passage { from, to, quantile } = &model.metrics["time_to_revenue"].measure else {
        panic!("{:?}", model.metrics["time_to_revenue"])
    };
    assert_eq!(
        (from.as_str(), to.as_str(), *quantile),
        ("discovery", "won", 50)
    );
    let Measure::Portion(Condition::Test(test)) = &model.metrics["within_corridor"].measure else {
        panic!("{:?}", model.metrics["within_corridor"])
    };
    assert_eq!(test.field.name, "deviation.past_corridor");
}

#[test]
fn a_channel_has_every_spelling() {
    let mapping = model()
        .object_mapping(&source("hubspot"), RecordKind::Lead)
        .unwrap();
    let channel = mapping.field("channel").unwrap();
    assert_eq!(channel.values["adwords"], "paid_search");
    assert_eq!(channel.otherwise.as_deref(), Some("unrecognised"));
    assert_eq!(mapping.field("source").unwrap().otherwise, None);
}

#[test]
fn a_clock_has_an_amount_for_every_segment() {
    let clock = &model().clocks["first_response"];
    let Budget::By { field, amounts, .. } = &clock.within else {
        panic!("{:?}", clock.within)
    };
    assert_eq!(field.to_string(), "lead.segment");
    let amounts: Vec<String> = amounts
        .iter()
        .map(|(segment, amount)| format!("{segment} {amount}"))
        .collect();
    assert_eq!(
        amounts,
        [
            "enterprise 1 business hour",
            "mid_market 4 business hours",
            "smb 24h",
            "unsized 4 business hours"
        ]
    );
    assert_eq!(clock.when_late[1].tell, Some(Recipient::Manager));
}

#[test]
fn people_are_found_by_id_team_and_manager() {
    let model = model();
    let anna = PersonId::new("anna");
    assert_eq!(
        model.person_of_crm_id(&source("hubspot"), "11002"),
        Some(&anna)
    );
    assert_eq!(model.person_of_crm_id(&source("hubspot"), "0"), None);
    assert_eq!(model.manager_of(&anna), Some(&PersonId::new("jonas")));
    assert_eq!(model.manager_of(&PersonId::new("carla")), None);
    let members: Vec<&str> = model
        .team_members("dach_sales")
        .map(PersonId::as_str)
        .collect();
    assert_eq!(members, ["anna", "ben", "jonas"]);
    assert_eq!(
        model.led_by(&PersonId::new("jonas")).collect::<Vec<_>>(),
        ["dach_sales"]
    );
    let pool = &model.pools["dach_account_executives"];
    assert_eq!(
        pool.eligible,
        [
            Eligibility::WorkingNow,
            Eligibility::NotAway,
            Eligibility::UnderCapacity
        ]
    );
    assert_eq!(pool.nobody_working, NobodyWorking::NextToStart);
    assert_eq!(pool.all_away, AllAway::Ask(PersonId::new("jonas")));
}

#[test]
fn a_source_spells_records_its_own_way() {
    let model = model();
    let deals = model
        .object_mapping(&source("hubspot"), RecordKind::Opportunity)
        .unwrap();
    assert_eq!(deals.object, "deals");
    let stage = deals.field("stage").unwrap();
    assert_eq!(
        (stage.property.as_str(), stage.in_crm_words("sql")),
        ("dealstage", "qualifiedtobuy")
    );
    assert!(stage.history);
    assert!(
        deals.field("account").is_none(),
        "the account is an association, not a property"
    );
    assert_eq!(
        deals.owner_id(&PersonId::new("anna")).as_deref(),
        Some("11002")
    );
    assert!(
        model
            .object_mapping(&source("hubspot"), RecordKind::Campaign)
            .is_none()
    );
    assert!(
        model
            .object_mapping(&source("salesforce"), RecordKind::Lead)
            .is_none()
    );
}

#[test]
fn ten_runs_give_the_same_artefact() {
    let first = artefact::write(&model()).unwrap();
    for _ in 0..9 {
        assert_eq!(artefact::write(&model()).unwrap(), first);
    }
}

#[test]
fn an_artefact_loads_as_the_model_it_was_written_from() {
    let model = model();
    let loaded = artefact::load(&artefact::write(&model).unwrap()).unwrap();
    assert_eq!(loaded, model);
    assert_eq!(loaded.revision.number, 0);
    assert_eq!(loaded.revision.hash.len(), 16);
}

#[test]
fn which_deployment_brought_a_model_changes_nothing_in_its_artefact() {
    let built = artefact::write(&model()).unwrap();
    let mut deployed = artefact::load(&built).unwrap();
    deployed.revision.number = 7;
    assert_eq!(artefact::hash_of(&deployed).unwrap(), model().revision.hash);
    assert_eq!(artefact::write(&deployed).unwrap(), built);
}

#[test]
fn a_changed_cut_or_foreign_artefact_is_refused() {
    let bytes = artefact::write(&model()).unwrap();
    let replaced = |from: &str, to: &str| {
        let at = bytes
            .windows(from.len())
            .position(|it| it == from.as_bytes());
        let at = at.expect("what is to be replaced");
        [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat()
    };
    assert!(matches!(
        artefact::load(&replaced("Northwind", "Southwind")),
        Err(ArtefactError::Changed { .. })
    ));
    assert!(matches!(
        artefact::load(&bytes[..bytes.len() / 2]),
        Err(ArtefactError::Changed { .. })
    ));
    let format = |number: u32| format!("\"format\":{number}");
    let only_format = format!("{{{}}}\n", format(artefact::FORMAT));
    for foreign in [&b"{}"[..], b"", only_format.as_bytes(), &bytes[..20]] {
        assert!(matches!(
            artefact::load(foreign),
            Err(ArtefactError::Unreadable(_))
        ));
    }
    let newer = replaced(&format(artefact::FORMAT), &format(artefact::FORMAT + 1));
    let error = artefact::load(&newer).unwrap_err().to_string();
    let number = format!("format {}", artefact::FORMAT + 1);
    assert!(
        error.contains(&number) && error.contains("build it again"),
        "{error}"
    );
}

/// The clock of the example with other words in place of its pause and its calendar.
fn owner_away(pause: &str, calendar: &str) -> bool {
    let mut files = example_files();
    let text = String::from_utf8(files["processes.yaml"].clone()).unwrap();
    let changed = text
        .replace("{ while: { lead.stage: recycled } }", pause)
        .replace("calendar: owner ", &format!("calendar: {calendar} "));
    files.insert("processes.yaml".to_owned(), changed.into_bytes());
    let texts: Texts = files.into_iter().collect();
    model_compiler::read(&texts).unwrap().clocks["first_response"].owner_away
}

#[test]
fn a_clock_stands_still_while_its_owner_is_away_if_it_counts_their_hours_or_says_so() {
    let while_recycled = "{ while: { lead.stage: recycled } }";
    assert!(owner_away(while_recycled, "owner"));
    assert!(!owner_away("{ owner_away: no }", "owner"));
    assert!(!owner_away(while_recycled, "team"));
    assert!(owner_away("{ owner_away: yes }", "team"));
    assert!(owner_away(
        "{ while: { lead.stage: recycled }, owner_away: yes }",
        "berlin"
    ));
}
