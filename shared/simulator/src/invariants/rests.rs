use std::collections::BTreeSet;

use contracts::{
    EventData, Key, Notice, Reminder, ReminderAnswer, ReminderAnswered, Resting,
    state::{ClocksState, DeviationsState},
};
use crm::RecordId;
use decisions::{reminders::LONGEST_SNOOZE, resting::OnRecord};

use super::seen::Seen;

/// What somebody has answered to a reminder rests for as long as they said and no longer, while it is open; and whoever
/// decides whose it is hears that it is not theirs.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for copy in seen.copies() {
        let id = &copy.record.id;
        let Some(state) = seen.state::<DeviationsState>(&Key::deviations(id)) else {
            continue;
        };
        let clocks = seen.state::<ClocksState>(&Key::clocks(id));
        let on = OnRecord {
            clocks: clocks.as_ref().map(|it| &it.clocks),
            deviations: Some(&state),
        };
        let mut met = BTreeSet::new();
        for it in &state.resting {
            let name = it.of.name();
            if !met.insert((&it.by, &it.of)) {
                found.push(format!("{name} of {id} rests twice for {}", it.by));
            }
            if let Some(what) = wrong(seen, id, it) {
                found.push(format!("{name} of {id} rests for {}: {what}", it.by));
            }
        }
        // By another deployment a clock may have another name.
        let known = |it: &Resting| match &it.of {
            Reminder::Deviation { .. } => true,
            Reminder::Clock { name, .. } => on.clocks.is_some_and(|all| all.contains_key(name)),
        };
        let over = |it: &&Resting| known(it) && !on.has(&it.of);
        for it in state.resting.iter().filter(over) {
            found.push(format!(
                "{} of {id} is over, and rests for {}",
                it.of.name(),
                it.by
            ));
        }
    }
    found.extend(not_told(seen));
    found
}

fn wrong(seen: &Seen<'_>, id: &RecordId, it: &Resting) -> Option<String> {
    let mut events = seen.ending.events.values();
    let answered = |said: &ReminderAnswered| {
        said.by == it.by && said.answer == it.answer && said.of.contains(&it.of)
    };
    let said = events.any(|event| {
        let of = event.record.as_ref() == Some(id);
        of && matches!(&event.data, EventData::ReminderAnswered(said) if answered(said))
    });
    if !said {
        return Some("they have not said so".to_owned());
    }
    let longest = it.until.duration_since(it.at);
    let ends = match &it.answer {
        ReminderAnswer::Snoozed { until, .. } => it.until == *until && longest <= LONGEST_SNOOZE,
        ReminderAnswer::Done | ReminderAnswer::NotMine { .. } => longest.as_hours() <= 7 * 24,
    };
    (!ends).then(|| format!("until {}, after an answer of {}", it.until, it.at))
}

/// Each answer that it is not theirs which was kept was told to somebody.
fn not_told(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for audit in &seen.audits {
        let counted = audit.outcome.starts_with("not mine for");
        let told = audit.events.iter().any(|it| {
            matches!(
                &it.data,
                EventData::NoticeRequested {
                    notice: Notice::NotMine(_),
                    ..
                }
            )
        });
        let nobody = audit
            .reasons
            .iter()
            .any(|it| it.note.as_deref() == Some("nobody is there to be told"));
        if counted && !told && !nobody {
            found.push(format!("{}: told to nobody", audit.outcome));
        }
    }
    found
}
