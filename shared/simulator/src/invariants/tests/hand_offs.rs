use contracts::state::{ClockStatus, ClocksState};
use testkit::{example_model, rules};

use super::*;

const ARRIVES: &str = "nothing leaves one team without arriving at the other";
const CLOCK: &str = "accepted.hand_off";

#[test]
fn a_hand_off_that_came_to_nothing_and_one_that_waits_for_ever_are_found() {
    let mut played = played_for(rules(example_model()), 6, 40);
    assert_eq!(played.finds(ARRIVES), [""; 0]);
    let open = |state: &mut ClocksState| {
        let run = state.clocks.get_mut(CLOCK);
        let run = run.filter(|run| run.status == ClockStatus::Running);
        run.map(|run| run.due = run.started).is_some()
    };
    played.change(Key::holds::<ClocksState>, open);
    let found = played.finds(ARRIVES);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("is open after its time"), "{found:?}");
    played.change(Key::holds::<ClocksState>, |state: &mut ClocksState| {
        let waits = |run: &contracts::state::Clock| {
            run.status == ClockStatus::Running && run.due == run.started
        };
        state.clocks.get(CLOCK).is_some_and(waits) && state.clocks.remove(CLOCK).is_some()
    });
    let found = played.finds(ARRIVES);
    assert!(found[0].contains("came to nothing"), "{found:?}");
}
