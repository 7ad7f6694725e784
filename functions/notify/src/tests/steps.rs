//! What people read of a stage that was reached and of a deviation that lasts.

use std::collections::BTreeMap;

use contracts::StepCame;

use super::*;

fn step(came: StepCame, step: u32, move_to: Option<&str>, unmet: &[&str]) -> Notice {
    let set = move_to.map(|_| ("loss_reason".to_owned(), "no_decision".to_owned()));
    Notice::DeviationStep {
        deviation: "no_contact".to_owned(),
        step,
        came,
        move_to: move_to.map(str::to_owned),
        set: set.into_iter().collect::<BTreeMap<_, _>>(),
        unmet: unmet.iter().map(|it| (*it).to_owned()).collect(),
    }
}

/// The mail to Ben of this step, by a model in which steps are done.
async fn mail(notice: Notice) -> MailMessage {
    let mut model = testkit::example_model();
    for rule in model.deviations.values_mut() {
        rule.acts = model::Acts::Act;
    }
    let table = Table::new(MemoryStore::new(), TestClock::at(at(NOW)));
    let notify = Notify::new(table, Kept::default(), testkit::rules(model), pages());
    let record = notify.keep_record(rollout()).await;
    notify.mail_of(&record, "ben", notice).await
}

fn says(mail: &MailMessage, said: &str) {
    assert!(mail.text.contains(said), "{}", mail.text);
}

#[tokio::test]
async fn a_stage_that_was_entered_and_one_that_was_left() {
    for (left, subject, said) in [
        (
            false,
            "Now lost: Acme rollout",
            "Acme rollout (opportunity 900) has entered the stage \"lost\".",
        ),
        (
            true,
            "No longer lost: Acme rollout",
            "Acme rollout (opportunity 900) has left the stage \"lost\".",
        ),
    ] {
        let stage = "lost".to_owned();
        let mail = mail(Notice::StageReached { stage, left }).await;
        assert_eq!(mail.subject, subject);
        says(&mail, said);
    }
}

#[tokio::test]
async fn who_is_told_first_hears_what_comes_next() {
    let mail = mail(step(StepCame::Done, 1, None, &[])).await;
    assert_eq!(mail.subject, "Still open: no contact, Acme rollout");
    says(
        &mail,
        "\"no contact\" still holds for Acme rollout (opportunity 900).",
    );
    says(
        &mail,
        "If nothing changes, it is moved to \"lost\" 7d from now.",
    );
}

#[tokio::test]
async fn what_was_done_what_would_be_and_what_could_not() {
    for (came, subject, said) in [
        (
            StepCame::Done,
            "Done by itself: no contact, Acme rollout",
            "so it is now moved to \"lost\" and given \"no decision\" as its Closed lost reason.",
        ),
        (
            StepCame::Warned,
            "Would be done by itself: no contact, Acme rollout",
            "By the rules it would now be moved to \"lost\"",
        ),
        (
            StepCame::Refused,
            "Could not be done: no contact, Acme rollout",
            "The gate does not let it, so nothing was changed.",
        ),
        (
            StepCame::Stopped,
            "Stopped: no contact, Acme rollout",
            "rules that work against each other",
        ),
    ] {
        let mail = mail(step(came, 2, Some("lost"), &["reason: has no value"])).await;
        assert_eq!(mail.subject, subject);
        says(&mail, said);
        says(&mail, "- reason: has no value");
    }
}
