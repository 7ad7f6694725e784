use contracts::{Event, Key, state::AbsencesState};
use crm::PersonId;
use engine::{Clock, Crm, CrmError, Ended, Failure, NewTask};
use jiff::Timestamp;
use store::{Store, read_or_default};

use crate::{
    due::due_of,
    rolling_hour::Purpose,
    target::Target,
    writeback::{CrmWriteback, WriteError},
};

/// What a task is about: its heading, its lines, whose it is.
type Asked<'a> = (&'a str, &'a [String], Option<&'a PersonId>);

impl<S: Store, C: Clock, R: Crm> CrmWriteback<S, C, R> {
    /// Creates the task that an event asks for, unless it is there. Its marker is made of the
    /// event's id, so that the same event finds its task again.
    pub(crate) async fn create(
        &self,
        crm: &R,
        target: &Target<'_>,
        event: &Event,
        id: &str,
        (subject, lines, owner): Asked<'_>,
        now: Timestamp,
    ) -> Result<Ended, WriteError> {
        let mapping = target.mapping;
        let marker = format!("fairlead-{}", event.id);
        let there = crm.find_task(mapping, id, &marker).await?;
        if let Some(id) = there {
            return Ok(Ended::done(format!("already so: task {id}")));
        }
        // When it is due depends on who is away.
        let read = self.table.store.get(&[Key::absences()]).await;
        let read = read.map_err(Failure::from)?;
        let absences: AbsencesState = read_or_default(read.first()).map_err(Failure::from)?;
        let task = NewTask {
            subject: subject.to_owned(),
            body: lines.join("\n"),
            marker,
            owner: owner.and_then(|owner| mapping.owner_id(owner)),
            due: due_of(&self.rules.with_absences(absences), owner, now),
        };
        let (taken, full) = self.take_writes(target, Purpose::Other, 1).await;
        let Some(taken) = taken else {
            return Err(full.unwrap_or_else(Failure::out_of_time).into());
        };
        let created = crm.create_task(mapping, id, &task).await;
        if created.as_ref().is_err_and(CrmError::surely_did_nothing) {
            self.give_back(target, &taken, 1).await;
        }
        let id = created?;
        Ok(Ended::done(format!("task {id} created")))
    }
}
