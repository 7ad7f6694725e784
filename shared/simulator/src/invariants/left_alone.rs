use contracts::{
    Key,
    state::{ClocksState, DeviationsState},
};
use decisions::{Facts, Stands};

use super::seen::Seen;

/// What is on no journey of the model is left alone: nothing of it is late, and nothing is open.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for copy in seen.copies() {
        let id = &copy.record.id;
        let facts = Facts::of(seen.rules, &copy.record, seen.ending.now);
        if copy.record.archived || facts.stands() != Stands::Outside {
            continue;
        }
        let clocks = seen.state::<ClocksState>(&Key::clocks(id));
        let clocks = clocks.map(|it| it.clocks).unwrap_or_default();
        for (name, _) in clocks.iter().filter(|(_, clock)| clock.status.is_open()) {
            found.push(format!(
                "{id} is on no journey, and the clock {name} is open"
            ));
        }
        let deviations = seen.state::<DeviationsState>(&Key::deviations(id));
        let open = deviations.map(|it| it.open).unwrap_or_default();
        for name in open.keys() {
            found.push(format!("{id} is on no journey, and {name} is open"));
        }
    }
    found
}
