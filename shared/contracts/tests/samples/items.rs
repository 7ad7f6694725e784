//! One of each item of the table, and of its keys.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    AuditRecord, Cause, DecisionDraft, DecisionId, EventData, EventId, Finding, Found, Function,
    Key, Made, ReadAt, Reason, Subject, Verdict, state::*,
};
use crm::{PersonId, RecordKind};
use model::{ModelFile, Place};
use serde_json::{Value, json};

use super::{
    anna,
    approvals::approvals,
    clocks::clocks,
    copies::{copy, latest},
    event,
    exceptions::{deviations, exceptions},
    hold, mailing, metrics, noon,
    people::absences,
    record, reviews, revision, source, sweep, visitor,
};

fn routing() -> RoutingState {
    RoutingState {
        status: RoutingStatus::Routed,
        owner: Some(anna()),
        rule: "dach".to_owned(),
        pool: Some("dach_account_executives".to_owned()),
        at: noon(),
        out_of_turn: false,
        reassigned: vec![Reassigned {
            from: PersonId::new("ben"),
            to: anna(),
            clock: "first_response".to_owned(),
            finally: false,
            at: noon(),
        }],
        taken_from: BTreeSet::from([PersonId::new("ben")]),
        refused: BTreeSet::from([PersonId::new("jonas")]),
        counted: Some(anna()),
        sequence: 7,
        waits: Some(Waits {
            queue: None,
            facts: BTreeSet::from(["lead.account".parse().unwrap()]),
            person: None,
            until: noon(),
        }),
        rerouted: vec![Rerouted {
            from: Some(anna()),
            to: PersonId::new("ben"),
            upon: "owner.removed".to_owned(),
            finally: false,
            at: noon(),
        }],
        put_off: Some("stage.entered qualified".to_owned()),
        held_until: Some(noon()),
        observed_until: Some(noon()),
        asked: Some(LeaverAsked {
            of: PersonId::new("ben"),
            whom: vec![anna()],
            at: noon(),
        }),
        identity: Some("0123456789abcdef".to_owned()),
        joined: Some(record(RecordKind::Lead)),
    }
}

fn pool() -> PoolState {
    let share = Share {
        lag: 500_000_000,
        received: 3,
        last: Some(noon()),
    };
    PoolState {
        members: BTreeMap::from([(anna(), share)]),
    }
}

fn audit() -> AuditRecord {
    let place = Some(Place {
        file: ModelFile::Processes,
        line: 65,
        column: 7,
    });
    let finding = Finding {
        field: "lead.territory".to_owned(),
        found: Found::Value("dach".to_owned()),
        needed: "dach".to_owned(),
        verdict: Verdict::Held,
        place,
    };
    let reason = Reason {
        rule: "routing.lead.dach".to_owned(),
        place,
        verdict: Verdict::Held,
        findings: vec![finding],
        note: None,
    };
    let draft = DecisionDraft {
        facts: BTreeMap::from([("lead.territory".to_owned(), "dach".to_owned())]),
        reasons: vec![reason],
        outcome: "routed to anna".to_owned(),
        emits: vec![EventData::RecordWaiting {
            rule: "none".to_owned(),
        }],
    };
    let upon = event(EventData::Tick { at: noon() });
    let subject = Subject::Record(record(RecordKind::Lead));
    let mut audit = draft.into_audit(
        Function::LeadRouting,
        subject,
        &Cause::of(&upon),
        3,
        &revision(),
        noon(),
    );
    let pool = "P#dach_account_executives/rotation";
    audit.read = BTreeMap::from([
        ("record".to_owned(), ReadAt::Version(5)),
        (pool.to_owned(), ReadAt::Within(8, 1)),
    ]);
    let turn = Turn {
        rest: 500_000_000,
        by: vec![(-500_000_000, BTreeSet::from([anna()]))],
        got: Some((anna(), noon())),
        back: None,
    };
    let turn = contracts::Change {
        version: 8,
        nth: 1,
        was: None,
        made: Made::Turn(turn),
    };
    let routing = contracts::Change {
        version: 2,
        nth: 0,
        was: Some(json!({ "status": "waiting", "rule": "none" })),
        made: Made::Patch(json!({ "status": "routed", "rule": "dach" })),
    };
    audit.changes = BTreeMap::from([(pool.to_owned(), turn), ("routing".to_owned(), routing)]);
    audit
}

/// One of each item, by whose it is.
pub fn items() -> Value {
    json!({
        "record": copy(),
        "routing": routing(),
        "gate": GateState {
            stage: "discovery".to_owned(),
            since: noon(),
            turned_back: Some(TurnedBack { to: "sql".to_owned(), at: noon() }),
            unknown: true,
            outside: false,
            held: Some(HeldMove { to: "sql".to_owned(), at: noon(), since: noon(), of: anna() }),
            rounds: Some(Rounds { to: "sql".to_owned(), times: 2 }),
            undoing: Some(Undoing { from: "lost".to_owned(), to: "proposal".to_owned(), at: noon(), by: anna() }),
        },
        "breaker": BreakerState { turned: vec![noon()], quiet: true, hold: Some(hold()) },
        "clocks": clocks(),
        "handed": HandedState { clocks: clocks().clocks },
        "pool": pool(),
        "load": LoadState {
            open: 24,
            came: BTreeMap::from([("2026-11-23".parse().unwrap(), 5)]),
            changed: Some(noon()),
        },
        "identity": IdentityState {
            records: vec![record(RecordKind::Lead)],
        },
        "behaviours": BehavioursState {
            records: [record(RecordKind::Lead)].into(),
            seen: BTreeMap::from([(
                "viewed_pricing".to_owned(),
                BTreeMap::from([("0123456789abcdef".to_owned(), noon())]),
            )]),
            through: BTreeMap::from([(
                "0123456789abcdef".to_owned(),
                [record(RecordKind::Lead)].into(),
            )]),
        },
        "latest": LatestState {
            kept: BTreeMap::from([("owner".to_owned(), vec![latest()])]),
        },
        "leavers": LeaversState {
            done: BTreeMap::from([(anna(), ["2026-11-20 lead reroute".to_owned()].into())]),
            under_way: Some(LeaverUnderWay {
                person: PersonId::new("ben"),
                upon: "2026-11-20 lead reroute".to_owned(),
                after: record(RecordKind::Lead),
            }),
        },
        "recount": RecountState {
            day: Some("2026-11-23".parse().unwrap()),
            revision: 3,
            model: "0123456789abcdef".to_owned(),
            left: vec![anna()],
        },
        "counted": metrics::counted(),
        "metric": metrics::metric(),
        "metrics_recount": metrics::recount(),
        "sweep": sweep::sweep(),
        "quarantine": QuarantineState {
            reason: "unknown subscription".to_owned(),
            subscription: None,
            object: Some("1".to_owned()),
            at: noon(),
            source: Some(source()),
            of: Some("contacts".to_owned()),
            revision: Some(revision()),
            settled: Some(Settled::Redriven),
        },
        "drift": DriftState {
            found: BTreeMap::from([(
                "hubspot:opportunity.amount: other_type".to_owned(),
                Drift {
                    property: "amount".to_owned(),
                    said: "the field `amount` should hold a money and `amount` does not".to_owned(),
                    shape: "99 aaa".to_owned(),
                    follows: "no rule reads it".to_owned(),
                    record: record(RecordKind::Opportunity),
                    at: noon(),
                    model: "0123456789abcdef".to_owned(),
                },
            )]),
        },
        "labels": LabelsState {
            asked: Some(noon()),
            model: "0123456789abcdef".to_owned(),
            fields: label("opportunity.amount", "Amount"),
            stages: label("opportunity.won", "Closed won"),
            values: BTreeMap::from([(
                "opportunity.loss_reason".to_owned(),
                label("no_decision", "No decision"),
            )]),
        },
        "heard": HeardState {
            at: noon(),
            tick: noon(),
            revision: revision(),
        },
        "deviations": deviations(),
        "exceptions": exceptions(),
        "approvals": approvals(),
        "absences": absences(),
        "links": LinksState {
            people: BTreeMap::from([(
                anna(),
                Revoked {
                    all: Some(noon()),
                    mails: BTreeMap::from([(EventId::of(&["sample"]), noon())]),
                },
            )]),
        },
        "effect": EffectState {
            status: EffectStatus::Done,
            at: noon(),
            lease_until: noon(),
            result: "owner set".to_owned(),
            asked: None,
            with: None,
        },
        "effect_refused": EffectState {
            status: EffectStatus::Refused,
            at: noon(),
            lease_until: noon(),
            result: "the mail service refuses the mail to anna".to_owned(),
            asked: Some(Box::new(event(EventData::Tick { at: noon() }))),
            with: None,
        },
        "effect_enclosed": mailing::effect(),
        "mailing": mailing::mailing(),
        "failures": FailuresState { times: 3, waited: 0 },
        "digest": DigestState {
            day: "2026-11-23".parse().unwrap(),
            told: Some(Told {
                at: noon(),
                things: [(record(RecordKind::Lead), ["late first_response 1".to_owned()].into())].into(),
                shown: [record(RecordKind::Lead)].into(),
            }),
            before: Some(Told { at: noon(), things: BTreeMap::new(), shown: BTreeSet::new() }),
        },
        "review": reviews::review(),
        "minutes": reviews::minutes(),
        "bucket": BucketState { full_at_ms: 1_795_000_000_000 },
        "writes": WritesState {
            minutes: vec![MinuteOfWrites { minute: 29_917_440, owners: 7, others: 2 }],
        },
        "audit": audit(),
    })
}

fn label(of: &str, label: &str) -> BTreeMap<String, String> {
    BTreeMap::from([(of.to_owned(), label.to_owned())])
}

/// The keys of all items.
pub fn keys() -> Vec<Key> {
    let lead = record(RecordKind::Lead);
    let event = EventId::of(&["sample"]);
    let decision = DecisionId::of(Function::LeadRouting, &event);
    let mut keys = vec![
        Key::record(&lead),
        Key::routing(&lead),
        Key::clocks(&lead),
        Key::handed(&lead),
        Key::gate(&lead),
        Key::deviations(&lead),
        Key::exceptions(&lead),
        Key::approvals(&lead),
        Key::audit(&Subject::Record(lead.clone()), &decision),
        Key::audit(&Subject::Person(anna()), &decision),
        Key::pool("dach_account_executives"),
        Key::identity("0123456789abcdef"),
        Key::behaviours(&visitor()),
        Key::behaviours(&contracts::Visitor::of_record(&record(RecordKind::Account))),
        Key::latest(&source(), "kranich.example"),
        Key::load(&anna()),
        Key::breaker(&anna()),
        Key::recount(),
        Key::leavers(),
        Key::absences(),
        Key::links(),
        Key::unjudged(),
        Key::digest(&anna(), "seller"),
        Key::review("forecast"),
        Key::minutes("forecast"),
        Key::effect(&event),
        Key::mailing(&anna()),
        Key::enclosed(&EventId::of(&["first"]), &event),
        Key::failures(Function::CrmSync, &event),
        Key::quarantine("2026-11-23".parse().unwrap(), &event),
        Key::bucket(&source(), "requests"),
        Key::writes(&source()),
        Key::sweep(),
        Key::crm_sweep(),
        Key::crm_labels(),
    ];
    keys.extend(metrics::keys());
    keys
}
