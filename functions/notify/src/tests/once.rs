//! One event, one mail; and what becomes of an event without one.

use super::*;

fn assigned(to: &str) -> Event {
    let record = record_id("lead:7");
    let notice = Notice::LeadAssigned {
        rule: "dach".to_owned(),
        respond_by: None,
    };
    noticed(&record, to, notice)
}

#[tokio::test]
async fn an_event_that_comes_three_times_is_one_mail() {
    let (notify, event) = (notify(), assigned("anna"));
    for _ in 0..3 {
        notify.handle(&event, at(NOW)).await.unwrap();
    }
    assert_eq!(notify.mails().len(), 1);
    let effect = notify.effect_of(&event).await;
    assert_eq!(effect.status, EffectStatus::Done);
    assert_eq!(effect.result, "lead assigned: mail to anna sent");
}

#[tokio::test]
async fn whoever_comes_second_waits_for_the_first() {
    let (notify, event) = (notify(), assigned("anna"));
    notify.table.claim_effect(&event.id).await.unwrap();
    let second = notify.handle(&event, at(NOW)).await;
    assert!(matches!(second, Err(Failure::Waits { .. })), "{second:?}");
    assert!(notify.mails().is_empty());
    let after_the_lease = at(NOW) + SignedDuration::from_mins(1);
    notify.table.clock.set(after_the_lease);
    notify.handle(&event, after_the_lease).await.unwrap();
    assert_eq!(notify.mails().len(), 1);
}

#[tokio::test]
async fn a_mail_service_that_does_not_answer_is_asked_again_at_once() {
    let (notify, event) = (notify(), assigned("anna"));
    let throttled = MailError::Unavailable("slow down".to_owned());
    notify.mail.refusals.lock().unwrap().push(throttled);
    let first = notify.handle(&event, at(NOW)).await;
    assert!(matches!(first, Err(Failure::Everybody { .. })), "{first:?}");
    notify.handle(&event, at(NOW)).await.unwrap();
    assert_eq!(notify.mails().len(), 1);
}

#[tokio::test]
async fn a_refused_mail_is_an_outcome_and_repeats_no_address() {
    let (notify, event) = (notify(), assigned("anna"));
    let refused = MailError::Refused("anna@northwind.example is not verified".to_owned());
    notify.mail.refusals.lock().unwrap().push(refused);
    notify.handle(&event, at(NOW)).await.unwrap();
    let EffectState {
        status,
        result: why,
        ..
    } = notify.effect_of(&event).await;
    assert_eq!(status, EffectStatus::Refused);
    assert!(why.contains("the mail to anna"), "{why}");
    assert!(!why.contains('@'), "{why}");
}

#[tokio::test]
async fn an_unknown_recipient_is_passed_over_with_the_reason() {
    let (notify, event) = (notify(), assigned("zoe"));
    notify.handle(&event, at(NOW)).await.unwrap();
    let effect = notify.effect_of(&event).await;
    assert_eq!(effect.status, EffectStatus::Skipped);
    assert_eq!(
        effect.result,
        "zoe is not in people.yaml, so there is no address to write to"
    );
}

#[tokio::test]
async fn what_is_more_than_a_day_old_is_no_news() {
    let notify = notify();
    let day = SignedDuration::from_hours(24);
    let event = assigned("anna");
    notify
        .handle(&event, at(NOW) + day + SignedDuration::from_secs(1))
        .await
        .unwrap();
    assert!(notify.mails().is_empty());
    let effect = notify.effect_of(&event).await;
    assert_eq!(effect.status, EffectStatus::Skipped);
    assert!(
        effect.result.contains("more than a day old"),
        "{}",
        effect.result
    );

    let just_in_time = assigned("ben");
    notify.handle(&just_in_time, at(NOW) + day).await.unwrap();
    assert_eq!(notify.mails().len(), 1);
}

#[tokio::test]
async fn other_events_are_none_of_its_business() {
    let notify = notify();
    let event = upon(
        &record_id("lead:7"),
        at(NOW),
        EventData::Tick { at: at(NOW) },
    );
    notify.handle(&event, at(NOW)).await.unwrap();
    assert!(notify.table.store.everything().is_empty());
}
