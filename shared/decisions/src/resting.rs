//! What rests for somebody: what they were reminded of, and have answered.

use std::collections::BTreeMap;

use contracts::{
    Reminder, Resting,
    state::{Clock, DeviationsState},
};
use crm::PersonId;
use jiff::Timestamp;

/// What is open on a record now.
#[derive(Debug, Clone, Copy)]
pub struct OnRecord<'a> {
    /// Its clocks.
    pub clocks: Option<&'a BTreeMap<String, Clock>>,
    /// Its deviations, and what was answered before.
    pub deviations: Option<&'a DeviationsState>,
}

impl OnRecord<'_> {
    /// Whether it is open still.
    #[must_use]
    pub fn has(&self, of: &Reminder) -> bool {
        match of {
            Reminder::Clock { name, instance } => {
                let clock = self.clocks.and_then(|clocks| clocks.get(name));
                clock.is_some_and(|it| it.instance == *instance && it.status.is_open())
            }
            Reminder::Deviation { name, since } => {
                let open = self.deviations.and_then(|it| it.open.get(name));
                open.is_some_and(|it| it.since == *since)
            }
        }
    }
}

/// Whether somebody is not reminded of it now, by what they have answered.
#[must_use]
pub fn rests<'a>(
    state: &'a DeviationsState,
    reader: &PersonId,
    of: &Reminder,
    now: Timestamp,
) -> Option<&'a Resting> {
    let mut answers = state.resting.iter();
    answers.find(|it| it.by == *reader && it.of == *of && now < it.until)
}

/// What was answered of what is over by now has no meaning any more; whether there was any.
pub(crate) fn forget(
    state: &mut DeviationsState,
    clocks: Option<&BTreeMap<String, Clock>>,
) -> bool {
    let answers = std::mem::take(&mut state.resting);
    let before = answers.len();
    let on = OnRecord {
        clocks,
        deviations: Some(state),
    };
    let open = answers.into_iter().filter(|it| on.has(&it.of)).collect();
    state.resting = open;
    state.resting.len() < before
}
