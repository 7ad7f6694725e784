#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::path::Path;

use aws::Depth;
use contracts::{
    AuditRecord, Cause, CrmWrite, DecisionDraft, Event, EventData, EventId, Function, Indexes, Key,
    NOTICED, Subject,
    state::{
        EffectState, EffectStatus, HeardState, LoadedPart, SweepFailed, SweepKind, SweepRun,
        SweepState,
    },
};
use crm::{PersonId, RecordKind};
use decisions::routing::TRIAL;
use jiff::{SignedDuration, Timestamp};
use model::Revision;
use store::{MemoryStore, Store, Transaction, audit_put, put_state};
use testkit::{at, record_id, source};

use super::{
    as_json, as_text,
    facts::Facts,
    is_well,
    judged::{PAGES, judge, length},
    speed::{Speed, measure},
};
use crate::stack::wait;

const NOW: &str = "2026-11-23T10:00:00Z";

fn revision() -> Revision {
    Revision {
        number: 7,
        hash: "0123456789abcdef".to_owned(),
    }
}

fn ago(seconds: i64) -> Timestamp {
    at(NOW) - SignedDuration::from_secs(seconds)
}

fn healthy() -> Facts {
    Facts {
        heard: Some(HeardState {
            at: ago(42),
            tick: ago(42),
            revision: revision(),
        }),
        sweep: SweepState {
            loaded: vec![LoadedPart {
                source: source(),
                kind: RecordKind::Lead,
                at: ago(90_000),
                seen: ago(1_800),
            }],
            ..SweepState::default()
        },
        queues: vec![("fairlead-a-notify".to_owned(), Depth::default())],
        unpublished: Some(0),
        speed: Some(Ok(Speed {
            leads: 120,
            hours: 24,
            quantiles: Some((
                SignedDuration::from_millis(1_240),
                SignedDuration::from_secs(75),
            )),
        })),
        ..Facts::default()
    }
}

#[test]
fn a_stack_that_is_well_says_so_in_one_screen() {
    let lines = judge(&healthy(), &revision(), at(NOW));
    assert!(is_well(&lines));
    assert_eq!(
        as_text(&lines),
        "✓ tick              heard 42 s ago\n\
         ✓ deployment        7, model 0123456789ab\n\
         ✓ crm               answers, as far as the sweep has asked\n\
         ✓ sweep             what the CRM changed was looked through 30 min ago\n\
         ✓ queues            0 wait, 0 are at work or wait for another try, in 1 queues\n\
         ✓ dead letters      none\n\
         ✓ undelivered       none\n\
         ✓ quarantine        none\n\
         ✓ mails refused     none\n\
         ✓ writes refused    none\n\
         ✓ unpublished       none\n\
         ✓ held moves        none\n\
         ✓ webhook to owner  p50 1.2 s, p99 75 s, of 120 leads of the last 24 hours\n\
         all is well\n"
    );
    assert_eq!(as_json(&lines)["well"], true);
}

#[test]
fn what_is_not_well_names_a_page_that_there_is() {
    let failed = SweepFailed {
        times: 3,
        why: "the CRM does not accept our token".to_owned(),
    };
    let mut facts = healthy();
    facts.heard = Some(HeardState {
        at: ago(3_600),
        tick: ago(3_600),
        revision: revision(),
    });
    facts.sweep.loaded[0].seen = ago(90_000);
    facts.sweep.runs = vec![SweepRun {
        kind: SweepKind::Changes,
        began: ago(60),
        left: Vec::new(),
        failed: Some(failed),
        counts: contracts::state::SweepCounts::default(),
    }];
    let oldest = (
        "fairlead-a-notify".to_owned(),
        SignedDuration::from_mins(16),
    );
    facts.oldest = Some(Ok(oldest));
    facts.dead = vec![("crm-sync".to_owned(), 2)];
    facts.undelivered = vec![("fairlead-a-undelivered".to_owned(), 1)];
    facts.unpublished = Some(1);
    facts.held = vec![(PersonId::new("ben"), 12)];
    let lines = judge(&facts, &revision(), at(NOW));
    let text = as_text(&lines);
    for said in [
        "✗ tick              heard 60 min ago\n                    what to do: shared/runbooks/tick-missing.md\n",
        "has failed 3 times in a row: the CRM does not accept our token",
        "looked through 25 h ago",
        "✗ queues            0 wait, 0 are at work or wait for another try, in 1 queues; the oldest is 16 min old",
        "2 of crm-sync",
        "12 of ben wait for an answer",
        "8 things are not well\n",
    ] {
        assert!(text.contains(said), "{said}\nis not in\n{text}");
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for page in lines.iter().filter_map(super::judged::Line::page) {
        assert!(root.join(&page).is_file(), "{page} is missing");
    }
    for page in PAGES {
        let page = format!("shared/runbooks/{page}.md");
        assert!(root.join(&page).is_file(), "{page} is missing");
    }
}

#[test]
fn before_the_first_tick_nothing_is_known_and_that_is_said() {
    let lines = judge(&Facts::default(), &revision(), at(NOW));
    let text = as_text(&lines);
    assert!(
        text.starts_with("✗ tick              never heard\n"),
        "{text}"
    );
    assert!(
        text.contains("not looked at: nothing names the bucket"),
        "{text}"
    );
}

#[test]
fn another_model_here_is_said() {
    let ours = Revision {
        number: 0,
        hash: "fedcba9876543210".to_owned(),
    };
    let text = as_text(&judge(&healthy(), &ours, at(NOW)));
    assert!(
        text.contains("7, model 0123456789ab; the model here is fedcba987654"),
        "{text}"
    );
}

#[test]
fn lengths_are_said_as_people_say_them() {
    for (millis, said) in [
        (0, "0.0 s"),
        (1_250, "1.2 s"),
        (59_000, "59 s"),
        (180_000, "3 min"),
        (10_800_000, "3 h"),
        (864_000_000, "10 days"),
    ] {
        assert_eq!(length(SignedDuration::from_millis(millis)), said);
    }
}

/// What crm-sync and lead-routing record of a lead whose webhook came `waited` seconds before its owner was written.
fn lead(number: i64, waited: i64) -> (AuditRecord, AuditRecord, EffectState) {
    let record = record_id(&format!("lead:{number}"));
    let came = ago(4_000);
    let data = EventData::RecordWaiting {
        rule: "none".to_owned(),
    };
    let webhook = Event::new(
        EventId::of(&["w", &number.to_string()]),
        came,
        &revision(),
        data,
    );
    let subject = || Subject::Record(record.clone());
    let copied = DecisionDraft {
        facts: [(NOTICED.to_owned(), came.to_string())].into(),
        ..DecisionDraft::default()
    };
    let cause = Cause::of(&webhook);
    let copied = copied.into_audit(Function::CrmSync, subject(), &cause, 1, &revision(), came);
    let to = PersonId::new("anna");
    let write = CrmWrite::Owner { to, only_if: None };
    let routed = DecisionDraft {
        emits: vec![EventData::CrmWriteRequested { write }],
        ..DecisionDraft::default()
    };
    let routed = routed.into_audit(
        Function::LeadRouting,
        subject(),
        &cause,
        1,
        &revision(),
        came,
    );
    let done = EffectState {
        status: EffectStatus::Done,
        at: came + SignedDuration::from_secs(waited),
        lease_until: came,
        result: "owner set".to_owned(),
        asked: None,
        with: None,
    };
    (copied, routed, done)
}

#[test]
fn a_trial_is_no_lead_that_took_so_long() {
    let store = MemoryStore::new();
    let speed = wait(async {
        let (copied, mut routed, done) = lead(1, 5);
        routed.reasons.push(contracts::Reason::note(
            TRIAL,
            None,
            "made by `fairlead try`",
        ));
        let key = Key::effect(&routed.events[0].id);
        let put = put_state::<_, ()>(key, &done, None, Indexes::default());
        let transaction = Transaction {
            puts: vec![audit_put(copied), audit_put(routed), put],
            checks: Vec::new(),
        };
        store.commit(transaction).await.unwrap();
        Ok(measure(&store, at(NOW)).await.unwrap())
    });
    assert_eq!(speed.unwrap().leads, 0);
}

#[test]
fn how_long_leads_took_is_told_of_twenty_and_more() {
    for (count, quantiles) in [
        (19, None),
        (
            100,
            Some((SignedDuration::from_secs(50), SignedDuration::from_secs(99))),
        ),
    ] {
        let store = MemoryStore::new();
        let speed = wait(async {
            for number in 1..=count {
                let (copied, routed, done) = lead(number, number);
                let key = Key::effect(&routed.events[0].id);
                let put = put_state::<_, ()>(key, &done, None, Indexes::default());
                let puts = vec![audit_put(copied), audit_put(routed), put];
                let transaction = Transaction {
                    puts,
                    checks: Vec::new(),
                };
                store.commit(transaction).await.unwrap();
            }
            Ok(measure(&store, at(NOW)).await.unwrap())
        })
        .unwrap();
        assert_eq!(speed.leads, usize::try_from(count).unwrap());
        assert_eq!(speed.quantiles, quantiles);
    }
}

#[test]
fn what_the_model_reads_no_more_is_not_late() {
    let mut model = testkit::example_model();
    let part = |kind, seen| LoadedPart {
        source: testkit::source(),
        kind,
        at: at(NOW),
        seen,
    };
    let long_ago = at(NOW) - SignedDuration::from_hours(9);
    let mut sweep = SweepState {
        loaded: vec![
            part(RecordKind::Lead, at(NOW)),
            part(RecordKind::Opportunity, long_ago),
        ],
        ..SweepState::default()
    };
    super::forget_unmapped(&mut sweep, &model);
    assert_eq!(sweep.loaded.len(), 2);
    let source = model.sources.values_mut().next().unwrap();
    source.records.remove(&RecordKind::Opportunity);
    super::forget_unmapped(&mut sweep, &model);
    assert_eq!(sweep.loaded, [part(RecordKind::Lead, at(NOW))]);
}
