//! What would have had to differ for a record to go to somebody else.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use crm::{PersonId, Record};
use decisions::{
    Rules,
    routing::Leads,
    why_not::{Answer, Wanted, Way, why_not},
};
use testkit::{at, example_model, lead, rules};

const NOW: &str = "2026-11-23T10:00:00Z";

fn example() -> Rules {
    rules(example_model())
}

/// A lead of a company in this country and of this size, with a mail address of its own domain.
fn of(country: &str, employees: u32) -> Record {
    let lead = lead("1", at(NOW)).text("email", "lena@kranich.example");
    lead.account(country, "software", employees).build()
}

fn person(name: &str) -> Wanted {
    Wanted::Person(PersonId::new(name))
}

fn ways(record: &Record, wanted: &Wanted) -> Vec<Way> {
    let answer = why_not(&example(), record, wanted, at(NOW)).answer;
    let Answer::Ways(ways) = answer else {
        unreachable!("{answer:?}")
    };
    ways
}

/// Each as `rule: field needed (found)`.
fn said(ways: &[Way]) -> Vec<String> {
    let ways = ways.iter().map(|way| {
        let differs = way.differs.iter().map(|it| {
            let found = it
                .found
                .as_ref()
                .map_or("nothing".to_owned(), ToString::to_string);
            format!("{} {} ({found})", it.field, it.needed)
        });
        format!(
            "{}: {}",
            way.rule,
            differs.collect::<Vec<_>>().join(" and ")
        )
    });
    ways.collect()
}

#[test]
fn an_american_lead_would_have_had_to_come_from_where_anna_sells() {
    let record = of("US", 300);
    let asked = why_not(&example(), &record, &person("anna"), at(NOW));
    assert_eq!(asked.rule, "north_america");
    assert_eq!(
        said(&ways(&record, &person("anna"))),
        [
            "existing_customer: account.owner anna (nothing)",
            "dach: account.country DE or AT or CH (US)",
        ]
    );
}

#[test]
fn what_stands_before_a_rule_is_taken_out_of_the_way() {
    let mut record = of("US", 300);
    let domain = (
        "email".to_owned(),
        crm::Value::Text("lena@gmail.com".to_owned()),
    );
    record.fields.extend([domain]);
    let found = ways(&record, &Wanted::Pool("dach_account_executives".to_owned()));
    assert_eq!(
        said(&found),
        [
            "dach: lead.email_domain none of the list free_mail (gmail.com) and account.country DE or AT or CH (US)"
        ]
    );
}

#[test]
fn in_their_pool_already_it_was_somebody_elses_turn() {
    let asked = why_not(&example(), &of("DE", 300), &person("ben"), at(NOW));
    assert_eq!(
        asked.leads,
        Leads::Pool("dach_account_executives".to_owned())
    );
    assert_eq!(asked.answer, Answer::Already);
}

#[test]
fn where_no_rule_leads_it_says_so() {
    let nowhere = Wanted::Queue("deal_desk".to_owned());
    let asked = why_not(&example(), &of("DE", 300), &nowhere, at(NOW));
    assert_eq!(asked.answer, Answer::NoRuleLeadsThere);
}

/// Whatever is told is asked of the rules again: with these facts the record does go there.
#[test]
fn a_lead_without_any_fact_is_led_everywhere_by_what_is_told() {
    let bare = lead("1", at(NOW)).build();
    for pool in ["dach_account_executives", "america_account_executives"] {
        let found = ways(&bare, &Wanted::Pool(pool.to_owned()));
        assert!(
            found
                .iter()
                .all(|way| way.leads == Leads::Pool(pool.to_owned()))
        );
        assert!(
            found.iter().all(|way| way.differs.len() == 3),
            "{:?}",
            said(&found)
        );
    }
    let nobody = ways(&bare, &Wanted::Rule("private_mail".to_owned()));
    assert_eq!(
        said(&nobody),
        ["private_mail: lead.email_domain one of the list free_mail (nothing)"]
    );
}
