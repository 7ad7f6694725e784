//! Much at once: a thousand deals that one person moves, and a CRM that has been full for years.

use std::collections::BTreeSet;

use contracts::Subject;
use crm::RecordKind;

use super::*;

/// How many records a page of the CRM holds.
const PAGE: usize = 100;

/// A thousand deals of Anna's, known to Fairlead, at their first stage.
async fn thousand_deals() -> Town {
    let town = Town::new(Faults::none());
    town.is_at(testkit::at("2026-11-23T11:00:00Z"));
    town.company("1", "DE", "software", 300);
    for number in 1..=1_000 {
        town.deal(&number.to_string(), "1", "anna");
        town.notice(&format!("opportunity:{number}"));
    }
    town.settle().await;
    town
}

#[tokio::test(start_paused = true)]
async fn of_a_thousand_deals_moved_at_once_twenty_are_turned_back_and_the_rest_is_held() {
    let town = thousand_deals().await;
    assert_eq!(about_records(&town), [] as [String; 0]);
    town.is_at(testkit::at("2026-11-23T12:00:00Z"));
    for number in 1..=1_000 {
        let deal = format!("opportunity:{number}");
        town.crm.text_by("ben", &deal, "stage", "sql");
        town.notice_again(&deal, "moved");
    }
    // And in the midst of it a lead comes in.
    town.contact("7", "1");
    town.notice("lead:7");
    town.settle().await;
    let ids = town.crm.ids(RecordKind::Opportunity);
    let back = ids.iter().filter(|id| {
        let stage = town.shown(&format!("opportunity:{id}"), "stage");
        stage.as_deref() == Some("discovery")
    });
    assert_eq!(back.count(), 20, "beyond that moves are held");
    assert_eq!(town.crm.tasks().len(), 20, "each with what it lacks");
    let mails = about_records(&town);
    let of_one: Vec<&String> = mails.iter().filter(|it| it.starts_with("anna@")).collect();
    let asked: Vec<&String> = mails.iter().filter(|it| it.contains("Held: ")).collect();
    assert_eq!(
        asked.len(),
        2,
        "who made them, and the operators: {asked:?}"
    );
    // Twenty moves, and perhaps the lead.
    assert!((20..=21).contains(&of_one.len()), "{of_one:?}");
    assert!(mails.len() <= 23, "{mails:?}");
    assert!(town.shown("lead:7", "owner").is_some(), "it has an owner");
    assert_eq!(town.delivered_again(), 0, "no message had to wait");
}

/// So many deals, leads and accounts that were there before Fairlead.
async fn full(faults: Faults) -> Town {
    let town = Town::new(faults);
    town.crm.pages_of(PAGE);
    for number in 1..=ACCOUNTS {
        town.company(&number.to_string(), "DE", "software", 300);
    }
    for number in 1..=DEALS {
        let company = (number % ACCOUNTS + 1).to_string();
        town.deal(&number.to_string(), &company, "anna");
        let lead = (10_000 + number).to_string();
        town.contact(&lead, &company);
    }
    town.is_at(testkit::at("2026-11-25T09:00:00Z"));
    town
}

const ACCOUNTS: usize = 120;
const DEALS: usize = 500;

/// The first tick, and those of the minutes after it.
async fn loaded(town: &Town) {
    for minute in 0..6 {
        town.tick(testkit::at(&format!("2026-11-25T09:0{minute}:00Z")));
        town.settle().await;
    }
}

/// The records that a function has decided about.
fn judged(town: &Town, function: Function, kind: RecordKind) -> usize {
    let audits = town.audits_of(function).into_iter();
    let records: BTreeSet<_> = audits
        .filter_map(|audit| match audit.subject {
            Subject::Record(id) if id.kind == kind => Some(id),
            _ => None,
        })
        .collect();
    records.len()
}

/// The mails about records. How the company's numbers stand by now their owners are told, whenever that was found.
fn about_records(town: &Town) -> Vec<String> {
    let mut mails = town.mails();
    mails.retain(|mail| !mail.contains(": Below its floor: "));
    mails
}

fn is_whole(town: &Town) {
    let mails = about_records(town);
    assert_eq!(mails, [] as [String; 0], "nobody is mailed about the past");
    let sync = |kind| judged(town, Function::CrmSync, kind);
    assert_eq!(sync(RecordKind::Opportunity), DEALS);
    assert_eq!(sync(RecordKind::Lead), DEALS);
    assert_eq!(sync(RecordKind::Account), ACCOUNTS);
    let gates = judged(town, Function::StageGates, RecordKind::Opportunity);
    assert_eq!(gates, DEALS, "every open deal is judged");
    let routing = judged(town, Function::LeadRouting, RecordKind::Lead);
    assert_eq!(routing, DEALS, "and every lead looked at");
}

#[tokio::test(start_paused = true)]
async fn a_full_crm_is_read_in_pages_and_nobody_is_mailed() {
    let town = full(Faults::none()).await;
    loaded(&town).await;
    is_whole(&town);
    let pages = |records: usize| records.div_ceil(PAGE);
    let lists = pages(ACCOUNTS) + 2 * pages(DEALS);
    let calls = town.crm.calls().len();
    assert!(
        calls <= lists + lists / 20 + 1,
        "{calls} requests, and {lists} pages are enough"
    );
}

/// Dead in the midst of it, before a page is kept or after it: nothing is left out, and hardly a page read twice.
#[tokio::test(start_paused = true)]
async fn a_load_that_dies_in_the_midst_of_it_goes_on() {
    let pages = ACCOUNTS.div_ceil(PAGE) + 2 * DEALS.div_ceil(PAGE);
    for (call, when) in [(150, When::Before), (400, When::After)] {
        let town = full(Faults::at(call, when)).await;
        loaded(&town).await;
        is_whole(&town);
        let lists = town.crm.count("list");
        assert!(lists <= pages + 2, "{lists} pages read of {pages}");
    }
}
