//! What a link asks: by whom it can be answered, how often, and what it puts on the bus.

use contracts::{
    ApprovalAnswered, HandOffAnswered, HeldAnswered,
    state::{ApprovalsState, BreakerState, ClocksState, GateState, Hold, HoldAnswer, HoldAnswered},
};
use crm::{RecordId, Value};
use decisions::{
    approvals::{answered, look_at},
    clocks::{Moved, Trigger, decide},
};
use testkit::{example_staffing, opportunity};

use super::*;

fn standing_at(stage: &str) -> GateState {
    GateState {
        stage: stage.to_owned(),
        since: at(NOW),
        turned_back: None,
        held: None,
        unknown: false,
        outside: false,
    }
}

fn deal(discount: i64) -> crm::Record {
    opportunity("5", at(NOW))
        .owner("anna")
        .text("name", "Acme rollout")
        .value("amount", Value::Number(20_000.into()))
        .value("discount", Value::Number(discount.into()))
        .stage("sql", at(NOW))
        .build()
}

fn id() -> RecordId {
    record_id("opportunity:5")
}

/// A deal of anna's whose discount of 25 % was asked to be approved, and shows this one by now.
async fn asked(discount: i64, said: Option<&ApprovalAnswered>) -> Tested {
    let (tested, rules, gate) = (Tested::new().await, example_rules(), standing_at("sql"));
    let (asked_of, none) = (deal(25), ApprovalsState::default());
    let looked = look_at(&rules, &asked_of, Some(&gate), Some(&none), at(NOW)).unwrap();
    let mut state = looked.approvals;
    if let Some(said) = said {
        let of = (&asked_of, Some(&gate));
        state = answered(&rules, of, &state, said, at(NOW))
            .unwrap()
            .approvals;
    }
    keep(&tested.store, deal(discount)).await;
    put(&tested.store, Key::gate(&id()), &gate).await;
    put(&tested.store, Key::approvals(&id()), &state).await;
    tested
}

impl Tested {
    async fn approves(&self, person: &str, run: u32) -> String {
        let change = |link: &mut Link| {
            link.person = PersonId::new(person);
            link.record = id();
            link.action = LinkAction::Approve {
                approval: "discount".to_owned(),
                run,
            };
        };
        self.link(change).await
    }

    async fn post(&self, link: &str, rest: &str) -> Answer {
        let form = form_of(&self.get(link).await);
        self.call("POST", link, &format!("{form}&{rest}"), NOW)
            .await
    }
}

fn says(by: &str, given: bool) -> ApprovalAnswered {
    ApprovalAnswered {
        approval: "discount".to_owned(),
        run: 1,
        by: PersonId::new(by),
        given,
        reason: (!given).then(|| "the margin is gone".to_owned()),
    }
}

#[tokio::test]
async fn the_page_shows_what_is_asked_and_an_answer_is_the_event_of_the_command() {
    let tested = asked(25, None).await;
    let link = tested.approves("jonas", 1).await;
    let page = tested.get(&link).await;
    assert_eq!(page.status, 200, "{}", page.body);
    for shown in [
        "Acme rollout",
        "It needs an approval: discount.",
        "Discount in percent: 25",
        "Give the approval",
        "Refuse it",
        "required",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    assert_eq!(tested.bus.took(), []);
    let answer = tested.post(&link, "answer=yes").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(
        answer.body.contains("your yes is on its way"),
        "{}",
        answer.body
    );
    let no = "answer=no&reason=the+margin+is%0Agone";
    assert_eq!(tested.post(&link, no).await.status, 200);
    let took = tested.bus.took();
    let data: Vec<&EventData> = took.iter().map(|event| &event.data).collect();
    assert_eq!(
        data,
        [
            &EventData::ApprovalAnswered(says("jonas", true)),
            &EventData::ApprovalAnswered(says("jonas", false))
        ]
    );
    assert_eq!(took[0].record, Some(id()));
    assert_ne!(
        took[0].id, took[1].id,
        "a no is not a yes that is sent twice"
    );
}

#[tokio::test]
async fn sent_twice_it_is_one_happening() {
    let tested = asked(25, None).await;
    let link = tested.approves("jonas", 1).await;
    let form = format!("{}&answer=yes", form_of(&tested.get(&link).await));
    for _ in 0..2 {
        assert_eq!(tested.call("POST", &link, &form, NOW).await.status, 200);
    }
    let took = tested.bus.took();
    assert_eq!((took.len(), &took[0].id), (2, &took[1].id));
}

#[tokio::test]
async fn a_refusal_without_a_reason_and_a_form_without_an_answer_do_nothing() {
    let tested = asked(25, None).await;
    let link = tested.approves("jonas", 1).await;
    for (rest, said) in [
        ("answer=no", "Say in a few words why not"),
        ("answer=no&reason=+", "Say in a few words why not"),
        ("answer=perhaps", "as the page shows it"),
        ("answer=yes&reason=x", "as the page shows it"),
    ] {
        let refused = tested.post(&link, rest).await;
        assert_eq!(refused.status, 400, "{rest}");
        assert!(refused.body.contains(said), "{rest}: {}", refused.body);
    }
    let form = form_of(&tested.get(&link).await);
    assert_eq!(tested.call("POST", &link, &form, NOW).await.status, 400);
    // A link that only shows takes no answer either.
    let other = tested.link(|_| {}).await;
    assert_eq!(tested.post(&other, "answer=yes").await.status, 400);
    assert_eq!(tested.bus.took(), []);
}

#[tokio::test]
async fn who_may_not_answer_sees_nothing_of_it() {
    let tested = asked(25, None).await;
    // The owner, whoever has another right, who is in no model, and who manages the owner and has the right.
    for (person, expected) in [
        ("anna", 403),
        ("olga", 403),
        ("nobody", 403),
        ("jonas", 200),
    ] {
        let link = tested.approves(person, 1).await;
        let page = tested.get(&link).await;
        assert_eq!(page.status, expected, "{person}: {}", page.body);
        assert_eq!(page.body.contains("Acme"), expected == 200, "{person}");
    }
}

#[tokio::test]
async fn what_was_answered_shows_by_whom_and_takes_no_other() {
    let tested = asked(25, None).await;
    let link = tested.approves("jonas", 1).await;
    let form = format!("{}&answer=yes", form_of(&tested.get(&link).await));
    let refused = asked(25, Some(&says("maya", false))).await;
    let link = refused.approves("jonas", 1).await;
    let page = refused.get(&link).await;
    let said = "It was refused already, by Maya Ortiz: the margin is gone.";
    assert!(page.body.contains(said), "{}", page.body);
    assert!(!page.body.contains("<form"), "{}", page.body);
    // The page that was open meanwhile.
    let late = refused.call("POST", &link, &form, NOW).await;
    assert_eq!(late.status, 200);
    assert!(late.body.contains(said), "{}", late.body);
    assert_eq!(refused.bus.took(), []);
}

#[tokio::test]
async fn what_was_asked_of_older_values_is_shown_as_that() {
    let changed = asked(28, None).await;
    let link = changed.approves("jonas", 1).await;
    let page = changed.get(&link).await;
    assert_eq!(page.status, 200);
    assert!(
        page.body
            .contains("A value has changed since it was asked for"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("<form"));
    let older = asked(25, None).await;
    let page = older.get(&older.approves("jonas", 7).await).await;
    assert!(
        page.body.contains("This answer is to an older question"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn an_expired_link_and_a_stale_form_answer_nothing() {
    let tested = asked(25, None).await;
    let link = tested.approves("jonas", 1).await;
    let form = format!("{}&answer=yes", form_of(&tested.get(&link).await));
    let over = tested
        .call("POST", &link, &form, "2026-11-24T12:00:00Z")
        .await;
    assert_eq!(over.status, 410);
    let stale = tested
        .call("POST", &link, &form, "2026-11-24T06:00:00Z")
        .await;
    assert_eq!(stale.status, 400);
    assert_eq!(tested.bus.took(), []);
}

/// A deal that was won and handed to customer success.
async fn handed() -> (Tested, ClocksState) {
    let (tested, rules) = (Tested::new().await, example_staffing());
    let deal = opportunity("5", at(NOW))
        .owner("anna")
        .text("name", "Acme rollout")
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
            link.record = id();
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
    assert!(
        page.body.contains("It was handed to customer success."),
        "{}",
        page.body
    );
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
        link.record = id();
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
            link.record = id();
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
}
