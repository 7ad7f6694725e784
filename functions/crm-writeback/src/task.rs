use contracts::Event;
use crm::PersonId;
use crm_webhooks::hubspot::{
    ObjectType,
    task::{NewTask, Priority},
};
use decisions::Rules;
use jiff::Timestamp;
use store::{Ended, Store};

use crate::{
    CrmWriteback,
    crm_port::{Crm, Trouble},
    due::due_of,
    target::Target,
};

/// The task that an event asks for. Its marker is made of the event's id, so that the same event
/// finds its task again.
pub(crate) fn of(
    rules: &Rules,
    target: &Target<'_>,
    event: &Event,
    subject: &str,
    lines: &[String],
    owner: Option<&PersonId>,
    now: Timestamp,
) -> NewTask {
    let object = ObjectType::named(&target.mapping.object);
    NewTask {
        subject: subject.to_owned(),
        body: lines.join("\n"),
        marker: format!("fairlead-{}", event.id),
        owner: owner.and_then(|owner| target.mapping.owner_id(owner)),
        due: due_of(rules, owner, now),
        priority: Priority::High,
        about: object
            .map(|object| (object, target.id.to_owned()))
            .into_iter()
            .collect(),
    }
}

impl<S: Store, C: Crm> CrmWriteback<S, C> {
    /// Creates a task unless it is there.
    pub(crate) async fn create(
        &self,
        target: &Target<'_>,
        task: &NewTask,
        now: Timestamp,
    ) -> Result<Ended, Trouble> {
        let object = &target.mapping.object;
        // Without a record to hang it on, the task could not be found again.
        if task.about.is_empty() {
            return Ok(Ended::skipped(format!(
                "a task cannot be made about objects of the kind {object}"
            )));
        }
        let there = self.crm.find_task(object, target.id, &task.marker).await?;
        if let Some(id) = there {
            return Ok(Ended::done(format!("already so: task {id}")));
        }
        self.take_write(target, now).await?;
        let id = self.crm.create_task(task).await?;
        Ok(Ended::done(format!("task {id} created")))
    }
}
