//! What is known of an account is put beside its leads, and carried over when it changes.

use contracts::Function;
use crm::Value;

use super::*;

/// Leads 1 and 2 of account 5, lead 3 of account 6; all of them kept.
async fn of_accounts() -> Tested {
    let tested = sync();
    let events = leads(&tested, 3);
    for (lead, account) in [("lead:1", "5"), ("lead:2", "5"), ("lead:3", "6")] {
        tested
            .crm
            .text(&format!("account:{account}"), "country", "DE");
        tested.crm.belongs(lead, account);
    }
    assert_eq!(tested.handle(&events).await, vec![Ok(()); 3]);
    tested
}

async fn country(tested: &Tested, lead: &str) -> Option<Value> {
    let copy = tested.copy(lead).await.unwrap();
    copy.record.account?.fields.get("country").cloned()
}

fn text(text: &str) -> Option<Value> {
    Some(Value::Text(text.to_owned()))
}

/// What crm-sync itself told of an account's change.
fn account_changed(tested: &Tested, account: &str) -> Event {
    let audits = tested.audits_of(account);
    let newest = audits.iter().max_by_key(|audit| audit.sequence).unwrap();
    newest.events[0].clone()
}

#[tokio::test]
async fn an_account_is_kept_with_the_first_of_its_leads() {
    let tested = of_accounts().await;
    assert_eq!(country(&tested, "lead:1").await, text("DE"));
    assert!(tested.copy("account:5").await.is_some());
    assert!(tested.copy("account:6").await.is_some());
    assert_eq!(tested.audits_of("account:5").len(), 1);
    assert_eq!(tested.crm.count("read"), 2, "the leads, the accounts");
}

#[tokio::test]
async fn an_accounts_change_is_carried_over_to_its_leads() {
    let tested = of_accounts().await;
    tested.crm.text("account:5", "country", "AT");
    tested.handle(&[noticed("account:5")]).await;
    assert_eq!(country(&tested, "lead:1").await, text("DE"), "not yet");
    let changed = account_changed(&tested, "account:5");
    for _ in 0..2 {
        assert_eq!(
            tested.handle(std::slice::from_ref(&changed)).await,
            [Ok(())]
        );
    }
    for (lead, expected, decisions) in [
        ("lead:1", "AT", 2),
        ("lead:2", "AT", 2),
        ("lead:3", "DE", 1),
    ] {
        assert_eq!(country(&tested, lead).await, text(expected), "{lead}");
        assert_eq!(tested.audits_of(lead).len(), decisions, "{lead}");
    }
    let audits = tested.audits_of("lead:1");
    let carried = audits.iter().find(|audit| audit.sequence == 2).unwrap();
    assert!(matches!(
        &carried.events[0].data,
        EventData::RecordChanged { changed, .. } if changed == &["account.country"]
    ));
    assert_eq!(carried.correlation, changed.correlation);
}

/// The index over accounts lags: it still names a lead that belongs to another by now.
#[tokio::test]
async fn a_lead_that_belongs_to_another_account_by_now_is_left_alone() {
    let tested = of_accounts().await;
    tested.crm.text("account:5", "country", "AT");
    tested.handle(&[noticed("account:5")]).await;
    let changed = account_changed(&tested, "account:5");
    tested.crm.belongs("lead:2", "6");
    tested.handle(&[told("lead:2", "moved", TOLD, false)]).await;

    let store = Lagging {
        store: &tested.function.table.store,
        shows: vec![Key::record(&record_id("lead:2"))],
    };
    let function = CrmSync::new(
        Table::new(store, tested.clock.clone()),
        BTreeMap::from([(source(), tested.crm.clone())]),
        testkit::example_rules(),
    );
    function.handle(&changed, at(NOW)).await.unwrap();
    let lead = tested.copy("lead:2").await.unwrap().record;
    assert_eq!(lead.account.unwrap().id, record_id("account:6"));
    assert_eq!(country(&tested, "lead:2").await, text("DE"));
    assert_eq!(tested.audits_of("lead:2").len(), 2);
}

#[tokio::test]
async fn a_lead_whose_account_is_gone_has_none() {
    let tested = sync();
    let events = leads(&tested, 1);
    tested.crm.belongs("lead:1", "5");
    assert_eq!(tested.handle(&events).await, [Ok(())]);
    assert_eq!(tested.copy("lead:1").await.unwrap().record.account, None);
}

/// It names a new account as the record's before it shows that account: a lead that lost it then
/// would be routed as one without, for good.
#[tokio::test]
async fn an_account_that_the_crm_does_not_show_yet_is_asked_for_again() {
    let tested = sync();
    leads(&tested, 1);
    tested.crm.belongs("lead:1", "5");
    let young = told("lead:1", "young", NOW, false);
    let result = tested.handle(std::slice::from_ref(&young)).await;
    assert!(
        matches!(result[0], Err(Failure::Waits { .. })),
        "{result:?}"
    );
    assert_eq!(
        tested.copy("lead:1").await,
        None,
        "nothing is kept of it yet"
    );

    tested.crm.text("account:5", "country", "DE");
    assert_eq!(tested.handle(&[young]).await, [Ok(())]);
    assert_eq!(country(&tested, "lead:1").await, text("DE"));
}

#[tokio::test]
async fn accounts_themselves_have_no_account_to_ask_for() {
    let tested = sync();
    tested.crm.text("account:5", "country", "AT");
    assert_eq!(tested.handle(&[noticed("account:5")]).await, [Ok(())]);
    assert_eq!(tested.crm.count("associated"), 0);
}

/// A store whose index over accounts shows these items, whatever is true.
struct Lagging<'s> {
    store: &'s MemoryStore,
    shows: Vec<Key>,
}

impl Store for Lagging<'_> {
    async fn partition(&self, pk: &str) -> Result<Vec<store::Item>, store::StoreError> {
        self.store.partition(pk).await
    }

    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<store::Item>>, store::StoreError> {
        self.store.get(keys).await
    }

    async fn commit(&self, transaction: store::Transaction) -> Result<(), store::CommitError> {
        self.store.commit(transaction).await
    }

    async fn due(
        &self,
        shard: &str,
        after: Option<&store::DueItem>,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<store::DueItem>, store::StoreError> {
        self.store.due(shard, after, until, limit).await
    }

    async fn of_account(&self, _account: &str) -> Result<Vec<Key>, store::StoreError> {
        Ok(self.shows.clone())
    }

    async fn of_person(&self, person: &str) -> Result<Vec<store::Item>, store::StoreError> {
        self.store.of_person(person).await
    }

    async fn of_hour(&self, hour: &str) -> Result<Vec<store::Item>, store::StoreError> {
        self.store.of_hour(hour).await
    }
}

/// Whoever keeps clocks, deviations and approvals is told of accounts where the model has some of them, and costs nothing
/// else.
#[tokio::test]
async fn only_by_a_model_that_watches_accounts_are_others_told_of_them() {
    let others = [
        Function::SlaTimers,
        Function::StageGates,
        Function::DeviationWatch,
    ];
    let files = testkit::broken_models::changed_model("accounts");
    let watching = testkit::model_of(&files.into_iter().collect());
    for (model, told) in [(example_model(), false), (watching, true)] {
        let tested = over(model);
        tested.crm.text("account:5", "country", "DE");
        tested.handle(&[noticed("account:5")]).await;
        let changed = account_changed(&tested, "account:5");
        let reached = engine::routes(&changed);
        let hears = others.map(|it| reached.contains(&it));
        assert_eq!(hears, [told; 3]);
    }
}
