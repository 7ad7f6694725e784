use std::sync::Arc;

use contracts::Event;
use engine::{ATTEMPTS, CycleError, Failure};
use jiff::SignedDuration;

use super::Company;
use crate::{
    ending::{Ending, Failed},
    process::Process,
    world::after,
};

impl Company<'_> {
    /// Notes a failure that nothing explains: no call went wrong, and it does not say itself that every race was
    /// lost.
    pub(super) fn failed(&mut self, process: &Process, event: Option<&Arc<Event>>, why: &Failure) {
        let (faults, lost_races) = (process.turn.faults, process.turn.lost_races);
        let outrun = || {
            let says = CycleError::Outrun(ATTEMPTS).to_string();
            lost_races >= ATTEMPTS && why.to_string().contains(&says)
        };
        let explained = faults > 0 || outrun();
        if !explained || matches!(why, Failure::Final(_)) {
            self.ending.failed.push(Failed {
                function: process.function,
                event: event.cloned(),
                why: why.clone(),
            });
        }
    }

    /// How it ended.
    pub(super) fn end(self) -> Ending {
        let inside = self.world.lock();
        inside.store.catch_up();
        let mut ending = self.ending;
        ending.at_rest = self.agenda.next().is_none();
        // The last tick comes at the last full minute.
        let last = after(self.story.until, SignedDuration::from_mins(-1));
        ending.overdue = inside.store.due_by(last);
        ending.items = inside.store.everything();
        ending.records.clone_from(inside.portal.records());
        ending.tasks = inside.portal.tasks().to_vec();
        ending.written = inside.portal.written().to_vec();
        ending.states.clone_from(&inside.states);
        ending.mails.clone_from(&inside.mails);
        ending.mails_in_doubt.clone_from(&inside.mails_in_doubt);
        ending.now = inside.now;
        ending
    }
}
