use std::collections::BTreeMap;

use contracts::{EventData, Key, Notice, SignalMoved, state::MetricState};

use super::seen::Seen;

/// A signal opens and is over in turn, each told once, and what is open is what was decided last.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: BTreeMap<&str, bool> = BTreeMap::new();
    let mut moved: Vec<_> = seen
        .audits
        .iter()
        .flat_map(|audit| {
            let told = audit.events.iter().filter_map(|it| signal(&it.data));
            told.map(|it| (audit.at, it))
        })
        .collect();
    moved.sort_by_key(|it| it.0);
    for (at, it) in moved {
        let before = open.insert(&it.signal, it.open).unwrap_or(false);
        if before == it.open {
            let what = if it.open { "opens" } else { "is over" };
            found.push(format!("{} {what} at {at}, and did so before", it.signal));
        }
    }
    for (name, signal) in &seen.rules.model.signals {
        let state = seen.state::<MetricState>(&Key::metric(&signal.metric));
        let kept = state.is_some_and(|it| it.signals.contains_key(name));
        let decided = open.get(name.as_str()).copied().unwrap_or(false);
        if kept != decided {
            found.push(format!(
                "{name} is kept as open: {kept}, and it was decided: {decided}"
            ));
        }
    }
    found
}

const fn signal(data: &EventData) -> Option<&SignalMoved> {
    match data {
        EventData::NoticeRequested {
            notice: Notice::SignalMoved(it),
            ..
        } => Some(it),
        _ => None,
    }
}
