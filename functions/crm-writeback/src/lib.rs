//! Writes into the CRM what was decided: owners, stages and fields, many at once, and tasks, one by one. The only
//! function that changes anything there.
//!
//! It decides nothing: it looks again at what stands in the CRM, writes only what is still needed,
//! leaves alone what somebody has changed since, and puts back what somebody changed at the same
//! moment. The same event, however often it comes and wherever the function died, leads to one write
//! and one task. A final no of the CRM is an outcome: it is recorded, and told to the operators and
//! to whoever decides what follows.

mod ceiling;
mod due;
mod field;
mod follows;
mod refusal;
mod rolling_hour;
mod target;
mod task;
mod together;
mod writeback;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use contracts::{CrmWrite, Event, EventData, EventId};
use crm::{OWNER, RecordId, RecordKind, SourceName};
use engine::{
    Attempt, Clock, Crm, CrmError, Ended, Failure, Handler, TimeLeft, Tried,
    time::{SHOWN_SOON, may_be_unseen},
};
use jiff::Timestamp;
use model::Revision;
use store::Store;

use field::FieldWrite;
use follows::Following;
use target::Target;
use writeback::WriteError;

pub use writeback::CrmWriteback;

/// A write that is asked for: the event, the record it is about, what is to be written, and when.
#[derive(Clone, Copy)]
struct Asked<'a> {
    event: &'a Event,
    record: &'a RecordId,
    write: &'a CrmWrite,
    now: Timestamp,
}

/// What is written together: the owners of the leads of a source, say. A task is its event's own.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group<'a> {
    Owners(&'a SourceName, RecordKind),
    Stages(&'a SourceName, RecordKind),
    /// The same fields of each.
    Fields(&'a SourceName, RecordKind, Vec<&'a str>),
    Task(&'a EventId),
    /// A record that follows is its event's own too.
    Create(&'a EventId),
}

impl Asked<'_> {
    fn of<'a>(event: &'a Event, now: Timestamp) -> Option<(Group<'a>, Asked<'a>)> {
        let EventData::CrmWriteRequested { write } = &event.data else {
            return None;
        };
        let record = event.record.as_ref()?;
        let group = match write {
            CrmWrite::Owner { .. } => Group::Owners(&record.source, record.kind),
            CrmWrite::Stage { .. } => Group::Stages(&record.source, record.kind),
            CrmWrite::Fields { set } => {
                let fields = set.iter().map(|it| it.field.as_str());
                Group::Fields(&record.source, record.kind, fields.collect())
            }
            CrmWrite::Task { .. } => Group::Task(&event.id),
            CrmWrite::Create { .. } => Group::Create(&event.id),
        };
        let asked = Asked {
            event,
            record,
            write,
            now,
        };
        Some((group, asked))
    }

    /// The field to be set, if it is one.
    fn field(&self, tried: Tried, target: &Target<'_>) -> Option<FieldWrite> {
        let (id, decided) = (self.record.id.as_str(), (tried, self.event.time));
        match self.write {
            CrmWrite::Owner { to, only_if } => {
                let owner = target.mapping.owner_in.as_deref().unwrap_or(OWNER);
                Some(FieldWrite::owner(
                    (id, owner),
                    to,
                    only_if.as_ref(),
                    decided,
                ))
            }
            CrmWrite::Stage { to, only_if } => {
                Some(FieldWrite::stage(id, to, only_if.as_deref(), decided))
            }
            CrmWrite::Fields { set } => Some(FieldWrite::fields(id, set, decided)),
            CrmWrite::Task { .. } | CrmWrite::Create { .. } => None,
        }
    }
}

impl<S: Store, C: Clock, R: Crm> CrmWriteback<S, C, R> {
    /// Does what is asked of one group, or says why it is left.
    async fn write(&self, asked: &[(Asked<'_>, Tried)]) -> Vec<Result<Ended, Failure>> {
        let Some((first, _)) = asked.first() else {
            return Vec::new();
        };
        let source = &first.record.source;
        let target = Target::of(
            (&self.rules.model, &self.mappings),
            first.record,
            first.write,
        );
        let events = asked.iter().map(|(it, _)| it.event);
        let crm = self
            .crms
            .for_events(source, events)
            .ok_or_else(|| format!("nothing here writes into {source}"));
        let (target, crm) = match (target, crm) {
            (Ok(target), Ok(crm)) => (target, crm),
            (Err(why), _) | (_, Err(why)) => {
                return vec![Ok(Ended::skipped(why)); asked.len()];
            }
        };
        let fields = asked
            .iter()
            .filter_map(|(it, tried)| it.field(*tried, &target));
        let fields: Vec<FieldWrite> = fields.collect();
        let written = match first.write {
            CrmWrite::Task {
                subject,
                lines,
                owner,
            } => {
                let task = (subject.as_str(), lines.as_slice(), owner.as_ref());
                let id = &first.record.id;
                let created = self.create(crm, &target, first.event, id, task, first.now);
                vec![created.await]
            }
            CrmWrite::Create {
                kind,
                by,
                key,
                with,
                account,
                ..
            } => {
                let following = Following {
                    kind: *kind,
                    unique: (by, key),
                    with,
                    account: account.as_ref(),
                };
                let tried = asked.first().map_or(Tried::Never, |(_, tried)| *tried);
                vec![self.follow(crm, &target, &following, tried).await]
            }
            CrmWrite::Owner { .. } | CrmWrite::Stage { .. } | CrmWrite::Fields { .. } => {
                self.set(crm, &target, &fields).await
            }
        };
        let each = asked.iter().zip(written);
        each.map(|((it, _), written)| self.ended(it, written))
            .collect()
    }

    /// What a write has come to: the CRM's final no is an outcome.
    fn ended(
        &self,
        asked: &Asked<'_>,
        written: Result<Ended, WriteError>,
    ) -> Result<Ended, Failure> {
        match written {
            Ok(ended) => Ok(ended),
            Err(WriteError::Crm(CrmError::NotFound))
                if may_be_unseen(asked.event, self.table.clock.now()) =>
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
                let (event, record, write) = (asked.event, asked.record, asked.write);
                Ok(refusal::ended(
                    &self.rules,
                    event,
                    record,
                    write,
                    &why,
                    asked.now,
                ))
            }
            Err(WriteError::Crm(error)) => Err(error.into()),
            Err(WriteError::Failed(failure)) => Err(failure),
        }
    }

    /// Does what is asked of one group, each event once.
    async fn once(&self, group: &[Asked<'_>]) -> Vec<Result<(), Failure>> {
        let events: Vec<&EventId> = group.iter().map(|it| &it.event.id).collect();
        let attempts = self.table.once_together(&events, |ours| async move {
            let asked = ours
                .into_iter()
                .filter_map(|(index, tried)| Some((*group.get(index)?, tried)));
            let asked: Vec<(Asked<'_>, Tried)> = asked.collect();
            self.write(&asked).await
        });
        let attempts = attempts.await.into_iter();
        let handled = attempts.map(|attempt| match attempt? {
            Attempt::Ended => Ok(()),
            Attempt::Busy(until) => Err(Failure::busy(until, self.table.clock.now())),
        });
        handled.collect()
    }
}

impl<S: Store, C: Clock, R: Crm> Handler for CrmWriteback<S, C, R> {
    async fn handle(&self, event: &Event, now: Timestamp) -> Result<(), Failure> {
        let results = self.handle_batch(&[(event.clone(), now)], &|| true).await;
        results.into_iter().next().unwrap_or(Ok(()))
    }

    /// Owners, stages and fields are written together; no further group is begun when there is no time for it.
    async fn handle_batch(
        &self,
        events: &[(Event, Timestamp)],
        time_left: TimeLeft<'_>,
    ) -> Vec<Result<(), Failure>> {
        let mut groups: BTreeMap<Group<'_>, Vec<(usize, Asked<'_>)>> = BTreeMap::new();
        for (index, (event, now)) in events.iter().enumerate() {
            if let Some((group, asked)) = Asked::of(event, *now) {
                groups.entry(group).or_default().push((index, asked));
            }
        }
        let mut results = vec![Ok(()); events.len()];
        for ((event, _), result) in events.iter().zip(&mut results) {
            if matches!(event.data, EventData::CrmWriteRequested { .. }) && event.record.is_none() {
                let why = "the event names no record to write to";
                *result = Err(Failure::Final(why.to_owned()));
            }
        }
        let mut begun = false;
        for group in groups.into_values() {
            let (places, asked): (Vec<usize>, Vec<Asked<'_>>) = group.into_iter().unzip();
            let handled = if begun && !time_left() {
                vec![Err(Failure::out_of_time()); places.len()]
            } else {
                self.once(&asked).await
            };
            begun = true;
            for (place, handled) in places.into_iter().zip(handled) {
                if let Some(result) = results.get_mut(place) {
                    *result = handled;
                }
            }
        }
        results
    }

    fn revision(&self) -> Option<&Revision> {
        Some(&self.rules.model.revision)
    }
}
