//! A lead is routed again upon an edge that the model names.

use contracts::{Passage, state::GateState};
use decisions::routing::OWNER_REMOVED;

use super::{told::Told, *};

/// The example, with this line among those that route again.
fn with(line: &str) -> Tested {
    let first = "    - { upon: owner.removed";
    let lines = format!("    - {line}\n{first}");
    let model = testkit::example_with("processes.yaml", first, &lines);
    over(testkit::rules(model))
}

fn german(owner: Option<&str>) -> Record {
    let lead = lead("1", at(NOW)).account("DE", "software", 300);
    match owner {
        Some(owner) => lead.owner(owner).build(),
        None => lead.build(),
    }
}

#[tokio::test]
async fn an_owner_who_is_taken_off_is_followed_by_another_of_the_pool() {
    let mut told = Told::of(routing()).await;
    let shown = told.shows(Some("anna"), "owner").await;
    told.tested.handle(&shown).await;
    let removed = told.shows(None, "owner").await;
    told.tested.handle(&removed).await;
    let routing = told.routing().await;
    let owner = routing.owner.unwrap().to_string();
    assert_ne!(owner, "anna");
    let (said, follows) = told.said(&removed);
    assert_eq!(
        said,
        format!("routed again to {owner}, upon owner.removed; it was anna's")
    );
    assert_eq!(
        follows,
        ["record.routed", "crm_write.requested", "notice.requested"]
    );
    let pool = told.tested.pool(DACH).await;
    let counted: u64 = received(&pool).into_iter().map(|(_, count)| count).sum();
    assert_eq!((owed(&pool), counted), (0, 1), "the turn went with it");
    told.tested.handle(&removed).await;
    assert_eq!(told.tested.audits().len(), 2, "once");
}

/// In a pool of one there is nobody else, so it waits in view.
#[tokio::test]
async fn where_nobody_else_can_have_it_it_waits() {
    let tested = routing();
    let american = |owner: Option<&str>| {
        let lead = lead("1", at(NOW)).account("US", "software", 300);
        match owner {
            Some(owner) => lead.owner(owner).build(),
            None => lead.build(),
        }
    };
    let (mut told, first) = Told::first(tested, american(None)).await;
    told.tested.handle(&first).await;
    let shown = told.copy(american(Some("maya")), &["owner"]).await;
    told.tested.handle(&shown).await;
    let removed = told.copy(american(None), &["owner"]).await;
    told.tested.handle(&removed).await;
    let routing = told.routing().await;
    assert_eq!(
        (routing.rule.as_str(), routing.owner),
        (OWNER_REMOVED, None)
    );
}

/// Both rotations are written with the lead, in one transaction.
#[tokio::test]
async fn another_country_moves_it_to_another_pool_and_gives_the_turn_back() {
    let tested = with("{ upon: field.changed, field: account.country }");
    let mut told = Told::of(tested).await;
    let shown = told.shows(Some("anna"), "owner").await;
    told.tested.handle(&shown).await;
    let moved = lead("1", at(NOW))
        .account("US", "software", 300)
        .owner("anna");
    let moved = told.copy(moved.build(), &["account.country"]).await;
    told.tested.handle(&moved).await;
    assert_eq!(told.tested.owner("lead:1").await.as_deref(), Some("maya"));
    let (left, gives) = (
        told.tested.pool(DACH).await,
        told.tested.pool(AMERICA).await,
    );
    assert_eq!((owed(&left), owed(&gives)), (0, 0));
    assert_eq!(received(&left), [("anna", 0), ("ben", 0), ("jonas", 0)]);
    assert_eq!(received(&gives), [("maya", 1)]);
    let commits = told.tested.store.commits();
    assert_eq!(
        commits.last().unwrap().puts.len(),
        5,
        "the lead, two pools, what anna has in hand, why"
    );
    assert_eq!(
        told.said(&moved).1,
        [
            "record.routed",
            "crm_write.requested",
            "notice.requested",
            "notice.requested"
        ]
    );
}

/// What another queue tells, about a lead that stands there still.
#[tokio::test]
async fn who_enters_a_stage_from_another_takes_the_next_turn() {
    for (from, stands, again) in [
        (Some("recycled"), "qualified", true),
        (None, "qualified", false),
        (Some("recycled"), "accepted", false),
    ] {
        let mut told = Told::of(with("{ upon: stage.entered, stage: qualified }")).await;
        told.copy(german(Some("anna")), &["owner"]).await;
        let gate = GateState {
            stage: stands.to_owned(),
            since: at(NOW),
            turned_back: None,
            unknown: false,
            outside: false,
            held: None,
            rounds: None,
            undoing: None,
        };
        put(
            told.tested.store.inside(),
            Key::gate(&record_id("lead:1")),
            &gate,
        )
        .await;
        let data = EventData::StageEntered {
            stage: "qualified".to_owned(),
            from: from.map(str::to_owned),
            since: at(NOW),
            by: None,
            passage: Passage::Passed,
        };
        let entered = upon(&record_id("lead:1"), at(NOW), data).about(record_id("lead:1"), 2);
        told.handle_at(&entered, 3_600).await;
        assert_eq!(
            told.tested.audits().len(),
            if again { 2 } else { 1 },
            "{from:?}"
        );
        assert_eq!(told.routing().await.begins_anew(), again);
    }
}
