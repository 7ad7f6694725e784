//! What is kept of a review.

use contracts::{ReviewRequested, ValuesDigest, state::*};

use super::{anna, noon, record};
use crm::RecordKind;

fn stood() -> Stood {
    Stood {
        told: Told {
            at: noon(),
            things: [(
                record(RecordKind::Opportunity),
                ["no_contact 1795000000".to_owned()].into(),
            )]
            .into(),
            shown: [].into(),
        },
        actions: [3].into(),
        metrics: [(
            "sql_integrity".to_owned(),
            StoodMetric {
                form: "portion".to_owned(),
                total: Tallied {
                    yes: 38,
                    no: 4,
                    ..Tallied::default()
                },
            },
        )]
        .into(),
        definitions: [(
            "metrics.sql_integrity".to_owned(),
            ValuesDigest::of(&["95"]),
        )]
        .into(),
    }
}

pub fn review() -> ReviewState {
    ReviewState {
        day: "2026-11-24".parse().unwrap(),
        stood: stood(),
        before: Some(stood()),
    }
}

pub fn minutes() -> MinutesState {
    MinutesState {
        decided: vec![Decided {
            at: noon(),
            by: anna(),
            right: Some("approve_large_discount".to_owned()),
            what: "no discount above 30 % this quarter".to_owned(),
        }],
        actions: [(
            3,
            ReviewAction {
                what: "call the five largest".to_owned(),
                owner: anna(),
                due: "2026-12-01".parse().unwrap(),
                by: anna(),
                from: noon(),
                done: Some((noon(), anna())),
            },
        )]
        .into(),
        last: 3,
    }
}

pub fn requested() -> ReviewRequested {
    ReviewRequested {
        to: anna(),
        review: "forecast".to_owned(),
        day: "2026-11-24".parse().unwrap(),
    }
}
