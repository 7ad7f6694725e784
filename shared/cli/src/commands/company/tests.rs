#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::{fs, path::PathBuf};

use super::*;

fn known(model: OperatingModel) -> Company {
    Company::Known(Box::new(model))
}

fn named(company: &Company, name: &str) -> Result<String, String> {
    let record = company.record(&name.parse().unwrap());
    let record = record.map_err(|why| why.to_string())?;
    Ok(record.to_string())
}

/// A folder of this test, with these texts in it.
fn folder(name: &str, texts: &[(&str, &str)]) -> PathBuf {
    let id = std::process::id();
    let folder = std::env::temp_dir().join(format!("fairlead-company-{id}-{name}"));
    fs::create_dir_all(&folder).unwrap();
    for (file, text) in texts {
        fs::write(folder.join(file), text).unwrap();
    }
    folder
}

#[test]
fn a_record_is_named_so_that_the_name_leads_back_to_it() {
    let lead = testkit::record_id("lead:7");
    for (company, name) in [
        (known(testkit::example_model()), "lead:7"),
        (known(sample::of_two_sources()), "hubspot:lead:7"),
        (Company::Absent, "hubspot:lead:7"),
    ] {
        assert_eq!(company.name_of(&lead), name);
        assert_eq!(named(&company, name).unwrap(), lead.to_string());
        assert_eq!(
            company.name_of_subject(&Subject::Record(lead.clone())),
            name
        );
        let anna = Subject::Person(crm::PersonId::new("anna"));
        assert_eq!(company.name_of_subject(&anna), "person:anna");
    }
    let why = named(&known(sample::of_two_sources()), "lead:7").unwrap_err();
    assert!(why.contains("hubspot:lead:7"), "{why}");
}

#[test]
fn without_a_folder_there_is_no_model() {
    let company = Company::of(&folder("none", &[]).join("config"));
    assert!(matches!(company, Company::Absent));
    let why = named(&company, "lead:7").unwrap_err();
    assert_eq!(
        why,
        "there is no operating model in config/ to say which source lead:7 is of: write it with \
         its source, such as crm:lead:7, or ask from the folder that has config/"
    );
}

#[test]
fn a_model_with_problems_is_one_and_the_message_says_what_shows_them() {
    let folder = folder("broken", &[("strategy.yaml", "company: [")]);
    let company = Company::of(&folder);
    let shown = folder.display();
    let why = named(&company, "lead:7").unwrap_err();
    for part in [
        "which source lead:7 is of is for the model to say".to_owned(),
        format!("the model in {shown} has "),
        format!(" problems: `fairlead check {shown}` shows them"),
        "Until it can be read, write it with its source, such as crm:lead:7".to_owned(),
    ] {
        assert!(why.contains(&part), "no {part:?} in: {why}");
    }
    assert!(!why.contains("no operating model"), "{why}");
    assert_eq!(named(&company, "hubspot:lead:7").unwrap(), "hubspot:lead:7");
    fs::remove_dir_all(folder).unwrap();
}
