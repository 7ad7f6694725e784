//! The stories as people read them, kept in `goldens/explain/`. `BLESS=1` writes them anew.

use std::{fs, path::PathBuf};

use contracts::{
    Subject,
    state::{Absence, Span},
};
use crm::PersonId;
use jiff::tz::TimeZone;
use store::MemoryStore;
use story::{About, Extent, Story, gather};
use testkit::history::{november as at, table};

use crate::{
    commands::{
        away::change::{Wanted, change},
        company::{Company, sample::of_two_sources},
        explain::{as_json, reader::Reader, render::render},
    },
    stack::wait,
};

fn reader() -> Reader {
    Reader {
        zone: TimeZone::get("Europe/Berlin").unwrap(),
        zone_said: "Europe/Berlin, the company's (from config/)".to_owned(),
        company: Company::Known(Box::new(testkit::example_model())),
        now: at("24T13:05:00"),
    }
}

fn story(about: &str, extent: &Extent) -> Story {
    let subject = match about.parse() {
        Ok(About::Record(name)) => Subject::Record(testkit::record_id(&name.to_string())),
        Ok(About::Person(person)) => Subject::Person(person),
        _ => panic!("{about}"),
    };
    wait(async {
        let store = table().await;
        Ok(gather(&store, &subject, extent, at("24T13:05:00"))
            .await
            .unwrap()
            .expect("a story"))
    })
    .unwrap()
}

pub(super) fn is_golden(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("goldens/explain")
        .join(name);
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        return;
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        golden, text,
        "{name}: run this test with BLESS=1 if the new text is right"
    );
}

#[test]
fn the_stories_read_as_they_did() {
    for about in ["lead:42", "opportunity:9", "person:anna"] {
        let told = story(about, &Extent::default());
        is_golden(
            &format!("{}.txt", about.replace(':', "-")),
            &render(&told, &reader(), false),
        );
    }
    let told = story("lead:42", &Extent::default());
    let mut json = as_json(&told, &reader()).unwrap();
    json.push('\n');
    is_golden("lead-42.json", &json);
}

#[test]
fn one_decision_is_told_with_what_belongs_to_it() {
    let all = story("lead:42", &Extent::default());
    let decision = all.chapters[0].decisions[2].audit.decision.clone();
    let told = story(
        "lead:42",
        &Extent {
            decision: Some(decision),
            last: None,
        },
    );
    is_golden("decision.txt", &render(&told, &reader(), false));
}

#[test]
fn the_last_decisions_are_told_with_a_word_about_the_others() {
    let told = story(
        "lead:42",
        &Extent {
            decision: None,
            last: Some(1),
        },
    );
    assert_eq!((told.left_out, told.chapters.len()), (3, 1));
    assert!(render(&told, &reader(), false).contains("… 3 earlier decisions left out (--last)"));
}

#[test]
fn no_line_is_wider_than_a_hundred_columns_and_colours_change_no_word() {
    for about in ["lead:42", "opportunity:9", "person:anna"] {
        let told = story(about, &Extent::default());
        let (plain, colourful) = (
            render(&told, &reader(), false),
            render(&told, &reader(), true),
        );
        assert!(
            plain.lines().all(|line| line.chars().count() <= 100),
            "{plain}"
        );
        let codes = without_codes(&colourful);
        assert_eq!(codes, plain);
    }
}

#[test]
fn nothing_personal_is_told() {
    for about in ["lead:42", "opportunity:9"] {
        let told = story(about, &Extent::default());
        let text = render(&told, &reader(), false) + &as_json(&told, &reader()).unwrap();
        assert!(
            !text.contains("somebody@") && !text.contains("nobody's business"),
            "{text}"
        );
    }
}

#[test]
fn where_two_sources_have_leads_the_story_names_the_one_it_is_about() {
    let told = story("lead:42", &Extent::default());
    for company in [Company::Known(Box::new(of_two_sources())), Company::Absent] {
        let reader = Reader {
            company,
            ..reader()
        };
        let text = render(&told, &reader, false);
        assert!(text.starts_with("hubspot:lead:42\n"), "{text}");
    }
}

#[test]
fn ten_tellings_are_the_same() {
    let once = render(&story("lead:42", &Extent::default()), &reader(), true);
    for _ in 0..10 {
        assert_eq!(
            render(&story("lead:42", &Extent::default()), &reader(), true),
            once
        );
    }
}

#[test]
fn json_names_the_subject_as_it_is_typed() {
    let told = story("person:anna", &Extent::default());
    let object: serde_json::Value =
        serde_json::from_str(&as_json(&told, &reader()).unwrap()).unwrap();
    assert_eq!(object["about"], "person:anna");
    assert_eq!(object["zone"], "Europe/Berlin");
    assert!(matches!(told.about, Subject::Person(_)));
}

#[test]
fn json_says_in_words_what_the_text_says() {
    let told = story("lead:42", &Extent::default());
    let object: serde_json::Value =
        serde_json::from_str(&as_json(&told, &reader()).unwrap()).unwrap();
    assert_eq!(object["summary"][1]["label"], "owner");
    assert_eq!(object["summary"][1]["wording"][0]["text"], "anna");
    let routed = &object["chapters"][0]["decisions"][1];
    let write = routed["events"][1]["id"].as_str().unwrap();
    assert_eq!(
        routed["wording"][write][0]["text"],
        "in the CRM: owner anna, if it still has none"
    );
    assert_eq!(routed["effects"][write]["outcome"], "written");
}

/// The text without its colour codes.
fn without_codes(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
    }
    plain
}

#[test]
fn the_story_of_a_person_tells_when_they_are_away() {
    let (store, rules) = (MemoryStore::new(), testkit::example_rules());
    let maya = PersonId::new("maya");
    let span = Span {
        from: at("26T05:00:00"),
        to: at("28T05:00:00"),
    };
    let wanted = Wanted::Enter(Absence {
        span,
        reason: Some("nobody's business".to_owned()),
        cover: None,
        of: None,
    });
    let text = wait(async {
        let changed = change(
            &engine::Table::new(&store, testkit::TestClock::at(at("24T09:00:00"))),
            &rules,
            &maya,
            &wanted,
            at("24T09:00:00"),
        )
        .await;
        assert!(changed.unwrap().is_ok());
        let subject = Subject::Person(maya);
        let story = gather(&store, &subject, &Extent::default(), at("24T13:05:00")).await;
        Ok(render(&story.unwrap().expect("a story"), &reader(), false))
    })
    .unwrap();
    for part in [
        "  away        from Thu 26 Nov 06:00 to Sat 28 Nov 06:00",
        "fairlead upon command.away",
        "maya is away from Thu 26 Nov 2026 to Fri 27 Nov 2026",
        "→ maya is away from Thu 26 Nov 06:00 to Sat 28 Nov 06:00",
    ] {
        assert!(text.contains(part), "no {part:?} in:\n{text}");
    }
    assert!(!text.contains("business"), "{text}");
}
