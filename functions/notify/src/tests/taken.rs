//! Who is told whose a lead is hears of it once the CRM has taken that.

use contracts::{
    Cause, CrmWrite, DecisionDraft, Function, Subject,
    state::{RoutingState, RoutingStatus},
};

use engine::{Clock as _, Ended};
use testkit::{example_model, rules};

use super::*;

/// What lead-routing tells of a lead that is to be Anna's: the write, and a notice to each of these people.
fn decided(notices: Vec<(&str, Notice)>) -> (Event, Vec<Event>) {
    let record = record_id("lead:7");
    let write = CrmWrite::Owner {
        to: PersonId::new("anna"),
        only_if: None,
    };
    let mut emits = vec![EventData::CrmWriteRequested { write }];
    emits.extend(notices.into_iter().map(|(to, notice)| {
        let to = PersonId::new(to);
        EventData::NoticeRequested { to, notice }
    }));
    let draft = DecisionDraft {
        emits,
        ..DecisionDraft::default()
    };
    let cause = upon(&record, at(NOW), EventData::Tick { at: at(NOW) });
    let audit = draft.into_audit(
        Function::LeadRouting,
        Subject::Record(record),
        &Cause::of(&cause),
        1,
        &Revision::default(),
        at(NOW),
    );
    let mut events = audit.events.into_iter();
    (events.next().unwrap(), events.collect())
}

fn assigned() -> Notice {
    Notice::LeadAssigned {
        rule: "dach".to_owned(),
        respond_by: None,
    }
}

/// As the mail to Anna follows the write.
fn annas() -> (Event, Event) {
    let (write, mut notices) = decided(vec![("anna", assigned())]);
    (write, notices.remove(0))
}

impl Tested {
    async fn write_has(&self, write: &Event, status: EffectStatus, result: &str) {
        let when = self.table.clock.now();
        let state = EffectState {
            status,
            at: when,
            lease_until: when,
            result: result.to_owned(),
            asked: None,
            with: None,
        };
        self.keep(Key::effect(&write.id), &state, None).await;
    }

    async fn said(&self, event: &Event) -> String {
        self.handle(event, self.table.clock.now()).await.unwrap();
        let effect = self.effect_of(event).await;
        assert_eq!(effect.status, EffectStatus::Skipped);
        assert!(self.mails().is_empty(), "{:?}", self.mails());
        effect.result
    }
}

#[tokio::test]
async fn it_waits_until_the_write_has_ended_and_costs_no_write_meanwhile() {
    let (tested, (write, mail)) = (notify(), annas());
    for claimed in [false, true] {
        if claimed {
            tested.table.claim_effect(&write.id).await.unwrap();
        }
        let before = tested.table.store.everything().len();
        let came = tested.handle(&mail, at(NOW)).await;
        assert!(matches!(came, Err(Failure::Waits { .. })), "{came:?}");
        assert_eq!(tested.table.store.everything().len(), before);
    }
    let claimed = tested.table.clock.now() + SignedDuration::from_mins(1);
    tested.table.clock.set(claimed);
    tested
        .table
        .once(&write.id, async {
            Ok::<_, Failure>(Ended::done("owner set from nobody to anna"))
        })
        .await
        .unwrap();
    tested.handle(&mail, at(NOW)).await.unwrap();
    assert_eq!(tested.mails().len(), 1);
}

/// Somebody has had the write asked for again (`fairlead failures redrive`), and the CRM takes it now. That nobody has it in
/// our books any more is what its refusal has left.
#[tokio::test]
async fn who_was_refused_and_is_taken_after_all_is_told() {
    let (tested, (write, mail)) = (notify(), annas());
    tested
        .write_has(&write, EffectStatus::Done, "owner set from nobody to anna")
        .await;
    let routing = RoutingState {
        refused: [PersonId::new("anna")].into(),
        ..RoutingState::waiting("refused_by_crm", at(NOW))
    };
    let key = Key::routing(&record_id("lead:7"));
    tested.keep(key, &routing, None).await;
    tested.handle(&mail, at(NOW)).await.unwrap();
    assert_eq!(tested.mails().len(), 1);
}

/// What was skipped is looked at again once it is freed, and only once; what went out is not freed.
#[tokio::test]
async fn a_mail_that_was_skipped_is_freed_once() {
    let (tested, (write, mail)) = (notify(), annas());
    tested
        .write_has(&write, EffectStatus::Refused, "status 400")
        .await;
    tested.said(&mail).await;
    assert!(tested.table.free_skipped(&mail.id).await.unwrap());
    assert!(!tested.table.free_skipped(&mail.id).await.unwrap());
    assert_eq!(
        tested.said(&mail).await,
        "it did not become anna's: status 400"
    );
    let (tested, (write, mail)) = (notify(), annas());
    tested
        .write_has(&write, EffectStatus::Done, "owner set")
        .await;
    tested.handle(&mail, at(NOW)).await.unwrap();
    assert!(!tested.table.free_skipped(&mail.id).await.unwrap());
}

#[tokio::test]
async fn nobody_is_told_of_what_the_crm_did_not_take() {
    for (status, result) in [
        (
            EffectStatus::Refused,
            "the CRM refuses owner anna: status 400",
        ),
        (
            EffectStatus::Skipped,
            "left alone: owner is ben by now, not nobody",
        ),
    ] {
        let (tested, (write, mail)) = (notify(), annas());
        tested.write_has(&write, status, result).await;
        let said = format!("it did not become anna's: {result}");
        assert_eq!(tested.said(&mail).await, said);
    }
}

/// Her manager's lead was to be Anna's, and is not: nobody tells him that there is nothing more to do.
#[tokio::test]
async fn nor_is_whose_it_was() {
    let taken_back = Notice::LeadTakenBack {
        to: PersonId::new("anna"),
        clock: "first_response".to_owned(),
    };
    let moved = Notice::LeadMoved {
        to: PersonId::new("anna"),
        upon: "field.changed account.owner".to_owned(),
    };
    for notice in [taken_back, moved] {
        let (write, notices) = decided(vec![("jonas", notice)]);
        let tested = notify();
        let first = tested.handle(&notices[0], at(NOW)).await;
        assert!(matches!(first, Err(Failure::Waits { .. })), "{first:?}");
        tested
            .write_has(&write, EffectStatus::Refused, "status 400")
            .await;
        let said = "it did not become anna's: status 400";
        assert_eq!(tested.said(&notices[0]).await, said);
    }
}

#[tokio::test]
async fn who_is_its_owner_no_more_is_not_told_that_they_are() {
    for (owner, said) in [
        (Some("ben"), "it is ben's by now, and not anna's"),
        (None, "it is nobody's by now, and not anna's"),
    ] {
        let (tested, (write, mail)) = (notify(), annas());
        tested
            .write_has(&write, EffectStatus::Done, "owner set")
            .await;
        let routing = RoutingState {
            status: RoutingStatus::OwnedByHand,
            owner: owner.map(PersonId::new),
            ..RoutingState::waiting("by_hand", at(NOW))
        };
        let key = Key::routing(&record_id("lead:7"));
        tested.keep(key, &routing, None).await;
        assert_eq!(tested.said(&mail).await, said);
    }
}

/// The CRM was away for a day and a half: then it took her, and that is news.
#[tokio::test]
async fn it_is_news_from_when_the_crm_took_it() {
    let (tested, (write, mail)) = (notify(), annas());
    tested
        .table
        .clock
        .set(at(NOW) + SignedDuration::from_hours(36));
    tested
        .write_has(&write, EffectStatus::Done, "owner set")
        .await;
    tested
        .handle(&mail, tested.table.clock.now())
        .await
        .unwrap();
    assert_eq!(tested.mails().len(), 1);
}

/// Nothing is kept of the write any more.
#[tokio::test]
async fn what_is_long_forgotten_is_not_waited_for() {
    let (tested, (_, mail)) = (notify(), annas());
    tested
        .table
        .clock
        .set(at(NOW) + SignedDuration::from_hours(24 * 31));
    let said = "nothing is known any more of whether it became anna's";
    assert_eq!(tested.said(&mail).await, said);
}

#[tokio::test]
async fn where_the_model_lets_no_owner_be_written_nothing_is_waited_for() {
    let mut tested = notify();
    let mut model = example_model();
    for source in model.sources.values_mut() {
        source.write.owner = false;
    }
    tested.rules = rules(model);
    let (_, mail) = annas();
    tested.handle(&mail, at(NOW)).await.unwrap();
    assert_eq!(tested.mails().len(), 1);
}
