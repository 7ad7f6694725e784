//! Writes decisions into the CRM: a record's owner, its stage, a task beside it. The only function
//! that changes anything there.
//!
//! It decides nothing: it looks again at what stands in the CRM, writes only what is still needed,
//! and leaves alone what somebody has changed since. The same event, however often it comes and
//! wherever the function died, leads to one write and one task.

mod ceiling;
mod crm_port;
mod due;
mod property;
mod target;
mod task;

#[cfg(test)]
mod tests;

use contracts::{CrmWrite, Event, EventData};
use decisions::Rules;
use jiff::Timestamp;
use lambda_shell::{Failure, Handler};
use model::Revision;
use store::{Attempt, Ended, Store, once};

use property::FieldWrite;
use target::Target;

pub use crm_port::{Crm, Trouble};

/// The function, over any store and CRM.
#[derive(Debug)]
pub struct CrmWriteback<S, C> {
    store: S,
    crm: C,
    rules: Rules,
}

impl<S: Store, C: Crm> CrmWriteback<S, C> {
    /// Writes in the spelling of these rules' model.
    #[must_use]
    pub const fn new(store: S, crm: C, rules: Rules) -> Self {
        Self { store, crm, rules }
    }

    /// Does what is asked, or says why it is left.
    async fn write(
        &self,
        event: &Event,
        write: &CrmWrite,
        now: Timestamp,
    ) -> Result<Ended, Failure> {
        let Some(record) = &event.record else {
            return Ok(Ended::skipped("the event names no record to write to"));
        };
        let target = match Target::of(&self.rules.model, record, write) {
            Ok(target) => target,
            Err(why) => return Ok(Ended::skipped(why)),
        };
        let written = match write {
            CrmWrite::Owner { to, only_if } => {
                let field_write = FieldWrite::owner(to, only_if.as_ref());
                self.set(&target, field_write, now).await
            }
            CrmWrite::Stage { to, only_if } => {
                let field_write = FieldWrite::stage(to, only_if.as_deref());
                self.set(&target, field_write, now).await
            }
            CrmWrite::Task {
                subject,
                lines,
                owner,
            } => {
                let task = task::of(
                    &self.rules,
                    &target,
                    event,
                    subject,
                    lines,
                    owner.as_ref(),
                    now,
                );
                self.create(&target, &task, now).await
            }
        };
        match written {
            Ok(ended) => Ok(ended),
            Err(Trouble::Gone) => Ok(Ended::skipped("the CRM does not have the record any more")),
            Err(Trouble::Failed(failure)) => Err(failure),
        }
    }
}

impl<S: Store, C: Crm> Handler for CrmWriteback<S, C> {
    async fn handle(&self, event: &Event, now: Timestamp) -> Result<(), Failure> {
        let EventData::CrmWriteRequested { write } = &event.data else {
            return Ok(());
        };
        let effect = self.write(event, write, now);
        match once(&self.store, &event.id, now, effect).await? {
            Attempt::Ended => Ok(()),
            Attempt::Busy(until) => Err(Failure::Later(format!(
                "another delivery of this event is at it until {until}"
            ))),
        }
    }

    fn revision(&self) -> Option<&Revision> {
        Some(&self.rules.model.revision)
    }
}
