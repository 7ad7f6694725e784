//! What has another name now goes on under it, and what does not is said.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::collections::BTreeMap;

use contracts::state::ClocksState;
use crm::PersonId;
use decisions::{
    clocks::{Trigger, decide},
    renamed::{clocks, since},
};
use model::{OperatingModel, Start};
use testkit::{at, example_model, lead};

const WAS: &str = "first_response";
const NOW: &str = "first_answer";

/// The example, in which a clock has another name.
fn renamed() -> OperatingModel {
    let mut model = example_model();
    let clock = model.clocks.remove(WAS).expect("a clock");
    model.clocks.insert(NOW.to_owned(), clock);
    for clock in model.clocks.values_mut() {
        if clock.start == Start::ClockMet(WAS.to_owned()) {
            clock.start = Start::ClockMet(NOW.to_owned());
        }
    }
    model
}

fn with_was() -> OperatingModel {
    let mut model = renamed();
    model.renamed.clocks = BTreeMap::from([(NOW.to_owned(), WAS.to_owned())]);
    model
}

fn running() -> ClocksState {
    let staffing = testkit::example_staffing();
    let record = lead("1", at("2026-11-23T09:00:00Z")).account("DE", "software", 300);
    let (record, owner) = (record.owner("anna").build(), PersonId::new("anna"));
    let routed = Trigger::Routed {
        owner: &owner,
        at: record.created,
    };
    decide(&staffing, &record, None, None, routed)
        .expect("a clock")
        .clocks
}

#[test]
fn a_clock_runs_on_under_its_new_name() {
    let before = running();
    let staffing = testkit::staffing(with_was());
    let mut after = before.clone();
    clocks(&staffing, &mut after);
    assert!(!after.clocks.contains_key(WAS));
    assert_eq!(after.clocks[NOW], before.clocks[WAS]);
    // It is late when it would have been, and a second one does not start beside it.
    let record = lead("1", at("2026-11-23T09:00:00Z")).account("DE", "software", 300);
    let record = record.owner("anna").build();
    let due = before.clocks[WAS].due;
    let late = decide(
        &staffing,
        &record,
        None,
        Some(&after),
        Trigger::Due { at: due },
    );
    let late = late.expect("it is due").clocks;
    assert_eq!(late.clocks[NOW].instance, 1);
    assert!(late.clocks[NOW].status != before.clocks[WAS].status);
}

#[test]
fn what_does_not_go_on_from_what_is_deployed_is_said() {
    let deployed = example_model();
    assert!(since(&deployed, &deployed).is_empty());
    assert!(since(&deployed, &with_was()).is_empty());
    let lost = since(&deployed, &renamed());
    let said =
        "the clock first_response is deployed and gone here, and what runs under it ends with it";
    assert_eq!(lost.len(), 1);
    assert_eq!(lost[0].what, said);
    assert!(lost[0].fix.contains("`was: first_response`"));
    // What stands under the old name is only decided anew little by little.
    assert!(since(&with_was(), &with_was()).is_empty());
    let idle = since(&renamed(), &with_was());
    assert_eq!(idle[0].fix, "remove `was`");
    assert!(idle[0].place.is_some());
}
