//! The numbers and the audit: for whom, and the way from a number to its records.

use std::collections::BTreeMap;

use contracts::{
    ValuesDigest,
    state::{
        Contribution, CountedState, Counting, Drift, DriftState, MetricState, ReviewState, Stood,
        Tallied, Told, counted_in,
    },
};
use crm::RecordId;

use super::*;

fn metric(name: &str, (yes, no): (u64, u64)) -> MetricState {
    let model = testkit::example_model();
    let form = decisions::metrics::form(&model.metrics[name].measure).unwrap();
    let of = |yes, no| Tallied {
        yes,
        no,
        ..Tallied::default()
    };
    let groups = [("anna", of(yes / 2, no)), ("ben", of(yes - yes / 2, 0))];
    let groups = groups.map(|(name, it)| (name.to_owned(), it));
    MetricState {
        form,
        revision: 1,
        day: "2026-11-23".parse().unwrap(),
        changed: at(NOW),
        total: of(yes, no),
        unsure: 0,
        by: BTreeMap::from([("owner".to_owned(), groups.into())]),
        told: None,
        signals: BTreeMap::new(),
    }
}

impl Tested {
    /// What the numbers come to, and what some records count for.
    pub(super) async fn counted(&self) {
        for (name, now, before) in [
            ("sql_integrity", (31, 11), Some((40, 2))),
            ("icp_adherence", (62, 8), Some((60, 9))),
            ("response_on_time", (2, 1), None),
            ("pipeline", (70, 0), None),
        ] {
            let mut state = metric(name, now);
            if name == "pipeline" {
                state.total.sums = vec![2_345_000_000_000];
                state.by = BTreeMap::new();
            }
            put(&self.store, Key::metric(name), &state).await;
            if let Some(before) = before {
                let mut state = metric(name, before);
                state.day = "2026-11-14".parse().unwrap();
                put(&self.store, Key::metric_on(name, state.day), &state).await;
            }
        }
        for number in 501..=505 {
            let letter = if number % 2 == 0 { 'y' } else { 'n' };
            let record = record_id(&format!("opportunity:{number}"));
            self.counts(&record, letter).await;
        }
    }

    /// What a record counts for in one number.
    pub(super) async fn counts(&self, record: &RecordId, letter: char) {
        let contribution = Contribution {
            form: "portion".to_owned(),
            counts: Counting::Answer(letter),
            groups: BTreeMap::new(),
        };
        let state = CountedState {
            at: at(NOW),
            metrics: [("sql_integrity".to_owned(), contribution)].into(),
        };
        let indexes = contracts::Indexes {
            person: Some(counted_in(record)),
            ..contracts::Indexes::default()
        };
        self.indexed(Key::counted(record), &state, indexes).await;
    }

    /// A property that the CRM no longer has, and a definition that was another when the last pack went out.
    pub(super) async fn drifts(&self) {
        let drift = Drift {
            property: "budget_confirmed__c".to_owned(),
            said: "the CRM no longer has this property; name it as it is called now in technology.yaml".to_owned(),
            shape: String::new(),
            follows: "the gate of sql reads it".to_owned(),
            record: record_id("opportunity:501"),
            at: at("2026-11-22T09:00:00Z"),
            model: "0".repeat(16),
        };
        let found = "hubspot:opportunity.budget_confirmed: gone".to_owned();
        let state = DriftState {
            found: [(found, drift)].into(),
        };
        put(&self.store, Key::drift(), &state).await;
        let mut definitions: BTreeMap<String, ValuesDigest> = BTreeMap::new();
        for (name, text) in testkit::example_model().definitions() {
            definitions.insert(name, ValuesDigest::of(&[&text]));
        }
        let other = ValuesDigest::of(&["another floor"]);
        definitions.insert("metrics.sql_integrity".to_owned(), other);
        let stood = Stood {
            told: Told {
                at: at("2026-11-04T13:00:00Z"),
                things: BTreeMap::new(),
                shown: BTreeSet::new(),
            },
            actions: BTreeSet::new(),
            metrics: BTreeMap::new(),
            definitions,
        };
        let state = ReviewState {
            day: "2026-11-04".parse().unwrap(),
            stood,
            before: None,
        };
        put(&self.store, Key::review("operating_model"), &state).await;
    }

    async fn shown(&self, person: &str, name: &str) -> Answer {
        let cookie = self.signed_in(person).await;
        self.ask(("GET", name), &cookie, "").await
    }
}

#[tokio::test]
async fn a_number_stands_beside_its_floor_and_the_week_before_and_leads_to_its_records() {
    let tested = Tested::busy().await;
    let page = tested.shown("carla", "numbers").await;
    assert_eq!(page.status, 200, "{}", page.body);
    for said in [
        "31 of 42: 73.8 % (58.9 to 84.7 %)",
        "Below the floor of 95 %",
        "Down from 40 of 42: 95.2 % (84.2 to 98.7 %) a week before",
        "Anna Vogel: 15 of 26",
        "2,345,000 in 70 records",
        "Nothing has been counted yet.",
        "href=\"/views/numbers?of=sql_integrity&amp;is=n\">11 that do not</a>",
    ] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    let behind = tested.shown("carla", "numbers?of=sql_integrity&is=n").await;
    for (said, there) in [
        ("Hallig: warehouse robots", true),
        ("Nordkap: picking cells", true),
        ("Kranich: pilot line", false),
        ("/views/record?of=opportunity%3A501", true),
    ] {
        assert_eq!(behind.body.contains(said), there, "{said}: {}", behind.body);
    }
    let none = tested.shown("carla", "numbers?of=sql_integrity&is=u").await;
    assert!(
        none.body.contains("None among the 5 records"),
        "{}",
        none.body
    );
}

/// Whoever answers for a number sees it, and of its records what is theirs to see.
#[tokio::test]
async fn who_answers_for_a_number_sees_it_and_nobody_else_does() {
    let tested = Tested::busy().await;
    for (person, name, status) in [
        ("anna", "numbers", 403),
        ("anna", "numbers?of=sql_integrity", 403),
        ("jonas", "numbers", 200),
        ("jonas", "numbers?of=icp_adherence", 404),
        ("carla", "numbers?of=nothing", 404),
        ("carla", "audit", 200),
        ("olga", "audit", 200),
        ("jonas", "audit", 403),
        ("anna", "audit", 403),
    ] {
        let page = tested.shown(person, name).await;
        assert_eq!(page.status, status, "{person} {name}: {}", page.body);
    }
    let theirs = tested.shown("jonas", "numbers").await;
    assert!(theirs.body.contains("SQL integrity") && !theirs.body.contains("ICP adherence"));
    tested.counts(&record_id("opportunity:506"), 'n').await;
    let deal = testkit::opportunity("506", at(NOW)).owner("maya");
    keep(&tested.store, deal.text("name", "Secret of maya").build()).await;
    let behind = tested.shown("jonas", "numbers?of=sql_integrity&is=n").await;
    assert!(
        behind.body.contains("Hallig: warehouse robots"),
        "{}",
        behind.body
    );
    assert!(!behind.body.contains("Secret of maya"), "{}", behind.body);
    assert!(
        behind.body.contains("1 more are not yours to see"),
        "{}",
        behind.body
    );
}

#[tokio::test]
async fn many_records_are_gone_through_page_by_page_each_once() {
    let tested = Tested::open().await;
    for number in 1000..1230 {
        let record = record_id(&format!("opportunity:{number}"));
        let deal = testkit::opportunity(&record.id, at(NOW)).owner("anna");
        keep(
            &tested.store,
            deal.text("name", &format!("Deal {number}")).build(),
        )
        .await;
        tested.counts(&record, 'n').await;
    }
    let (mut name, mut seen, mut pages) = (
        "numbers?of=sql_integrity&is=n".to_owned(),
        BTreeSet::new(),
        0,
    );
    loop {
        let page = tested.shown("carla", &name).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(page.body.len() <= 100_000, "{}", page.body.len());
        pages += 1;
        for part in page.body.split("<strong>Deal ").skip(1) {
            assert!(seen.insert(part[..4].to_owned()), "{part}");
        }
        let further = page
            .body
            .split("<a href=\"/views/")
            .find(|it| it.contains(">Look further"));
        let Some(further) = further else { break };
        name = further.split_once('"').unwrap().0.replace("&amp;", "&");
    }
    assert_eq!((seen.len(), pages), (230, 3));
    let strange = tested
        .shown("carla", "numbers?of=sql_integrity&from=9.x&is=%3Cb")
        .await;
    assert_eq!(strange.status, 200, "{}", strange.body);
}

#[tokio::test]
async fn the_audit_tells_what_is_defined_otherwise_excused_past_a_gate_and_drifted() {
    let tested = Tested::busy().await;
    let page = tested.shown("carla", "audit").await;
    for said in [
        "Since the pack of operating model on Wed 4 Nov 2026, 14:00 CET: one definition is another.",
        "metrics.sql_integrity: changed",
        "Exceptions in force: 1",
        "By Carla Reyes, Fri 20 Nov 2026",
        "their legal department is on leave until Wednesday",
        "At a stage without what it needs: 1",
        "Stonebridge: three sites",
        "hubspot:opportunity.budget_confirmed: gone",
        "Refused by the CRM or by mail: 0",
    ] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
}
