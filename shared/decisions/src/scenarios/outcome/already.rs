//! What a scenario says was so before it.

use std::collections::{BTreeMap, BTreeSet};

use contracts::state::{
    ApprovalsState, DeviationsState, Exception, ExceptionsState, OpenDeviation, StepsTaken,
};
use crm::PersonId;
use jiff::{SignedDuration, Timestamp};
use model::scenario::Scenario;

use super::super::approvals::answered;
use crate::{condition::wall, deviations, facts::Facts, rights::may, rules::Rules};

/// What the record is excepted from in a scenario: by the first who may, for as long as one lasts.
pub(super) fn exceptions(rules: &Rules, scenario: &Scenario) -> ExceptionsState {
    let model = &rules.model;
    let terms = model.exceptions.as_ref();
    let right = terms.and_then(|terms| model.decision_rights.get(&terms.right));
    let owner = scenario.record.owner();
    let mut people = right.into_iter().flat_map(|right| &right.people);
    let may = |person: &PersonId| {
        terms.is_some_and(|it| may(rules, &it.right, person, owner, scenario.at).is_ok())
    };
    // That there is one was made sure of when the scenario was read.
    let by = people.find(|it| may(it));
    let (Some(terms), Some(by), false) = (terms, by, scenario.exceptions.is_empty()) else {
        return ExceptionsState::default();
    };
    let deviation = |of: &&String| model.deviations.contains_key(*of);
    let (watched, criteria) = scenario.exceptions.iter().partition(deviation);
    let lasts = wall(terms.at_most).unwrap_or(SignedDuration::ZERO);
    let exception = Exception {
        by: by.clone(),
        owner: owner.cloned(),
        criteria: cloned(criteria),
        deviations: cloned(watched),
        from: scenario.at,
        until: scenario.at.checked_add(lasts).unwrap_or(Timestamp::MAX),
        reason: None,
    };
    ExceptionsState {
        granted: BTreeMap::from([("scenario".to_owned(), exception)]),
    }
}

/// What somebody has answered of the record as it is.
pub(super) fn approved(rules: &Rules, scenario: &Scenario) -> ApprovalsState {
    let facts = Facts::of(rules, &scenario.record, scenario.at);
    answered(&facts, &ApprovalsState::default(), &scenario.approvals)
}

fn cloned(names: BTreeSet<&String>) -> BTreeSet<String> {
    names.into_iter().cloned().collect()
}

/// The deviations that are open already, with the steps taken that were due on an earlier day of the company's.
pub(super) fn open(rules: &Rules, scenario: &Scenario) -> DeviationsState {
    let day = scenario
        .at
        .to_zoned(rules.company_zone().clone())
        .start_of_day();
    let today = day.map_or(scenario.at, |day| day.timestamp());
    let known = &rules.model.deviations;
    let open = scenario.open_since.iter().filter_map(|(name, since)| {
        let rule = known.get(name)?;
        let nth = 0..rule.steps.len();
        let due = nth.filter_map(|nth| deviations::step_due(&rule.steps, nth, *since));
        let taken = due.filter(|due| *due < today).count();
        let steps = StepsTaken {
            from: *since,
            taken: u32::try_from(taken).unwrap_or(u32::MAX),
        };
        let open = OpenDeviation {
            since: *since,
            severity: rule.severity,
            resolve_by: None,
            steps: Some(steps),
        };
        Some((name.clone(), open))
    });
    DeviationsState {
        open: open.collect(),
        ..DeviationsState::default()
    }
}
