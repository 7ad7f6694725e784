//! A pool that has another name now goes on as it stood.

use super::*;

const DACH_NOW: &str = "german_team";

/// The example by the names of a later model: its first pool and the rule that leads to it are called otherwise.
fn renamed() -> model::OperatingModel {
    let mut model = example_model();
    for capacity in model
        .people
        .values_mut()
        .filter_map(|it| it.capacity.as_mut())
    {
        capacity.open_leads = Some(1_000);
        capacity.per_day = Some(1_000);
    }
    let pool = model.pools.remove(DACH).unwrap();
    model.pools.insert(DACH_NOW.to_owned(), pool);
    for rule in model.routing.values_mut().flatten() {
        if rule.to == model::Destination::Pool(DACH.to_owned()) {
            rule.to = model::Destination::Pool(DACH_NOW.to_owned());
            rule.rule = "germany".to_owned();
        }
    }
    model
}

fn with_was() -> model::OperatingModel {
    let mut model = renamed();
    let pools = &mut model.renamed.pools;
    pools.insert(DACH_NOW.to_owned(), DACH.to_owned());
    let rules = [("germany".to_owned(), "dach".to_owned())];
    model
        .renamed
        .rules
        .insert(crm::RecordKind::Lead, rules.into());
    model
}

/// Another deployment over the same table.
fn then(tested: &Tested, model: model::OperatingModel) -> Tested {
    let store = tested.store.clone();
    let table = Table::new(store.clone(), TestClock::at(at(NOW)));
    Tested {
        function: LeadRouting::new(table, Router::new(testkit::rules(model))),
        store,
    }
}

async fn five(tested: &Tested, from: u32) {
    for event in tested.has("DE", from..from + 5).await {
        tested.handle(&event).await;
    }
}

#[tokio::test]
async fn its_turns_go_on_as_if_it_were_called_so_still() {
    let same = routing();
    five(&same, 1).await;
    five(&same, 6).await;
    let first = routing();
    five(&first, 1).await;
    let other = then(&first, with_was());
    five(&other, 6).await;
    let (went_on, as_ever) = (other.pool(DACH_NOW).await, same.pool(DACH).await);
    assert_eq!(received(&went_on), received(&as_ever));
    assert_eq!(owed(&went_on), 0);
    let kept = received(&other.pool(DACH).await)
        .iter()
        .map(|(_, count)| count)
        .sum::<u64>();
    assert_eq!(kept, 5, "what is kept under the old name is left as it was");
}

#[tokio::test]
async fn without_the_old_name_it_begins_anew() {
    let first = routing();
    five(&first, 1).await;
    let other = then(&first, renamed());
    five(&other, 6).await;
    let counted = received(&other.pool(DACH_NOW).await)
        .iter()
        .map(|(_, count)| count)
        .sum::<u64>();
    assert_eq!(counted, 5);
}

/// A turn that it gave under the old name is given back under the new.
#[tokio::test]
async fn a_turn_is_given_back_under_the_new_name() {
    let first = routing();
    five(&first, 1).await;
    let owner = first.owner("lead:1").await.unwrap();
    let other = then(&first, with_was());
    other.handle(&refused_write("lead:1", &owner)).await;
    let routing = other.routing_of("lead:1").await.unwrap();
    assert_eq!(
        (routing.pool.as_deref(), routing.rule.as_str()),
        (Some(DACH_NOW), "germany")
    );
    assert_ne!(
        routing.owner.as_ref().map(|it| it.as_str()),
        Some(owner.as_str())
    );
    let pool = other.pool(DACH_NOW).await;
    assert_eq!(
        (
            owed(&pool),
            received(&pool).iter().map(|(_, it)| it).sum::<u64>()
        ),
        (0, 5)
    );
}
