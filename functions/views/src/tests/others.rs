//! What is handed over and what is held, answered behind a link.

use contracts::{
    HandOffAnswered, HeldAnswered,
    state::{BreakerState, ClocksState, Hold, HoldAnswer, HoldAnswered},
};
use decisions::{
    clocks::{Moved, Trigger, decide},
    gates::rights_to_answer,
};
use testkit::{example_staffing, opportunity};

use super::{
    answers::{asked, id, standing_at},
    *,
};

/// A deal that was won and handed to customer success.
pub(super) async fn handed() -> (Tested, ClocksState) {
    let (tested, rules) = (Tested::new().await, example_staffing());
    let deal = opportunity("5", at(NOW))
        .owner("anna")
        .text("name", "Acme rollout")
        .text("promised_scope", "two halls by March")
        .text("stage", "won")
        .build();
    let gate = standing_at("won");
    let moved = Trigger::Moved(Moved {
        stage: "won",
        entered: true,
        first: false,
        at: at(NOW),
        by: None,
        told: at(NOW),
        owner: None,
        sequence: 1,
    });
    let clocks = decide(&rules, &deal, Some(&gate), None, moved)
        .unwrap()
        .clocks;
    keep(&tested.store, deal).await;
    put(&tested.store, Key::gate(&id()), &gate).await;
    put(&tested.store, Key::clocks(&id()), &clocks).await;
    (tested, clocks)
}

#[tokio::test]
async fn what_was_handed_over_is_taken_over_or_refused_by_the_team() {
    let (tested, _) = handed().await;
    let link = async |person: &str, instance| {
        let change = |link: &mut Link| {
            link.person = PersonId::new(person);
            link.record = Some(id());
            link.action = LinkAction::HandOff {
                clock: "won.hand_off".to_owned(),
                instance,
            };
        };
        tested.link(change).await
    };
    // Who gave it is not of the team; carla leads whoever leads it.
    for (person, expected) in [("anna", 403), ("nina", 200), ("carla", 200)] {
        let page = tested.get(&link(person, 1).await).await;
        assert_eq!(page.status, expected, "{person}: {}", page.body);
    }
    let nina = link("nina", 1).await;
    let page = tested.get(&nina).await;
    for said in [
        "It was handed to customer success. What goes along:",
        "<li>promised scope: two halls by March</li>",
        "<li>onboarding contact: not said</li>",
    ] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    assert_eq!(
        tested
            .post(&nina, "answer=no&reason=no+kick-off+date")
            .await
            .status,
        200
    );
    assert_eq!(tested.post(&nina, "answer=yes").await.status, 200);
    let data: Vec<EventData> = tested.bus.took().into_iter().map(|it| it.data).collect();
    let said = |refused: Option<&str>| {
        EventData::HandOffAnswered(HandOffAnswered {
            clock: "won.hand_off".to_owned(),
            instance: 1,
            by: PersonId::new("nina"),
            refused: refused.map(str::to_owned),
        })
    };
    assert_eq!(data, [said(Some("no kick-off date")), said(None)]);
    let again = tested.get(&link("nina", 2).await).await;
    assert!(
        again.body.contains("handed over again since"),
        "{}",
        again.body
    );
}

#[tokio::test]
async fn a_hand_off_that_was_answered_shows_by_whom() {
    let (tested, mut clocks) = handed().await;
    let run = clocks.clocks.get_mut("won.hand_off").unwrap();
    let kept = run.kept.as_mut().unwrap();
    kept.policy.hand_off.as_mut().unwrap().answer = Some(contracts::state::HandOffAnswer {
        by: PersonId::new("carla"),
        at: at(NOW),
        refused: Some("no kick-off date".to_owned()),
    });
    let other = Tested::new().await;
    keep(
        &other.store,
        opportunity("5", at(NOW)).text("stage", "won").build(),
    )
    .await;
    put(&other.store, Key::clocks(&id()), &clocks).await;
    let change = |link: &mut Link| {
        link.person = PersonId::new("nina");
        link.record = Some(id());
        link.action = LinkAction::HandOff {
            clock: "won.hand_off".to_owned(),
            instance: 1,
        };
    };
    let page = other.get(&other.link(change).await).await;
    let said = "Carla Reyes has refused it: no kick-off date.";
    assert!(page.body.contains(said), "{}", page.body);
    assert!(!page.body.contains("<form"));
    drop(tested);
}

#[tokio::test]
async fn what_is_held_is_let_stand_or_turned_back_by_who_may() {
    let tested = asked(25, None).await;
    let mut hold = Hold::begins(at(NOW));
    hold.moves = 3;
    let mut state = BreakerState {
        hold: Some(hold),
        ..BreakerState::default()
    };
    put(&tested.store, Key::breaker(&PersonId::new("ben")), &state).await;
    let change = |person: &'static str| {
        move |link: &mut Link| {
            link.person = PersonId::new(person);
            link.record = Some(id());
            link.action = LinkAction::Hold {
                of: PersonId::new("ben"),
            };
        }
    };
    for (person, expected) in [("anna", 403), ("ben", 403), ("olga", 200)] {
        let page = tested.get(&tested.link(change(person)).await).await;
        assert_eq!(page.status, expected, "{person}: {}", page.body);
    }
    let link = tested.link(change("olga")).await;
    let page = tested.get(&link).await;
    assert!(
        page.body.contains("3 moves of Ben Huber are held"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("name=\"reason\""), "{}", page.body);
    assert_eq!(tested.post(&link, "answer=no&reason=x").await.status, 400);
    assert_eq!(tested.post(&link, "answer=back").await.status, 200);
    assert_eq!(tested.post(&link, "answer=yes").await.status, 200);
    let data: Vec<EventData> = tested.bus.took().into_iter().map(|it| it.data).collect();
    let said = |answer| {
        EventData::HoldAnswered(HeldAnswered {
            of: PersonId::new("ben"),
            by: PersonId::new("olga"),
            answer,
        })
    };
    assert_eq!(
        data,
        [said(HoldAnswer::TurnBack), said(HoldAnswer::LetStand)]
    );
    // Only what is held can be turned back.
    let jonas = tested.approves("jonas", 1).await;
    assert_eq!(tested.post(&jonas, "answer=back").await.status, 400);
    let answered = asked(25, None).await;
    state.hold.as_mut().unwrap().answer = Some(HoldAnswered {
        answer: HoldAnswer::LetStand,
        by: PersonId::new("carla"),
        at: at(NOW),
    });
    put(&answered.store, Key::breaker(&PersonId::new("ben")), &state).await;
    let page = answered.get(&answered.link(change("olga")).await).await;
    let said = "Carla Reyes has said that they are to be let stand.";
    assert!(page.body.contains(said), "{}", page.body);
    assert!(!page.body.contains("<form"));
    // Who operates Fairlead has a command line, and others who may answer have none.
    assert!(page.body.contains("fairlead holds"), "{}", page.body);
    let mut model = testkit::example_model();
    let rights: Vec<String> = rights_to_answer(&model)
        .into_iter()
        .map(str::to_owned)
        .collect();
    for right in rights {
        let right = model.decision_rights.get_mut(&right).unwrap();
        right.people.push(PersonId::new("carla"));
    }
    let keys = LinkKeys::new(&answered.vault, "links");
    let (store, bus) = (answered.store.clone(), answered.bus.clone());
    let views = Views::new(store, bus, keys, testkit::rules(model));
    let others = Tested { views, ..answered };
    let page = others.get(&others.link(change("carla")).await).await;
    assert!(page.body.contains(said), "{}", page.body);
    assert!(!page.body.contains("fairlead holds"), "{}", page.body);
}
