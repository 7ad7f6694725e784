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
    why_not::{AT_A_DESK, Answer, ON_A_PAGE, Wanted, Way, why_not},
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
    let answer = why_not(&example(), record, wanted, (at(NOW), AT_A_DESK)).answer;
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
    let asked = why_not(&example(), &record, &person("anna"), (at(NOW), AT_A_DESK));
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
    let asked = why_not(
        &example(),
        &of("DE", 300),
        &person("ben"),
        (at(NOW), AT_A_DESK),
    );
    assert_eq!(
        asked.leads,
        Leads::Pool("dach_account_executives".to_owned())
    );
    assert_eq!(asked.answer, Answer::Already);
}

#[test]
fn where_no_rule_leads_it_says_so() {
    let nowhere = Wanted::Queue("deal_desk".to_owned());
    let asked = why_not(&example(), &of("DE", 300), &nowhere, (at(NOW), AT_A_DESK));
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

/// A number is told as an example: of the others on its side of a bound not each would do.
#[test]
fn a_range_is_not_told_as_if_all_of_it_would_do() {
    let rules = rules(testkit::example_with(
        "processes.yaml",
        "      when: { lead.territory: dach, lead.in_icp: yes }\n",
        "      when: { lead.territory: dach, lead.segment: mid_market }\n",
    ));
    let wanted = Wanted::Pool("dach_account_executives".to_owned());
    for (employees, mid_market) in [(10, false), (300, true), (4_000, false)] {
        let record = of("DE", employees);
        let asked = why_not(&rules, &record, &wanted, (at(NOW), AT_A_DESK));
        let Answer::Ways(ways) = &asked.answer else {
            assert!(mid_market, "{employees}: {:?}", asked.answer);
            continue;
        };
        let told: Vec<_> = ways.iter().flat_map(|way| &way.differs).collect();
        assert!(told.iter().all(|it| it.example), "{told:?}");
        assert_eq!(told.first().unwrap().needed, "999 or 200");
    }
}

/// What is asked for a page is given up in time, and says so.
#[test]
fn what_takes_too_long_is_given_up() {
    let bare = lead("1", at(NOW)).build();
    let wanted = Wanted::Pool("dach_account_executives".to_owned());
    let asked = why_not(&example(), &bare, &wanted, (at(NOW), 10));
    assert_eq!(asked.answer, Answer::NoneFound { gave_up: true });
    let asked = why_not(&example(), &bare, &wanted, (at(NOW), ON_A_PAGE));
    assert!(matches!(asked.answer, Answer::Ways(_)), "{asked:?}");
}
