//! Which kinds of record are routed the model says.

use crm::RecordKind;

use super::*;

/// The example, in which opportunities take turns in a pool.
fn with_opportunities() -> Tested {
    let mut model = example_model();
    for rule in model.routing.get_mut(&RecordKind::Opportunity).unwrap() {
        rule.to = model::Destination::Pool(DACH.to_owned());
    }
    over(testkit::rules(model))
}

async fn deals(tested: &Tested, ids: &[&str]) -> Vec<Event> {
    let mut events = Vec::new();
    for id in ids {
        let deal = testkit::opportunity(id, at(NOW)).account("DE", "software", 300);
        keep_copy(tested.store.inside(), deal.build()).await;
        events.push(changed(&format!("opportunity:{id}")));
    }
    events
}

#[tokio::test]
async fn opportunities_take_turns_with_leads_and_fill_nobody() {
    let tested = with_opportunities();
    let mut events = deals(&tested, &["1", "2"]).await;
    events.extend(tested.has("DE", [3]).await);
    batches::together(&tested, &events).await;
    let pool = tested.pool(DACH).await;
    let counted: u64 = received(&pool).into_iter().map(|(_, count)| count).sum();
    assert_eq!((owed(&pool), counted), (0, 3));
    assert!(tested.owner("opportunity:1").await.is_some());
    let leads = ["anna", "ben"].map(|person| Key::load(&PersonId::new(person)));
    let mut open = 0;
    for key in leads {
        let load = state_of::<contracts::state::LoadState>(tested.store.inside(), key).await;
        open += load.map_or(0, |load| load.open);
    }
    assert!(open <= 1, "only the lead counts");
}

/// Of a kind without rules nothing is written: the CRM's owner is nobody's business here.
#[tokio::test]
async fn without_rules_for_them_they_are_left_alone() {
    let mut model = example_model();
    model.routing.remove(&RecordKind::Opportunity);
    let tested = over(testkit::rules(model));
    for event in deals(&tested, &["1"]).await {
        tested.handle(&event).await;
    }
    assert!(tested.routing_of("opportunity:1").await.is_none());
    assert!(tested.audits().is_empty());
}
