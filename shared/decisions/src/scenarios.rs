//! Plays the business's own examples: what comes of each, beside what it expects.
//!
//! A record comes in at the scenario's time, in pools that have given nobody anything yet, among people who
//! are there and have nothing in hand unless it says otherwise, and
//! every decision that the scenario asks about is made as the functions make it.

mod approvals;
mod came;
mod emitted;
mod later;
mod outcome;
mod routing;
mod words;

use std::collections::BTreeMap;

use contracts::{
    Reason,
    state::{Absence, AbsencesState, LoadState, Span},
};
use crm::PersonId;
use jiff::Timestamp;
use model::scenario::{Expectation, Expected, Scenario};

use crate::rules::{Rules, Staffing};
use came::Came;
use outcome::Outcome;
use words::{NOT_RUNNING, fitting, listed, moment, pairs};

/// One expectation that was not met.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// Its line in the scenario's file.
    pub line: u32,
    /// What was expected of, in the words of the scenario: `rule`, or `due first_response`.
    pub of: String,
    /// What was expected.
    pub expected: String,
    /// What came of it.
    pub got: String,
    /// The reasons of the decision that came out otherwise.
    pub reasons: Vec<Reason>,
}

/// Plays a scenario; what comes back is what was expected and did not come. Nothing means that it
/// passed.
#[must_use]
pub fn play(rules: &Rules, scenario: &Scenario) -> Vec<Failure> {
    let rules = &staffing(rules, scenario);
    let mut outcome = Outcome::new(rules, scenario);
    let mut failures: Vec<Failure> = Vec::new();
    for expectation in &scenario.expect {
        let (expected, got) = compare(&mut outcome, &expectation.what);
        if expected != got {
            let reasons = outcome.reasons(&expectation.what);
            failed(&mut failures, expectation, (expected, got), reasons);
        }
    }
    let mut stands = outcome.stands();
    for moment in &scenario.later {
        let decided = stands.come_to(rules, moment);
        let came = Came {
            stands: &stands,
            decided,
        };
        for expectation in &moment.expect {
            let (expected, got) = came.compare(rules, &expectation.what);
            if expected != got {
                let reasons = came.reasons(&expectation.what);
                failed(&mut failures, expectation, (expected, got), reasons);
            }
        }
    }
    failures
}

/// Of one decision, the reasons are shown once.
fn failed(
    failures: &mut Vec<Failure>,
    expectation: &Expectation,
    (expected, got): (String, String),
    reasons: Vec<Reason>,
) {
    let shown = failures.iter().any(|failure| failure.reasons == reasons);
    let of = match &expectation.what {
        Expected::Due(clock, _) => format!("due {clock}"),
        Expected::Clock(clock, _) => format!("clocks {clock}"),
        other => other.word().to_owned(),
    };
    failures.push(Failure {
        line: expectation.line,
        of,
        expected,
        got,
        reasons: if shown { Vec::new() } else { reasons },
    });
}

/// The rules at the time of a scenario, with who is away on its days, and what people have in hand.
#[must_use]
pub fn staffing(rules: &Rules, scenario: &Scenario) -> Staffing {
    let later = scenario.later.iter();
    let days = later.map(|moment| (moment.at, &moment.away));
    let mut people: BTreeMap<PersonId, Vec<Absence>> = BTreeMap::new();
    for (at, away) in std::iter::once((scenario.at, &scenario.away)).chain(days) {
        let span = day_of(rules, at);
        for person in away {
            people.entry(person.clone()).or_default().push(Absence {
                span,
                reason: None,
                cover: None,
                of: None,
            });
        }
    }
    let loads = rules.model.people.keys().map(|person| {
        let open = scenario.open_leads.get(person).copied().unwrap_or(0);
        let load = LoadState {
            open,
            ..LoadState::default()
        };
        (person.clone(), load)
    });
    let absences = AbsencesState {
        people,
        ..AbsencesState::default()
    };
    // An example says what is decided, in a shadow month as after it.
    let rules = rules.enforced();
    rules.with_absences(absences).with_loads(loads.collect())
}

/// The whole day of an instant, where the company is.
fn day_of(rules: &Rules, at: Timestamp) -> Span {
    let day = at.to_zoned(rules.company_zone().clone());
    let from = day.start_of_day().unwrap_or_else(|_| day.clone());
    let to = day.tomorrow().and_then(|next| next.start_of_day());
    Span {
        from: from.timestamp(),
        to: to.unwrap_or(day).timestamp(),
    }
}

/// What is expected and what came of it, in the same words if it is the same.
fn compare(outcome: &mut Outcome<'_>, expected: &Expected) -> (String, String) {
    match expected {
        Expected::Rule(rule) => (rule.clone(), outcome.rule()),
        Expected::Owner(owner) => {
            let nobody = || "nobody".to_owned();
            let owner = owner.as_ref().map_or_else(nobody, ToString::to_string);
            (
                owner,
                outcome
                    .owner()
                    .map_or_else(nobody, |owner| owner.to_string()),
            )
        }
        Expected::Pool(pool) => (pool.clone(), outcome.pool()),
        Expected::Queue(queue) => (queue.clone(), outcome.queue()),
        Expected::Turn(turn) => (turn.word().to_owned(), outcome.turn()),
        Expected::WaitsFor(facts) => (listed(facts), listed(&outcome.waits_for())),
        Expected::MovedTo(stage) => (stage.clone(), outcome.moved_to()),
        Expected::Creates(records) => (outcome::followed(records), outcome.creates(records)),
        Expected::Journey(name) => (name.clone(), outcome.journey()),
        Expected::Sets(fields) => (pairs(fields), pairs(&outcome.sets())),
        Expected::Tells(people) => (listed(people), listed(&outcome.tells())),
        Expected::Asks(wanted) => (
            approvals::spoken(wanted),
            approvals::spoken(&outcome.asks()),
        ),
        Expected::Gate(gate) => (gate.word().to_owned(), outcome.gate()),
        Expected::Unmet(criteria) => (listed(criteria), listed(&outcome.unmet())),
        Expected::Due(clock, Some(at)) => (moment(at), outcome.due(clock, at.time_zone())),
        Expected::Due(clock, None) => {
            let zone = outcome.company_zone().clone();
            (NOT_RUNNING.to_owned(), outcome.due(clock, &zone))
        }
        Expected::Clock(clock, status) => (status.clone(), outcome.clock(clock)),
        Expected::Deviations(names) => (listed(names), listed(&outcome.deviations())),
        Expected::Segment(name) => (name.clone(), outcome.value_found("segment")),
        Expected::Territory(name) => (name.clone(), outcome.value_found("territory")),
        Expected::InIcp(fits) => (fitting(*fits), outcome.value_found("in_icp")),
    }
}
