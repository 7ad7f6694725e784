use contracts::{CrmWrite, Event, EventData, Notice};
use jiff::Timestamp;
use testkit::{
    history::{anna, november as at, record},
    upon,
};

use crate::effect::{Effect, EffectOutcome, KeptEffect};

fn write() -> Event {
    let write = CrmWrite::Owner {
        to: anna(),
        only_if: None,
    };
    asked(EventData::CrmWriteRequested { write })
}

fn mail() -> Event {
    let notice = Notice::LeadTakenBack {
        to: anna(),
        clock: "reply".to_owned(),
    };
    asked(EventData::NoticeRequested { to: anna(), notice })
}

fn asked(data: EventData) -> Event {
    upon(&record("lead:42"), at("23T08:00:00"), data)
}

/// Its outcome, and what is said of it: the outcome in words, and the remark.
fn told(kept: KeptEffect, event: &Event, now: Timestamp) -> (EffectOutcome, String, String) {
    let effect = Effect::told(kept, event, now);
    let said = |wording: &crate::Wording| {
        let time = |at: Timestamp| at.strftime("%H:%M").to_string();
        wording.in_words(time, ToString::to_string)
    };
    let remark = effect.remark.as_ref().map(said).unwrap_or_default();
    (effect.outcome, said(&effect.wording), remark)
}

#[test]
fn what_is_refused_says_why() {
    let refused = KeptEffect::Refused {
        at: at("23T08:00:04"),
        result: "the CRM says 403 MISSING_SCOPES".to_owned(),
    };
    let words = (
        EffectOutcome::Refused,
        "refused 08:00".to_owned(),
        "the CRM says 403 MISSING_SCOPES".to_owned(),
    );
    for event in [write(), mail()] {
        assert_eq!(told(refused.clone(), &event, at("24T10:00:00")), words);
    }
}

#[test]
fn a_mail_that_tells_of_an_owner_waits_for_the_crm() {
    let mut mail = mail();
    mail.after = Some(write().id);
    let (outcome, said, remark) = told(KeptEffect::Pending, &mail, at("23T08:00:01"));
    assert_eq!(outcome, EffectOutcome::Pending);
    assert_eq!(said, "pending");
    assert_eq!(remark, "it waits until the CRM has taken the owner");
}

#[test]
fn what_was_begun_and_not_finished_is_tried_again_for_a_day_and_no_longer() {
    let remark = |now| {
        let claimed = KeptEffect::Claimed {
            at: at("23T08:00:04"),
            lease_until: at("23T08:00:49"),
        };
        let (outcome, said, remark) = told(claimed, &mail(), now);
        assert_eq!(outcome, EffectOutcome::NotFinished);
        assert_eq!(said, "begun, not finished");
        remark
    };
    for now in ["23T08:01:00", "24T08:00:04"] {
        assert_eq!(
            remark(at(now)),
            "notify took it up 08:00 and has not said how it ended; it is tried again from its queue"
        );
    }
    for now in ["24T08:00:05", "30T08:00:00"] {
        assert_eq!(
            remark(at(now)),
            "notify took it up 08:00 and has not said how it ended; a day has passed: it still waits, or lies among the dead letters of notify"
        );
    }
}

#[test]
fn what_nobody_took_up_is_never_done_after_a_day_and_forgotten_after_a_month() {
    for (now, outcome, remark) in [
        ("2026-11-24T08:00:00Z", EffectOutcome::Pending, ""),
        (
            "2026-11-24T08:00:01Z",
            EffectOutcome::NeverDone,
            "a day has passed: it still waits, or lies among the dead letters of crm-writeback",
        ),
        (
            "2026-12-23T08:00:01Z",
            EffectOutcome::NoLongerKnown,
            "this is kept for 30 days",
        ),
    ] {
        let (found, _, said) = told(KeptEffect::Pending, &write(), testkit::at(now));
        assert_eq!((found, said.as_str()), (outcome, remark), "{now}");
    }
}
