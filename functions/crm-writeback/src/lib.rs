//! Writes into the CRM what was decided: owners, stages, tasks, one by one. The only function
//! that changes anything there.
//!
//! It decides nothing: it looks again at what stands in the CRM, writes only what is still needed,
//! leaves alone what somebody has changed since, and puts back what somebody changed at the same
//! moment. The same event, however often it comes and wherever the function died, leads to one write
//! and one task. A final no of the CRM is an outcome: it is recorded, and told to the operators and
//! to whoever decides what follows.

mod ceiling;
mod due;
mod field;
mod refusal;
mod rolling_hour;
mod target;
mod task;
mod writeback;

#[cfg(test)]
mod tests;

use contracts::{CrmWrite, Event, EventData};
use engine::{
    Attempt, Clock, Crm, CrmError, Ended, Failure, Handler, Tried,
    time::{SHOWN_SOON, may_be_unseen},
};
use jiff::Timestamp;
use model::Revision;
use store::Store;

use field::FieldWrite;
use target::Target;
use writeback::WriteError;

pub use writeback::CrmWriteback;

impl<S: Store, C: Clock, R: Crm> CrmWriteback<S, C, R> {
    /// Does what is asked, or says why it is left.
    async fn write(
        &self,
        event: &Event,
        write: &CrmWrite,
        tried: Tried,
        now: Timestamp,
    ) -> Result<Ended, Failure> {
        let Some(record) = &event.record else {
            return Ok(Ended::skipped("the event names no record to write to"));
        };
        let target = match Target::of((&self.rules.model, &self.mappings), record, write) {
            Ok(target) => target,
            Err(why) => return Ok(Ended::skipped(why)),
        };
        let Some(crm) = self.crms.get(&record.source) else {
            let source = &record.source;
            return Ok(Ended::skipped(format!("nothing here writes into {source}")));
        };
        let written = match write {
            CrmWrite::Owner { to, only_if } => {
                let write = FieldWrite::owner(to, only_if.as_ref(), (tried, event.time));
                self.set(crm, &target, write).await
            }
            CrmWrite::Stage { to, only_if } => {
                let write = FieldWrite::stage(to, only_if.as_deref(), (tried, event.time));
                self.set(crm, &target, write).await
            }
            CrmWrite::Task {
                subject,
                lines,
                owner,
            } => {
                let asked = (subject.as_str(), lines.as_slice(), owner.as_ref());
                self.create(crm, &target, event, asked, now).await
            }
        };
        match written {
            Ok(ended) => Ok(ended),
            Err(WriteError::Crm(CrmError::NotFound))
                if may_be_unseen(event, self.table.clock.now()) =>
            {
                Err(Failure::waits(
                    "the CRM does not have the record; it is asked again, since it had it a moment ago",
                    SHOWN_SOON,
                ))
            }
            Err(WriteError::Crm(CrmError::NotFound)) => {
                Ok(Ended::skipped("the CRM does not have the record any more"))
            }
            Err(WriteError::Crm(CrmError::Unsupported(why))) => Ok(Ended::skipped(why)),
            Err(WriteError::Crm(CrmError::Refused { why })) => {
                Ok(refusal::ended(&self.rules, event, record, write, &why, now))
            }
            Err(WriteError::Crm(error)) => Err(error.into()),
            Err(WriteError::Failed(failure)) => Err(failure),
        }
    }
}

impl<S: Store, C: Clock, R: Crm> Handler for CrmWriteback<S, C, R> {
    async fn handle(&self, event: &Event, now: Timestamp) -> Result<(), Failure> {
        let EventData::CrmWriteRequested { write } = &event.data else {
            return Ok(());
        };
        let effect = |tried| self.write(event, write, tried, now);
        match self.table.once_or_again(&event.id, effect).await? {
            Attempt::Ended => Ok(()),
            Attempt::Busy(until) => Err(Failure::busy(until, self.table.clock.now())),
        }
    }

    fn revision(&self) -> Option<&Revision> {
        Some(&self.rules.model.revision)
    }
}
