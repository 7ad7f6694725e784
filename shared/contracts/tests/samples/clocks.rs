//! The clocks of a record.

use std::collections::{BTreeMap, BTreeSet};

use contracts::state::*;
use crm::ActivityKind;
use model::{
    Budget, BudgetChanges, HandingOver, Meet, OwnerChanges, Recipient, Reopen, Start, Upon,
};

use super::{anna, noon, terms};

pub fn clocks() -> ClocksState {
    let left = Left::Budget("4 business hours".to_owned());
    let step = KeptStep {
        number: 1,
        after: None,
        after_previous: false,
        tell: Some(Recipient::Manager),
        within_working_time: false,
        move_to: None,
        reassign: Some(terms()),
    };
    let kept = KeptTerms {
        from: noon(),
        left: left.clone(),
        seconds: 14_400,
        warn_at: Some(75),
        warned: false,
        steps: vec![step],
        postponed: BTreeSet::from([2]),
        times: 1,
        by_owner: true,
        on_days: Some(1),
        kinds: BTreeSet::from([ActivityKind::Call, ActivityKind::Meeting]),
        or_meet: vec![KeptMeet {
            meet: Meet {
                upon: Upon::StageLeft("qualified".to_owned()),
                kinds: BTreeSet::new(),
                by_owner: true,
                times: 1,
                on_days: None,
            },
            contacts: BTreeSet::new(),
        }],
        sequence: Some(7),
        policy: RunPolicy {
            start: Start::Routed,
            met_upon: Upon::ActivityLogged,
            pause: None,
            owner_changes: OwnerChanges::Restart,
            reopen: Some(Reopen::Resume),
            within: Some(Budget::By {
                field: "lead.segment".parse().unwrap(),
                amounts: BTreeMap::new(),
                otherwise: None,
                unknown: Some("4 business hours".parse().unwrap()),
            }),
            budget_changes: BudgetChanges::FromStart,
            hand_off: Some(KeptHandOff {
                terms: HandingOver {
                    stage: "won".to_owned(),
                    to: "customer_success".to_owned(),
                    refused_to: Some("negotiation".to_owned()),
                },
                from: Some(anna()),
                answer: Some(HandOffAnswer {
                    by: anna(),
                    at: noon(),
                    refused: Some("the scope is not what was sold".to_owned()),
                }),
                leaves_for: None,
            }),
        },
        contacts: BTreeSet::from([noon()]),
        paused: Some(Paused {
            since: noon(),
            left: Left::Open(60),
        }),
        closed: Some(Left::Wall(60)),
        steps_left: Some(StepsLeft {
            since: noon(),
            from: None,
            left: BTreeMap::from([(1, left)]),
        }),
    };
    let clock = Clock {
        instance: 1,
        status: ClockStatus::Running,
        owner: anna(),
        started: noon(),
        budget: "4 business hours".to_owned(),
        calendar: "berlin".to_owned(),
        due: noon(),
        warn_at: Some(noon()),
        steps: vec![Step {
            number: 1,
            at: noon(),
            tell: Some(Recipient::Owner),
        }],
        met: None,
        ownerless: false,
        time_off: Some(vec![Span {
            from: noon(),
            to: noon(),
        }]),
        kept: Some(kept),
    };
    ClocksState {
        clocks: BTreeMap::from([("first_response".to_owned(), clock)]),
        owed: BTreeMap::from([("follow_up".to_owned(), noon())]),
        dated: BTreeMap::from([(
            "renewal".to_owned(),
            Dated {
                at: noon(),
                begun: false,
            },
        )]),
    }
}
