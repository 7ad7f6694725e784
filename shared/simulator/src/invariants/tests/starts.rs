use contracts::state::ClocksState;
use model::Start;
use testkit::{example_model, example_with, rules};

use super::*;

const STARTS: &str = "what a stage starts is started";
const CLOCK: &str = "open_proposal";

/// A company in which each deal has a clock from the first stage on.
fn of_every_deal(days: u32, leads: u32) -> Played {
    let mut model = example_model();
    let terms = model.clocks.get_mut(CLOCK).expect("a clock");
    terms.when = None;
    terms.start = Start::StageEntered("discovery".to_owned());
    played_for(rules(model), days, leads)
}

#[test]
fn a_run_that_a_stage_started_and_nobody_kept_is_found() {
    let mut played = of_every_deal(3, 10);
    assert_eq!(played.finds(STARTS), [""; 0]);
    played.change(Key::holds::<ClocksState>, |state: &mut ClocksState| {
        state.clocks.remove(CLOCK).is_some() || state.owed.remove(CLOCK).is_some()
    });
    let found = played.finds(STARTS);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found
            .iter()
            .all(|it| it.contains("open_proposal never started"))
    );
}

#[test]
fn a_run_of_a_record_that_is_not_to_have_it_is_found() {
    let mut played = of_every_deal(5, 20);
    let mut model = played.rules.model.clone();
    // No deal of any story is as large.
    let small = example_with(
        "processes.yaml",
        "at_least: 10000 ",
        "at_least: 1000000000 ",
    );
    let when = small.clocks.get(CLOCK).and_then(|terms| terms.when.clone());
    model.clocks.get_mut(CLOCK).expect("a clock").when = when;
    played.rules = rules(model);
    let found = played.finds(STARTS);
    assert!(
        found.iter().any(|it| it.contains("which is not for it")),
        "{found:?}"
    );
}
