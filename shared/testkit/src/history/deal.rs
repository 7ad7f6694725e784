use std::collections::BTreeMap;

use contracts::{
    AuditRecord, CrmWrite, DecisionDraft, EventData, Function, Notice, Reason, Verdict,
};
use model::GateMode;

use super::{anna, decide, finding, first, november, record, rule, synced};

/// The decisions about `opportunity:9`: the first copy, and a move that is turned back.
///
/// # Panics
/// Never.
#[must_use]
pub fn of_deal() -> Vec<AuditRecord> {
    let noticed = first("moved", &record("opportunity:9"), november("23T09:00:00"));
    let (sync, changed) = synced(&noticed, november("23T09:00:01"), &["stage"]);
    let draft = DecisionDraft {
        outcome: "turned back: from sql to discovery, not met: budget, need".to_owned(),
        facts: BTreeMap::from([("opportunity.amount".to_owned(), "12000".to_owned())]),
        reasons: reasons(),
        emits: emits(),
    };
    let gate = decide(
        Function::StageGates,
        &changed,
        7,
        november("23T09:00:02"),
        draft,
    );
    vec![sync, gate]
}

fn reasons() -> Vec<Reason> {
    let amount = finding(
        "opportunity.amount",
        "12000",
        "at least 20000",
        Verdict::NotHeld,
        22,
    );
    let pain = finding(
        "opportunity.the_business_problem_in_their_own_words",
        "",
        "a value",
        Verdict::Unknown,
        23,
    );
    let close = finding(
        "opportunity.close_date",
        "2026-12-01",
        "less than 60 days ago or ahead",
        Verdict::Held,
        24,
    );
    let may = Reason {
        note: Some("from discovery it may move to sql, lost".to_owned()),
        ..rule(
            "lifecycles.opportunity.discovery.may_move_to",
            18,
            Verdict::Held,
            Vec::new(),
        )
    };
    let criterion = |name: &str, line, verdict, finding| {
        let name = format!("lifecycles.opportunity.sql.enter.{name}");
        rule(&name, line, verdict, vec![finding])
    };
    vec![
        may,
        criterion("budget", 22, Verdict::NotHeld, amount),
        criterion("need", 23, Verdict::Unknown, pain),
        criterion("soon", 24, Verdict::Held, close),
    ]
}

fn emits() -> Vec<EventData> {
    let (from, to, mode) = ("discovery".to_owned(), "sql".to_owned(), GateMode::TurnBack);
    let words = vec!["Please change: amount (now 12000, needed: at least 20000)".to_owned()];
    let write = |write| EventData::CrmWriteRequested { write };
    vec![
        EventData::GateTurnedBack {
            from: from.clone(),
            to: to.clone(),
            unmet: vec!["budget".to_owned(), "need".to_owned()],
            mode,
        },
        write(CrmWrite::Stage {
            to: from.clone(),
            only_if: Some(to.clone()),
        }),
        write(CrmWrite::Task {
            subject: "Not ready for sql".to_owned(),
            lines: words.clone(),
            owner: Some(anna()),
        }),
        EventData::NoticeRequested {
            to: anna(),
            notice: Notice::GateNotMet {
                from,
                to,
                unmet: words,
                mode,
            },
        },
    ]
}
