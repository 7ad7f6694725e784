//! What a link asks: by whom it can be answered, how often, and what it puts on the bus.

use contracts::{
    ApprovalAnswered,
    state::{ApprovalsState, GateState},
};
use crm::{RecordId, Value};
use decisions::approvals::{answered, look_at};
use testkit::opportunity;

use super::*;

pub(super) fn standing_at(stage: &str) -> GateState {
    GateState {
        stage: stage.to_owned(),
        since: at(NOW),
        turned_back: None,
        held: None,
        rounds: None,
        undoing: None,
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

pub(super) fn id() -> RecordId {
    record_id("opportunity:5")
}

/// A deal of anna's whose discount of 25 % was asked to be approved, and shows this one by now.
pub(super) async fn asked(discount: i64, said: Option<&ApprovalAnswered>) -> Tested {
    asked_by(example_rules(), discount, said).await
}

/// The same, asked by the example, where the model is another by now.
async fn asked_by(now: Rules, discount: i64, said: Option<&ApprovalAnswered>) -> Tested {
    let (tested, rules, gate) = (Tested::by(now).await, example_rules(), standing_at("sql"));
    let (asked_of, none) = (deal(25), ApprovalsState::default());
    let looked = look_at(&rules, &asked_of, Some(&gate), (Some(&none), None), at(NOW)).unwrap();
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
    pub(super) async fn approves(&self, person: &str, run: u32) -> String {
        let change = |link: &mut Link| {
            link.person = PersonId::new(person);
            link.record = Some(id());
            link.action = LinkAction::Approve {
                approval: "discount".to_owned(),
                run,
            };
        };
        self.link(change).await
    }

    pub(super) async fn post(&self, link: &str, rest: &str) -> Answer {
        let form = form_of(&self.get(link).await);
        self.call("POST", link, &format!("{form}&{rest}"), NOW)
            .await
    }
}

pub(super) fn says(by: &str, given: bool) -> ApprovalAnswered {
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
        ("answer=no", "Say in a few words why"),
        ("answer=no&reason=+", "Say in a few words why"),
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

/// What was asked of somebody once shows nothing to whoever has left, or has lost the right since.
#[tokio::test]
async fn who_has_left_or_lost_the_right_sees_nothing_of_what_was_answered_or_changed() {
    let jonas = PersonId::new("jonas");
    let mut gone = testkit::example_model();
    gone.people.get_mut(&jonas).unwrap().left = Some("2026-11-20".parse().unwrap());
    let mut without = testkit::example_model();
    for right in without.decision_rights.values_mut() {
        right.people.retain(|it| *it != jonas);
    }
    let refused = says("maya", false);
    for model in [gone, without] {
        let rules = testkit::rules(model);
        for (discount, said) in [(25, None), (25, Some(&refused)), (28, None)] {
            let tested = asked_by(rules.clone(), discount, said).await;
            for run in [1, 7] {
                let page = tested.get(&tested.approves("jonas", run).await).await;
                assert_eq!(page.status, 403, "{}", page.body);
                assert!(!page.body.contains("Acme"), "{}", page.body);
            }
            assert_eq!(
                tested.get(&tested.approves("maya", 1).await).await.status,
                200
            );
        }
    }
}

#[tokio::test]
async fn whoever_has_left_opens_no_link_of_a_record_of_theirs() {
    let mut model = testkit::example_model();
    let anna = PersonId::new("anna");
    model.people.get_mut(&anna).unwrap().left = Some("2026-11-20".parse().unwrap());
    let tested = Tested::by(testkit::rules(model)).await;
    for action in [LinkAction::LookAgain, LinkAction::Why] {
        let link = tested.link(|link| link.action = action).await;
        assert_eq!(tested.get(&link).await.status, 403);
    }
}
