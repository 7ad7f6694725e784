//! Which account a lead belongs to that the CRM associates with none.
#![allow(clippy::expect_used, reason = "a test may panic")]

use crm::{Candidates, Matched, MatchedBy, Record, RecordKind};
use decisions::matching::{alike, chosen, left_domain, plain_name, sought};
use model::{FoundBy, OperatingModel};
use proptest::prelude::*;
use testkit::{account, at, example_model, lead};

fn by_mail(but_not: Option<&str>) -> FoundBy {
    FoundBy::EmailDomain {
        of: "lead.email".parse().expect("a field"),
        but_not: but_not.map(str::to_owned),
    }
}

fn by_name(at_least: u8) -> FoundBy {
    FoundBy::Name {
        of: "lead.company".parse().expect("a field"),
        at_least,
    }
}

fn with(field: &str, text: &str) -> Record {
    let lead = lead("1", at("2026-11-23T09:00:00Z"));
    lead.text(field, text).build()
}

fn domain_of(model: &OperatingModel, way: &FoundBy, address: &str) -> Option<String> {
    Some(sought(model, way, &with("email", address))?.text)
}

fn candidates(values: &[(&str, &str)]) -> Candidates {
    let values = values.iter();
    Candidates {
        found: values
            .map(|(id, text)| ((*id).to_owned(), (*text).to_owned()))
            .collect(),
        more: false,
    }
}

#[test]
fn a_mail_address_is_looked_for_by_its_domain_unless_anybody_can_have_one_there() {
    let model = example_model();
    let looked_for = |address| domain_of(&model, &by_mail(None), address);
    let kranich = Some("kranich.example".to_owned());
    assert_eq!(looked_for("Lena@WWW.Kranich.example"), kranich);
    for nobodys in [
        "lena@gmail.com",
        "lena@GMX.de",
        "lena",
        "lena@localhost",
        "@",
    ] {
        assert_eq!(looked_for(nobodys), None, "{nobodys}");
    }
    let mut model = example_model();
    let agency = crm::Value::Text("agency.example".to_owned());
    model.lists.insert("agencies".to_owned(), vec![agency]);
    let listed = |way: &FoundBy| domain_of(&model, way, "lena@agency.example");
    assert_eq!(listed(&by_mail(None)), Some("agency.example".to_owned()));
    assert_eq!(listed(&by_mail(Some("agencies"))), None);
}

#[test]
fn one_account_of_the_domain_is_taken_and_of_two_none_is() {
    let (model, way) = (example_model(), by_mail(None));
    let record = with("email", "lena@kranich.example");
    let sought = sought(&model, &way, &record).expect("a domain");
    let chosen = |values: &[(&str, &str)]| chosen(&way, &record, &sought, &candidates(values));
    let by = MatchedBy::EmailDomain;
    let one = Matched::One { by, alike: 100 };
    let found = chosen(&[
        ("7", "https://www.Kranich.example/"),
        ("8", "storch.example"),
    ]);
    assert_eq!(found, Some((one, Some("7".to_owned()))));
    let several = Matched::Several {
        by,
        accounts: ["7", "8"].map(str::to_owned).into(),
    };
    let found = chosen(&[("7", "kranich.example"), ("8", "www.kranich.example")]);
    assert_eq!(found, Some((several, None)));
    assert_eq!(chosen(&[("8", "storch.example")]), None);
}

/// What was not read may be another one that fits.
#[test]
fn of_an_account_that_moves_it_is_told_where_it_was_unless_that_is_personal() {
    let mut model = example_model();
    let at = |domain: &str| {
        let account = account("5", at("2026-11-23T09:00:00Z"));
        account.text("domain", domain).build()
    };
    let (before, after) = (at("https://www.Kranich.example/"), at("storch.example"));
    let left = left_domain(&model, &before, &after);
    assert_eq!(left.as_deref(), Some("kranich.example"));
    assert_eq!(left_domain(&model, &before, &at("kranich.example")), None);
    let fields = model.records.get_mut(&RecordKind::Account);
    let domain = fields.and_then(|it| it.get_mut("domain"));
    domain.expect("the field").personal = true;
    assert_eq!(left_domain(&model, &before, &after), None);
}

#[test]
fn where_there_are_more_than_can_be_read_none_is_taken() {
    let (model, way) = (example_model(), by_mail(None));
    let record = with("email", "lena@kranich.example");
    let sought = sought(&model, &way, &record).expect("a domain");
    let more = Candidates {
        more: true,
        ..candidates(&[("7", "kranich.example")])
    };
    let (matched, account) = chosen(&way, &record, &sought, &more).expect("an answer");
    assert_eq!((matched.word(), account), ("ambiguous", None));
}

#[test]
fn a_name_is_the_same_without_case_signs_and_legal_forms() {
    for (name, plain) in [
        ("Kranich Software GmbH & Co. KG", "kranich software"),
        ("KRANICH-SOFTWARE, Inc.", "kranich software"),
        ("Kranich Software S.A.", "kranich software"),
        ("Kranich Sp. z o.o.", "kranich"),
        ("Müller & Söhne AG", "müller söhne"),
        ("GmbH", "gmbh"),
        ("Co.", "co"),
    ] {
        assert_eq!(plain_name(name).as_deref(), Some(plain), "{name}");
    }
    assert_eq!(plain_name(" – "), None);
    assert_eq!(plain_name(&"a".repeat(201)), None);
}

#[test]
fn a_name_is_taken_from_the_stated_likeness_on_and_the_same_one_before_all() {
    let record = with("company", "Kranich Software GmbH");
    let model = example_model();
    let chosen = |at_least: u8, values: &[(&str, &str)]| {
        let way = by_name(at_least);
        let sought = sought(&model, &way, &record).expect("a name");
        assert_eq!(sought.text, "software");
        chosen(&way, &record, &sought, &candidates(values))
    };
    let by = MatchedBy::Name;
    let found = chosen(
        90,
        &[("7", "Kranch Software Ltd"), ("8", "Storch Software AG")],
    );
    let alike = 93;
    assert_eq!(
        found,
        Some((Matched::One { by, alike }, Some("7".to_owned())))
    );
    assert_eq!(chosen(95, &[("7", "Kranch Software Ltd")]), None);
    let found = chosen(
        90,
        &[("7", "Kranch Software"), ("8", "Kranich Software Inc")],
    );
    let alike = 100;
    assert_eq!(
        found,
        Some((Matched::One { by, alike }, Some("8".to_owned())))
    );
    let found = chosen(90, &[("7", "Kranch Software"), ("8", "Kranich Softwar")]);
    assert_eq!(found.map(|(matched, _)| matched.word()), Some("ambiguous"));
}

proptest! {
    #[test]
    fn a_name_is_as_much_like_another_as_that_is_like_it(one in "[a-c ]{1,12}", other in "[a-c ]{1,12}") {
        prop_assert_eq!(alike(&one, &other), alike(&other, &one));
        prop_assert_eq!(alike(&one, &other) == 100, one == other);
    }

    #[test]
    fn the_plain_form_of_a_plain_name_is_itself(name in r"\PC{1,30}") {
        if let Some(plain) = plain_name(&name) {
            prop_assert_eq!(plain_name(&plain), Some(plain));
        }
    }
}
