//! How long the runs of a clock took, as a metric counts them live.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::collections::BTreeMap;

use contracts::state::{ClocksState, Counting, MetricState};
use crm::{Contacted, PersonId, Record};
use decisions::{
    Rules,
    clocks::{Trigger, decide},
    metrics::{Changed, Standings, contributions, counted, tally},
};
use jiff::{Timestamp, civil::date};
use metrics::Figure;
use testkit::{at, example_staffing, lead};

const METRICS: &str = "metrics:
  slow: { owner: jonas, of: clock first_response, quantile: 90%, window: 30d }
";

fn rules() -> Rules {
    let files = testkit::example_files_with_metrics(METRICS);
    testkit::rules(testkit::model_of(&files.into_iter().collect()))
}

/// Friday 15:10 in Berlin; Friday's work ends at 16:00, Monday's begins at 9:00. The budget is four hours of work.
fn friday() -> Timestamp {
    at("2026-11-20T14:10:00Z")
}

fn record() -> Record {
    lead("1", friday()).account("DE", "software", 300).build()
}

fn started() -> ClocksState {
    let staffing = example_staffing();
    let anna = PersonId::new("anna");
    let routed = Trigger::Routed {
        owner: &anna,
        at: friday(),
    };
    let clocked = decide(&staffing, &record(), None, None, routed);
    clocked.expect("a clock").clocks
}

fn after(clocks: &ClocksState, trigger: Trigger<'_>) -> ClocksState {
    let clocked = decide(&example_staffing(), &record(), None, Some(clocks), trigger);
    clocked.expect("something new").clocks
}

fn met(clocks: &ClocksState, text: &str) -> ClocksState {
    let contact = Contacted {
        at: at(text),
        by: Some(PersonId::new("anna")),
    };
    let changed = Trigger::Changed {
        modified: contact.at,
        contact: Some(&contact),
        replied: None,
        fields: &[],
        sequence: 0,
    };
    after(clocks, changed)
}

fn counts(clocks: &ClocksState, now: &str) -> Option<Counting> {
    let others = Standings {
        clocks: Some(clocks.clone()),
        ..Standings::default()
    };
    let counted = contributions(&rules(), &record(), &others, at(now));
    counted.get("slow").map(|it| it.counts.clone())
}

#[test]
fn an_answer_took_the_hours_of_work_that_passed() {
    let running = started();
    assert_eq!(counts(&running, "2026-11-20T14:30:00Z"), None);
    // Fifty minutes of Friday, and one of Monday.
    let monday = met(&running, "2026-11-23T08:01:00Z");
    let took = Some(Counting::Took(Some(51 * 60)));
    assert_eq!(counts(&monday, "2026-11-23T09:00:00Z"), took);
    // It tells nothing of the last thirty days afterwards.
    assert_eq!(counts(&monday, "2027-01-20T09:00:00Z"), None);
}

#[test]
fn what_came_late_took_longer_and_what_has_not_come_is_not_known() {
    let running = started();
    let due = running.clocks["first_response"].due;
    assert_eq!(due, at("2026-11-23T11:10:00Z"));
    let mut late = running;
    while late.clocks["first_response"].status != contracts::state::ClockStatus::Late {
        let next = late.next().expect("something is due");
        late = after(&late, Trigger::Due { at: next });
    }
    assert_eq!(
        counts(&late, "2026-11-23T11:30:00Z"),
        Some(Counting::Took(None))
    );
    // Four hours and twenty-five minutes, to a thirtieth.
    let met = met(&late, "2026-11-23T11:35:00Z");
    let Some(Counting::Took(Some(seconds))) = counts(&met, "2026-11-23T12:00:00Z") else {
        unreachable!("it was met");
    };
    assert!((seconds - (4 * 60 + 25) * 60).abs() <= 265 * 2, "{seconds}");
}

#[test]
fn the_quantile_is_that_of_all_of_them_and_what_is_taken_back_is_gone() {
    let contribution = |took: Option<i64>| {
        let form = decisions::metrics::form(&rules().model.metrics["slow"].measure);
        contracts::state::Contribution {
            form: form.expect("it is counted live"),
            counts: Counting::Took(took),
            groups: BTreeMap::new(),
        }
    };
    let all: Vec<_> = (1..=20).map(|it| contribution(Some(it * 600))).collect();
    let late = contribution(None);
    let day = (date(2026, 11, 23), friday());
    let added = |it| Changed {
        before: None,
        after: Some(it),
    };
    let mut changes: Vec<_> = all.iter().map(added).collect();
    changes.push(added(&late));
    let state = counted(None, &changes, 0, day).expect("it is counted");
    let figure = |state: &MetricState| tally(&state.form, &state.total).figure();
    let Figure::Passage { quantile, underway } = figure(&state) else {
        unreachable!("it is a length");
    };
    assert_eq!((quantile.percent, quantile.of, underway), (90, 20, 1));
    assert_eq!(quantile.value, Some(metrics::Quantity::whole(18 * 600)));
    let taken: Vec<_> = all
        .iter()
        .chain([&late])
        .map(|it| Changed {
            before: Some(it),
            after: None,
        })
        .collect();
    let state = counted(Some(&state), &taken, 0, day).expect("it has changed");
    assert_eq!(state.total, contracts::state::Tallied::default());
}
