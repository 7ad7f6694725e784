//! How far the looks through a CRM have come.

use contracts::state::*;
use crm::RecordKind;

use super::{noon, source};

pub fn sweep() -> SweepState {
    let counts = SweepCounts {
        seen: 300,
        missed: 2,
        unread: 1,
    };
    SweepState {
        runs: vec![SweepRun {
            kind: SweepKind::Recount,
            began: noon(),
            left: vec![SweepPart {
                source: source(),
                kind: RecordKind::Lead,
                gone: true,
                after: Some("300".to_owned()),
            }],
            counts,
            failed: Some(SweepFailed {
                times: 2,
                why: "the CRM is away".to_owned(),
            }),
        }],
        loaded: vec![LoadedPart {
            source: source(),
            kind: RecordKind::Lead,
            at: noon(),
            seen: noon(),
        }],
        people: Some(noon()),
        recounted: Some("2026-11-23".parse().unwrap()),
        judged: Some(JudgedBy {
            revision: 3,
            model: "0123456789abcdef".to_owned(),
        }),
        ended: vec![SweepEnded {
            kind: SweepKind::Load,
            began: noon(),
            at: noon(),
            counts,
        }],
    }
}
