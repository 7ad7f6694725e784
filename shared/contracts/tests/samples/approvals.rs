//! What is asked to be approved, and what came of it.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    ApprovalAnswered, ApprovalAsked, ApprovalLapsed, ApprovalSettled, EventData, HeldAnswered,
    ValuesDigest, state::*,
};
use crm::PersonId;

use super::{anna, at, noon};

const DISCOUNT: &str = "discount";

fn jonas() -> PersonId {
    PersonId::new("jonas")
}

/// Everything that happens to approvals, and what else people answer.
pub fn about_approvals() -> Vec<EventData> {
    let settled = |reason: Option<&str>| ApprovalSettled {
        approval: DISCOUNT.to_owned(),
        run: 2,
        by: jonas(),
        reason: reason.map(str::to_owned),
    };
    vec![
        EventData::ApprovalAsked(ApprovalAsked {
            approval: DISCOUNT.to_owned(),
            run: 2,
            right: "approve_small".to_owned(),
            of: BTreeSet::from([jonas()]),
            due: Some(at("2026-11-24T12:00:00Z")),
        }),
        EventData::ApprovalAnswered(ApprovalAnswered {
            approval: DISCOUNT.to_owned(),
            run: 2,
            by: jonas(),
            given: false,
            reason: Some("the margin is gone".to_owned()),
        }),
        EventData::HoldAnswered(HeldAnswered {
            of: anna(),
            by: jonas(),
            answer: HoldAnswer::LetStand,
        }),
        EventData::ApprovalGiven(settled(None)),
        EventData::ApprovalRefused(settled(Some("the margin is gone"))),
        EventData::ApprovalLapsed(ApprovalLapsed {
            approval: DISCOUNT.to_owned(),
            run: 1,
        }),
    ]
}

pub fn approvals() -> ApprovalsState {
    let pending = Approval {
        run: 1,
        values: ValuesDigest::of(&["amount", "1000"]),
        since: noon(),
        right: "approve_small".to_owned(),
        of: BTreeSet::from([anna(), jonas()]),
        last: Some(anna()),
        due: Some(at("2026-11-24T12:00:00Z")),
        given: BTreeMap::from([(anna(), noon())]),
        status: ApprovalStatus::Pending,
        by: None,
        at: None,
        reason: None,
    };
    let refused = Approval {
        run: 2,
        due: None,
        given: BTreeMap::new(),
        status: ApprovalStatus::Refused,
        by: Some(jonas()),
        at: Some(noon()),
        reason: Some("the margin is gone".to_owned()),
        ..pending.clone()
    };
    ApprovalsState {
        stood: BTreeMap::from([(
            "trade".to_owned(),
            crm::Value::Person(PersonId::new("anna")),
        )]),
        asked: BTreeMap::from([
            ("terms".to_owned(), pending),
            (DISCOUNT.to_owned(), refused),
        ]),
        next: Some(noon()),
    }
}
