//! What the people of an account do outside the CRM counts for the account, through each of its leads.

use contracts::{BehaviourSeen, Erasure, Visitor};

use super::*;

/// Each lead is known by its title.
fn counting() -> Tested {
    let mut model = example_model();
    let of = |kind: RecordKind, name: &str| crm::FieldRef::new(kind, name);
    let called = "com.northwind.pricing.viewed".to_owned();
    model.behaviours.insert("viewed_pricing".to_owned(), called);
    model.known_by.id = Some(of(RecordKind::Lead, "title"));
    let views = model::Derived::Behaviour(model::BehaviourCount {
        behaviour: "viewed_pricing".to_owned(),
        hours: 7 * 24,
    });
    model
        .derived
        .insert(of(RecordKind::Account, "pricing_views"), views);
    over(model)
}

/// Leads 1 and 2 of account 5; the people are jo and kim.
async fn two_people() -> Tested {
    let tested = counting();
    for account in ["account:5", "account:6"] {
        tested.crm.text(account, "country", "DE");
    }
    for (lead, who) in [("lead:1", "jo"), ("lead:2", "kim")] {
        tested.crm.text(lead, "title", who);
        tested.crm.belongs(lead, "5");
    }
    tested
        .all_fine(&[noticed("lead:1"), noticed("lead:2")])
        .await;
    tested
}

fn viewed(who: &str, number: usize, time: &str) -> Event {
    let seen = BehaviourSeen {
        visitor: Visitor::of_id(who).unwrap(),
        behaviour: "viewed_pricing".to_owned(),
        at: at(time),
    };
    let id = EventId::of(&["behaviour", &number.to_string()]);
    let data = EventData::BehaviourSeen(seen);
    Event::new(id, at(NOW), &model::Revision::default(), data)
}

impl Tested {
    /// As the leads of the account know it, after what crm-sync told of it.
    async fn known_to(&self, lead: &str) -> Option<u32> {
        let account = self.copy(lead).await?.record.account?;
        let audits = self.audits_of(&account.id.name());
        for event in audits.iter().flat_map(|audit| &audit.events) {
            self.all_fine(std::slice::from_ref(event)).await;
        }
        let account = self.copy(lead).await?.record.account?;
        account.behaviour?.counts.get("pricing_views").copied()
    }
}

#[tokio::test]
async fn what_each_of_its_people_does_counts_for_the_account_once() {
    let tested = two_people().await;
    assert_eq!(tested.views("account:5").await, Some(0), "nothing yet");
    let (jo, kim) = (
        viewed("jo", 1, "2026-11-23T09:00:00Z"),
        viewed("kim", 2, "2026-11-22T09:00:00Z"),
    );
    tested.all_fine(&[jo.clone(), kim, jo]).await;
    assert_eq!(tested.views("account:5").await, Some(2));
    assert_eq!(tested.known_to("lead:1").await, Some(2));
    assert_eq!(tested.known_to("lead:2").await, Some(2));
    let audits = tested.audits_of("lead:1");
    let told = audits.iter().flat_map(|audit| &audit.events);
    let told = told.filter(|it| {
        matches!(&it.data, EventData::RecordChanged { changed, .. } if *changed == ["account.pricing_views"])
    });
    assert!(told.count() > 0, "the lead is judged by it");
    let notes = tested.audits_of("account:5");
    let notes = notes.iter().flat_map(|audit| &audit.reasons);
    let notes: Vec<_> = notes.filter_map(|reason| reason.note.clone()).collect();
    let said = "viewed_pricing 2 times in the last 7 days by people of the account";
    assert!(notes.iter().any(|note| note == said), "{notes:?}");
}

/// One person with two leads is one person: what they did once is one time.
#[tokio::test]
async fn somebody_with_two_leads_of_the_account_counts_once() {
    let tested = two_people().await;
    tested.crm.text("lead:3", "title", "jo");
    tested.crm.belongs("lead:3", "5");
    tested
        .all_fine(&[noticed("lead:3"), viewed("jo", 1, "2026-11-23T09:00:00Z")])
        .await;
    assert_eq!(tested.views("account:5").await, Some(1));
    tested.crm.delete("lead:3");
    tested.all_fine(&[told("lead:3", "gone", TOLD, true)]).await;
    assert_eq!(tested.views("account:5").await, Some(1), "through lead:1");
}

#[tokio::test]
async fn what_was_done_before_a_lead_came_under_an_account_goes_along_with_it() {
    let tested = two_people().await;
    tested
        .all_fine(&[viewed("jo", 1, "2026-11-23T09:00:00Z")])
        .await;
    tested.crm.belongs("lead:1", "6");
    for _ in 0..2 {
        tested
            .all_fine(&[told("lead:1", "moved", TOLD, false)])
            .await;
        assert_eq!(tested.views("account:5").await, Some(0));
        assert_eq!(tested.views("account:6").await, Some(1));
    }
    tested.crm.text("lead:1", "title", "lee");
    tested.all_fine(&[told("lead:1", "lee", TOLD, false)]).await;
    assert_eq!(tested.views("account:6").await, Some(0), "somebody else");
}

#[tokio::test]
async fn a_lead_that_is_gone_or_forgotten_counts_no_more() {
    let tested = two_people().await;
    tested
        .all_fine(&[
            viewed("jo", 1, "2026-11-23T09:00:00Z"),
            viewed("kim", 2, "2026-11-23T09:00:00Z"),
        ])
        .await;
    tested.crm.delete("lead:1");
    tested.all_fine(&[told("lead:1", "gone", TOLD, true)]).await;
    assert_eq!(tested.views("account:5").await, Some(1));
    let mut asked = told("lead:2", "erased", TOLD, false);
    if let EventData::RecordNoticed { erasure, .. } = &mut asked.data {
        *erasure = Some(Erasure::Asked(crm::PersonId::new("olga")));
    }
    tested.all_fine(&[asked]).await;
    assert_eq!(tested.views("account:5").await, Some(0));
}

#[tokio::test]
async fn a_window_that_runs_out_lowers_the_count_of_the_account() {
    let tested = two_people().await;
    tested
        .all_fine(&[viewed("jo", 1, "2026-11-16T12:30:00Z")])
        .await;
    assert_eq!(tested.views("account:5").await, Some(1));
    tested.runs_out("account:5", "2026-11-23T13:00:00Z").await;
    assert_eq!(tested.views("account:5").await, Some(0));
}

/// Where nobody can be known, it is not known what they did: that is no zero.
#[tokio::test]
async fn where_nobody_can_be_known_nothing_is_counted() {
    let mut model = counting().function.rules.model.clone();
    model.known_by = model::KnownBy {
        mail: Some(crm::FieldRef::new(RecordKind::Lead, "email")),
        id: None,
    };
    let tested = over(model);
    tested.crm.text("account:5", "country", "DE");
    tested.all_fine(&leads(&tested, 1)).await;
    tested.all_fine(&[noticed("account:5")]).await;
    assert!(tested.copy("account:5").await.is_some());
    assert_eq!(tested.views("account:5").await, None);
    // With the sender's key it is.
    let mut keyed = over(tested.function.rules.model.clone());
    keyed.function = keyed.function.with_subject_key(Some(b"a key".to_vec()));
    keyed.crm.text("account:5", "country", "DE");
    keyed.all_fine(&[noticed("account:5")]).await;
    assert_eq!(keyed.views("account:5").await, Some(0));
}
