use std::collections::BTreeSet;

use contracts::{
    Key,
    state::{Clock, ClockStatus, ClocksState},
};
use jiff::Timestamp;
use model::{ClockTerms, Upon};

use super::seen::Seen;
use crate::portal::Held;

/// A clock that asks for a kind of activity is met by one of that kind and by nothing else, and by each that there is.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let asks = |terms: &ClockTerms| {
        let activities = terms.meet.upon == Upon::ActivityLogged && !terms.meet.kinds.is_empty();
        activities && terms.or_meet.is_empty() && !terms.meet.by_owner && terms.meet.times == 1
    };
    let clocks = seen.rules.model.clocks.iter();
    let asking: Vec<(&String, &ClockTerms)> = clocks.filter(|(_, terms)| asks(terms)).collect();
    for copy in seen.copies() {
        let id = &copy.record.id;
        let held = seen.ending.records.get(id).filter(|held| !held.deleted);
        let runs = seen.state::<ClocksState>(&Key::clocks(id));
        let (Some(held), Some(runs)) = (held, runs) else {
            continue;
        };
        for (name, terms) in &asking {
            let logged = logged(held, terms);
            // By another deployment it may have another name, which begins with this one.
            let its = runs.clocks.iter();
            let its = its.filter(|(it, _)| it.starts_with(name.as_str()));
            found.extend(its.filter_map(|(it, run)| {
                let what = wrong(run, &logged)?;
                Some(format!("{it} of {id} {what}"))
            }));
        }
    }
    found
}

/// When what meets the clock was logged with a record.
fn logged(held: &Held, terms: &ClockTerms) -> BTreeSet<Timestamp> {
    let all = held.activities.iter();
    let asked = all.filter(|(kind, _)| terms.meet.kinds.contains(kind));
    asked.flat_map(|(_, all)| all).map(|it| it.at).collect()
}

fn wrong(run: &Clock, logged: &BTreeSet<Timestamp>) -> Option<String> {
    let met = matches!(run.status, ClockStatus::MetInTime | ClockStatus::MetLate);
    if met {
        let met = run.met?;
        return (!logged.contains(&met))
            .then(|| format!("is met at {met}, and nothing of its kind was logged then"));
    }
    let missed = logged.iter().find(|at| **at > run.started);
    let missed = missed.filter(|_| run.status.is_open())?;
    Some(format!(
        "runs since {}, and what meets it was logged at {missed}",
        run.started
    ))
}
