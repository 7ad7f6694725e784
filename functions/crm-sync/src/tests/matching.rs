//! A lead that the CRM associates with no account gets the one that fits it.

use std::time::Duration;

use contracts::EventData;
use crm::{Matched, MatchedBy};
use engine::CrmError;
use model::{Field, FoundBy};
use testkit::CrmFault;

use super::*;

/// The example, which also finds an account by the lead's company.
fn by_company() -> OperatingModel {
    let mut model = example_model();
    let lead = model.records.get_mut(&crm::RecordKind::Lead).unwrap();
    let title: Field = lead["title"].clone();
    lead.insert("company".to_owned(), title);
    let account = lead.get_mut("account").unwrap();
    account.found_by.push(FoundBy::Name {
        of: "lead.company".parse().unwrap(),
        at_least: 90,
    });
    model
}

fn account(tested: &Tested, id: &str, name: &str, domain: &str) {
    tested.crm.text(id, "name", name);
    tested.crm.text(id, "domain", domain);
}

impl Tested {
    async fn matched(&self, lead: &str) -> (Option<Matched>, Option<String>) {
        let record = self.copy(lead).await.unwrap().record;
        (record.matched, record.account.map(|account| account.id.id))
    }

    /// Hands crm-sync what it told of an account last.
    async fn told_of(&self, account: &str) {
        let audits = self.audits_of(account);
        let newest = audits.iter().max_by_key(|audit| audit.sequence).unwrap();
        let EventData::RecordChanged { .. } = newest.events[0].data else {
            panic!("{newest:?}")
        };
        assert_eq!(self.handle(&newest.events).await, [Ok(())]);
    }
}

fn by_mail() -> Matched {
    Matched::One {
        by: MatchedBy::EmailDomain,
        alike: 100,
    }
}

#[tokio::test]
async fn a_lead_without_an_association_gets_the_account_at_its_domain_with_one_search_a_batch() {
    let tested = sync();
    account(&tested, "account:5", "Kranich", "kranich.example");
    tested.crm.text("account:5", "country", "DE");
    tested.crm.text("account:6", "country", "AT");
    let events = leads(&tested, 3);
    tested.crm.belongs("lead:3", "6");
    assert_eq!(tested.handle(&events).await, vec![Ok(()); 3]);
    for lead in ["lead:1", "lead:2"] {
        let found = (Some(by_mail()), Some("5".to_owned()));
        assert_eq!(tested.matched(lead).await, found);
    }
    // What the CRM associates goes before what fits.
    assert_eq!(tested.matched("lead:3").await, (None, Some("6".to_owned())));
    assert_eq!(tested.crm.count("search"), 1);
    let audit = &tested.audits_of("lead:1")[0];
    let note = audit.reasons[1].note.clone().unwrap();
    assert_eq!(
        note,
        "the CRM associates no account; by the domain of its mail address it is account:5"
    );
    // What changes of the account reaches them as if it were associated.
    tested.crm.text("account:5", "country", "CH");
    tested.handle(&[noticed("account:5")]).await;
    tested.told_of("account:5").await;
    let account = tested.copy("lead:1").await.unwrap().record.account.unwrap();
    let country = account.fields["country"].text().map(str::to_owned);
    assert_eq!(country.as_deref(), Some("CH"));
}

#[tokio::test]
async fn an_association_that_comes_later_wins() {
    let tested = sync();
    account(&tested, "account:5", "Kranich", "kranich.example");
    tested.crm.text("account:6", "country", "AT");
    let events = leads(&tested, 1);
    tested.handle(&events).await;
    tested.crm.belongs("lead:1", "6");
    let again = told("lead:1", "two", TOLD, false);
    assert_eq!(tested.handle(&[again]).await, [Ok(())]);
    assert_eq!(tested.matched("lead:1").await, (None, Some("6".to_owned())));
}

#[tokio::test]
async fn of_two_accounts_none_is_taken_and_both_are_named() {
    let tested = sync();
    account(&tested, "account:5", "Kranich", "kranich.example");
    account(
        &tested,
        "account:6",
        "Kranich Reisen",
        "www.kranich.example",
    );
    tested.handle(&leads(&tested, 1)).await;
    let several = Matched::Several {
        by: MatchedBy::EmailDomain,
        accounts: ["5", "6"].map(str::to_owned).into(),
    };
    assert_eq!(tested.matched("lead:1").await, (Some(several), None));
    let note = tested.audits_of("lead:1")[0].reasons[1].note.clone();
    assert!(
        note.unwrap()
            .ends_with("none is taken: account:5, account:6")
    );
}

#[tokio::test]
async fn free_mail_matches_nothing_by_its_domain_and_the_name_is_the_last_resort() {
    let tested = over(by_company());
    account(&tested, "account:5", "Google", "gmail.com");
    account(
        &tested,
        "account:6",
        "Kranich Software GmbH",
        "kranich.example",
    );
    let lead = noticed("lead:1");
    tested.crm.text("lead:1", "email", "lena@gmail.com");
    assert_eq!(tested.handle(std::slice::from_ref(&lead)).await, [Ok(())]);
    assert_eq!(
        tested.matched("lead:1").await,
        (Some(Matched::Nothing), None)
    );
    tested.crm.text("lead:1", "company", "KRANICH SOFTWARE");
    let again = told("lead:1", "two", TOLD, false);
    assert_eq!(tested.handle(&[again]).await, [Ok(())]);
    let by = MatchedBy::Name;
    let found = Matched::One { by, alike: 100 };
    let found = (Some(found), Some("6".to_owned()));
    assert_eq!(tested.matched("lead:1").await, found);
}

/// A search that is not answered is no answer: the lead comes again, and is not kept as one without an account.
#[tokio::test]
async fn a_search_that_fails_is_tried_again() {
    let tested = sync();
    account(&tested, "account:5", "Kranich", "kranich.example");
    let busy = CrmError::RateLimited {
        retry_after: Duration::from_secs(1),
    };
    let mut faults = vec![CrmFault::Before(busy)];
    tested
        .crm
        .upon_calls(move |call| (call.name == "search").then(|| faults.pop()).flatten());
    let events = leads(&tested, 1);
    assert!(tested.handle(&events).await[0].is_err());
    assert!(tested.copy("lead:1").await.is_none());
    assert_eq!(tested.handle(&events).await, [Ok(())]);
    let found = (Some(by_mail()), Some("5".to_owned()));
    assert_eq!(tested.matched("lead:1").await, found);
}

#[tokio::test]
async fn an_account_that_comes_or_goes_later_reaches_the_leads_at_its_domain() {
    let tested = sync();
    tested.handle(&leads(&tested, 2)).await;
    assert_eq!(
        tested.matched("lead:1").await,
        (Some(Matched::Nothing), None)
    );
    account(&tested, "account:5", "Kranich", "kranich.example");
    tested.handle(&[noticed("account:5")]).await;
    tested.told_of("account:5").await;
    let found = (Some(by_mail()), Some("5".to_owned()));
    assert_eq!(tested.matched("lead:1").await, found);
    assert_eq!(tested.matched("lead:2").await, found);
    // It moves to another domain; one of that name takes its place.
    account(&tested, "account:6", "Kranich", "kranich.example");
    tested.crm.text("account:5", "domain", "storch.example");
    let again = told("account:5", "two", TOLD, false);
    tested.handle(&[again]).await;
    tested.told_of("account:5").await;
    let found = (Some(by_mail()), Some("6".to_owned()));
    assert_eq!(tested.matched("lead:1").await, found);
    // And it is gone.
    tested.handle(&[noticed("account:6")]).await;
    tested.crm.delete("account:6");
    let gone = told("account:6", "three", TOLD, true);
    tested.handle(&[gone]).await;
    tested.told_of("account:6").await;
    assert_eq!(
        tested.matched("lead:1").await,
        (Some(Matched::Nothing), None)
    );
}

#[tokio::test]
async fn of_two_accounts_at_a_domain_one_moves_and_the_other_fits() {
    let tested = sync();
    account(&tested, "account:5", "Kranich", "kranich.example");
    account(&tested, "account:6", "Kranich Reisen", "kranich.example");
    tested.handle(&leads(&tested, 1)).await;
    assert_eq!(tested.matched("lead:1").await.1, None);
    tested.crm.text("account:6", "domain", "storch.example");
    tested
        .handle(&[told("account:6", "two", TOLD, false)])
        .await;
    let audits = tested.audits_of("account:6");
    let newest = audits.iter().max_by_key(|audit| audit.sequence).unwrap();
    let EventData::RecordChanged { left_domain, .. } = &newest.events[0].data else {
        panic!("{newest:?}")
    };
    assert_eq!(left_domain.as_deref(), Some("kranich.example"));
    tested.told_of("account:6").await;
    let found = (Some(by_mail()), Some("5".to_owned()));
    assert_eq!(tested.matched("lead:1").await, found);
}
