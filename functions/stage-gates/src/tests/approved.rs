//! Approvals: asked beside the judgement of a move, answered by an event, and brought before somebody else in time.

use contracts::{
    ApprovalAnswered, DeadlineKind, EventData, EventId, HeldAnswered, Key,
    state::{ApprovalStatus, ApprovalsState, HoldAnswer},
};
use crm::{PersonId, Value};

use super::*;

/// A deal that somebody moved from sql to proposal now, with this discount.
fn discounted(id: &str, discount: i64) -> Growing {
    let fields = [
        "budget_confirmed",
        "decision_maker_met",
        "pain_documented",
        "timeline_agreed",
    ];
    let deal = opportunity(id, at("2026-11-20T09:00:00Z")).owner("anna");
    let deal = fields
        .iter()
        .fold(deal, |deal, field| deal.boolean(field, true));
    deal.value("close_date", crm_date("2027-01-15"))
        .value("amount", Value::Number(20_000.into()))
        .value("discount", Value::Number(discount.into()))
        .stage("proposal", at(NOW))
}

impl Tested {
    async fn has_at_sql(&self, deal: Growing) -> Event {
        self.has_at("sql", deal).await
    }

    /// A deal that rightly stands at this stage.
    async fn has_at(&self, stage: &str, deal: Growing) -> Event {
        let record = deal.build();
        let (id, key) = (record.id.id.clone(), Key::gate(&record.id));
        keep(self.store.inside(), record).await;
        let gate = GateState {
            stage: stage.to_owned(),
            since: at("2026-11-20T09:00:00Z"),
            turned_back: None,
            unknown: false,
            outside: false,
            held: None,
            rounds: None,
            undoing: None,
        };
        put(self.store.inside(), key, &gate).await;
        changed(&id)
    }

    async fn approvals(&self, id: &str) -> Option<ApprovalsState> {
        let key = Key::approvals(&record_id(&format!("opportunity:{id}")));
        state_of(self.store.inside(), key).await
    }

    async fn answers(&self, name: &str, by: &str, run: u32, given: bool) {
        let data = EventData::ApprovalAnswered(ApprovalAnswered {
            approval: "discount".to_owned(),
            run,
            by: PersonId::new(by),
            given,
            reason: (!given).then(|| "the margin is gone".to_owned()),
        });
        let mut event = upon(&record_id("opportunity:1"), at(NOW), data);
        event.id = EventId::of(&[name]);
        for _ in 0..2 {
            self.function.handle(&event, at(NOW)).await.unwrap();
        }
    }
}

#[tokio::test]
async fn it_is_asked_once_in_the_transaction_that_turns_the_move_back() {
    let tested = gates();
    let event = tested.has_at_sql(discounted("1", 25)).await;
    for _ in 0..2 {
        tested.function.handle(&event, at(NOW)).await.unwrap();
    }
    let mut again = event.clone();
    again.id = EventId::of(&["again"]);
    tested.function.handle(&again, at(NOW)).await.unwrap();
    let audits = tested.audits();
    assert_eq!(audits.len(), 1);
    let mut events = names(&audits[0]);
    events.sort_unstable();
    assert_eq!(
        events,
        [
            "approval.asked",
            "crm_write.requested",
            "crm_write.requested",
            "gate.turned_back",
            "notice.requested",
            "notice.requested",
            "notice.requested"
        ]
    );
    let outcome = &audits[0].outcome;
    assert!(
        outcome.ends_with("not met: discount; discount asked of jonas, maya"),
        "{outcome}"
    );
    let state = tested.approvals("1").await.unwrap();
    assert!(state.asked["discount"].is_pending());
}

#[tokio::test]
async fn what_is_given_lets_the_next_move_pass_and_what_changes_is_asked_anew() {
    let tested = gates();
    let event = tested.has_at_sql(discounted("1", 25)).await;
    tested.function.handle(&event, at(NOW)).await.unwrap();
    // Nobody but those who were asked, and only once; that the others answered too is kept.
    tested.answers("not hers", "anna", 1, true).await;
    tested.answers("jonas", "jonas", 1, true).await;
    tested.answers("too late", "maya", 1, false).await;
    tested.answers("pressed twice", "jonas", 1, true).await;
    assert_eq!(tested.audits().len(), 4);
    let state = tested.approvals("1").await.unwrap();
    assert_eq!(state.asked["discount"].status, ApprovalStatus::Given);
    let later = at("2026-11-23T10:00:00Z");
    let moved = discounted("1", 25).stage("proposal", later);
    tested.replaces(moved.build()).await;
    let mut event = changed("1");
    event.id = EventId::of(&["moved again"]);
    tested.function.handle(&event, later).await.unwrap();
    assert_eq!(tested.gate("1").await.stage, "proposal");
    tested
        .replaces(discounted("1", 28).stage("proposal", later).build())
        .await;
    event.id = EventId::of(&["grew"]);
    tested.function.handle(&event, later).await.unwrap();
    let state = tested.approvals("1").await.unwrap();
    let asked = &state.asked["discount"];
    assert_eq!((asked.run, asked.status), (2, ApprovalStatus::Pending));
    // It stands where it stands: what changed after it passed is a deviation.
    assert_eq!(tested.gate("1").await.stage, "proposal");
    // An answer to the older question changes nothing, and is kept.
    let before = tested.audits().len();
    tested.answers("old", "maya", 1, true).await;
    assert_eq!(tested.audits().len(), before + 1);
    assert_eq!(tested.approvals("1").await.unwrap(), state);
    let told = tested.audits();
    let old = told
        .iter()
        .find(|it| it.event == EventId::of(&["old"]))
        .unwrap();
    assert!(
        old.outcome.starts_with(
            "maya's yes to discount does not count: this answer is to an older question"
        ),
        "{}",
        old.outcome
    );
}

/// A model that is deployed has every open record judged anew: that names no field, and asks nobody for what it passed.
#[tokio::test]
async fn what_has_passed_the_gate_is_asked_for_once_a_value_changes() {
    let tested = gates();
    let event = tested.has_at("proposal", discounted("1", 25)).await;
    for (name, fields, asked) in [("swept", vec![], false), ("grew", vec!["discount"], true)] {
        let mut event = event.clone();
        event.id = EventId::of(&[name]);
        if let EventData::RecordChanged { changed, .. } = &mut event.data {
            *changed = fields.into_iter().map(str::to_owned).collect();
        }
        tested.function.handle(&event, at(NOW)).await.unwrap();
        assert_eq!(tested.approvals("1").await.is_some(), asked, "{name}");
    }
}

#[tokio::test]
async fn when_its_time_is_up_somebody_else_is_asked_and_it_leaves_the_index() {
    let tested = gates();
    let event = tested.has_at_sql(discounted("1", 25)).await;
    tested.function.handle(&event, at(NOW)).await.unwrap();
    let due = tested.approvals("1").await.unwrap().due().unwrap();
    let data = EventData::DeadlineDue {
        kind: DeadlineKind::Approvals,
        due,
        at: due,
    };
    let event = upon(&record_id("opportunity:1"), due, data);
    for _ in 0..2 {
        tested.function.handle(&event, due).await.unwrap();
    }
    let state = tested.approvals("1").await.unwrap();
    assert_eq!(state.asked["discount"].last, Some(PersonId::new("carla")));
    assert_eq!(state.due(), None);
    let audits = tested.audits();
    assert_eq!(audits.len(), 2);
}

/// The value changed and its change is still on its way: what is answered is to what was, and is not counted.
#[tokio::test]
async fn an_answer_is_judged_by_the_copy_that_is_there() {
    let tested = gates();
    let event = tested.has_at_sql(discounted("1", 25)).await;
    tested.function.handle(&event, at(NOW)).await.unwrap();
    tested.replaces(discounted("1", 29).build()).await;
    tested.answers("jonas", "jonas", 1, true).await;
    let state = tested.approvals("1").await.unwrap();
    assert!(state.asked["discount"].is_pending());
    assert_eq!(tested.audits().len(), 2);
}

/// What is held of somebody is answered by an event, as a link puts it on the bus, too.
#[tokio::test]
async fn a_word_for_what_is_held_counts_of_whoever_may_and_once() {
    let tested = gates();
    tested.moves(21).await;
    let said = async |name: &str, by: &str, answer: HoldAnswer| {
        let data = EventData::HoldAnswered(HeldAnswered {
            of: PersonId::new("ben"),
            by: PersonId::new(by),
            answer,
        });
        let mut event = upon(&record_id("opportunity:21"), at(NOW), data);
        event.id = EventId::of(&[name]);
        let before = tested.audits().len();
        for _ in 0..2 {
            tested.function.handle(&event, at(NOW)).await.unwrap();
        }
        tested.audits().len() - before
    };
    assert_eq!(said("anna", "anna", HoldAnswer::LetStand).await, 0);
    assert_eq!(said("ben", "ben", HoldAnswer::LetStand).await, 0);
    assert_eq!(said("olga", "olga", HoldAnswer::LetStand).await, 1);
    assert_eq!(said("again", "olga", HoldAnswer::LetStand).await, 0);
    tested.tick(1).await;
    assert_eq!(tested.hold().await, None);
    assert_eq!(tested.gate("21").await.stage, "sql");
}

/// An account has no gate: what changes of it is asked for all the same, and put back once it is refused.
#[tokio::test]
async fn a_change_of_an_account_is_asked_for_and_put_back() {
    let tested = gates_of(testkit::broken_models::changed_model("accounts"));
    let account = |owner: &str| {
        let large = Value::Number(2_000.into());
        let account = testkit::account("7", at("2026-11-20T09:00:00Z"));
        account.owner(owner).value("employees", large).build()
    };
    let id = record_id("account:7");
    let told = |name: &str, data: EventData| {
        let mut event = upon(&id, at(NOW), data);
        event.id = EventId::of(&[name]);
        event
    };
    let changed = |name: &str| told(name, changed("7").data);
    let said = EventData::ApprovalAnswered(ApprovalAnswered {
        approval: "trade".to_owned(),
        run: 1,
        by: PersonId::new("maya"),
        given: false,
        reason: Some("not before the renewal".to_owned()),
    });
    keep(tested.store.inside(), account("anna")).await;
    tested
        .function
        .handle(&changed("first"), at(NOW))
        .await
        .unwrap();
    tested.replaces(account("ben")).await;
    for event in [changed("traded"), told("refused", said)] {
        for _ in 0..2 {
            tested.function.handle(&event, at(NOW)).await.unwrap();
        }
    }
    let audits = tested.audits();
    assert_eq!(audits.len(), 3, "{audits:?}");
    let back = CrmWrite::Owner {
        to: PersonId::new("anna"),
        only_if: Some(PersonId::new("ben")),
    };
    let writes = audits.iter().flat_map(|audit| &audit.events);
    let writes = writes.filter_map(|event| match &event.data {
        EventData::CrmWriteRequested { write } => Some(write.clone()),
        _ => None,
    });
    assert_eq!(writes.collect::<Vec<_>>(), [back]);
    let state: ApprovalsState = state_of(tested.store.inside(), Key::approvals(&id))
        .await
        .unwrap();
    assert_eq!(state.asked["trade"].status, ApprovalStatus::Refused);
}
