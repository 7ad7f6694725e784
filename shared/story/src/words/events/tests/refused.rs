use contracts::{CrmWrite, DeadlineKind, DeadlinesContinued, EventData, Notice, Quarantined};
use testkit::history::{anna, november as at, record};

use super::{ben, name, said};

#[test]
fn what_is_refused_or_taken_back() {
    let mail = |notice| EventData::NoticeRequested { to: anna(), notice };
    let (why, task) = (name("403 MISSING_SCOPES"), name("Call them"));
    let owner = CrmWrite::Owner {
        to: ben(),
        only_if: None,
    };
    for (data, words) in [
        (
            EventData::CrmWriteObserved(owner.clone()),
            "only observed, not written into the CRM: owner ben, if it still has none",
        ),
        (
            EventData::CrmWriteRefused {
                write: owner.clone(),
                why: why.clone(),
            },
            "the CRM refused owner ben: 403 MISSING_SCOPES",
        ),
        (
            EventData::CrmWriteRefused {
                write: CrmWrite::Task {
                    subject: task,
                    lines: Vec::new(),
                    owner: Some(anna()),
                },
                why: why.clone(),
            },
            "the CRM refused a task: Call them: 403 MISSING_SCOPES",
        ),
        (
            mail(Notice::CrmRefused { write: owner, why }),
            "mail to anna: the CRM refuses owner ben",
        ),
        (
            mail(Notice::LeadTakenBack {
                to: ben(),
                clock: name("reply"),
            }),
            "mail to anna: it is ben's now, since reply ran out",
        ),
        (
            mail(Notice::LeadMoved {
                to: ben(),
                upon: name("owner.removed"),
            }),
            "mail to anna: it is ben's now: routed again, upon owner.removed",
        ),
    ] {
        assert_eq!(said(&data), words);
    }
}

#[test]
fn what_is_of_no_record() {
    for (data, words) in [
        (
            EventData::WebhookQuarantined(Quarantined {
                source: testkit::source(),
                reason: name("unknown subscription"),
                subscription: Some(name("contact.unheard")),
                object: Some(name("1")),
                of: None,
            }),
            "a webhook was put aside: unknown subscription",
        ),
        (
            EventData::DeadlinesContinued(DeadlinesContinued {
                at: at("23T12:12:00"),
                shard: name("due#3"),
                record: record("lead:42"),
                kind: DeadlineKind::Clocks,
                due: at("23T12:10:00"),
                sweep: None,
            }),
            "the deadlines after 12:10 follow",
        ),
        (
            EventData::Tick {
                at: at("23T12:12:00"),
            },
            "it is 12:12",
        ),
    ] {
        assert_eq!(said(&data), words);
    }
}
