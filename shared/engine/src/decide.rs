//! Load, decide, commit, for one record.

use std::collections::BTreeMap;

use contracts::{Cause, DecisionId, Event, Key, Subject};
use crm::RecordId;
use jiff::Timestamp;
use store::{Check, MOST_IN_TRANSACTION, Store, StoreError, Transaction, audit_put};

use crate::{
    clock::Clock,
    cycle::{CycleError, Round, Table},
    decider::{Decider, Planned, Proposal, Read},
    facts::RecordFacts,
    inputs::{Earlier, ReadItem, Told, tell},
};

/// How a decision ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Committed {
    /// The decision is in the table, and its events are on their way.
    Decided(DecisionId),
    /// The same decision was in the table already.
    Already,
    /// Nothing follows from the event.
    Nothing,
}

impl<S: Store, C: Clock> Table<S, C> {
    /// Load, decide, commit; again if somebody else was faster.
    ///
    /// One query reads the record's partition, one read whatever else the decision needs, and one
    /// transaction writes the changed states, checks that the record is still the one that was
    /// judged, and adds the audit record, which must not exist yet.
    ///
    /// # Errors
    /// If the table does not answer, or if every attempt lost its race.
    pub async fn decide<D: Decider>(
        &self,
        decider: &D,
        event: &Event,
        now: Timestamp,
    ) -> Result<Committed, CycleError> {
        let Some(record) = event.judges() else {
            return Ok(Committed::Nothing);
        };
        let what = record.to_string();
        self.cycle(&what, || self.round(decider, record, event, now))
            .await
    }

    async fn round<D: Decider>(
        &self,
        decider: &D,
        record: &RecordId,
        event: &Event,
        now: Timestamp,
    ) -> Result<Round<Committed>, CycleError> {
        let items = self.store.partition(&Key::partition_of(record)).await?;
        let Some(facts) = RecordFacts::read(items)? else {
            return Ok(Round::Nothing(Committed::Nothing));
        };
        let Some(Planned { plan, needs }) = decider.plan(&facts, event, now)? else {
            return Ok(Round::Nothing(Committed::Nothing));
        };
        let mut read = Read::default();
        self.read_also(&mut read, needs).await?;
        let also = decider.also_needs(&plan, &read, now)?;
        self.read_also(&mut read, also).await?;
        let Some(proposal) = decider.decide(&facts, plan, &read, event, now)? else {
            return Ok(Round::Nothing(Committed::Nothing));
        };
        let read = (&facts, &read);
        let prepared = prepare(decider, (event, now), read, proposal, &Earlier::new())?;
        Ok(Round::Commit {
            already: Some((prepared.audit, Committed::Already)),
            outcome: Committed::Decided(prepared.decision),
            transaction: prepared.transaction,
            told: Told::default(),
        })
    }

    /// Reads what a plan names.
    async fn read_also(&self, read: &mut Read, named: Vec<Key>) -> Result<(), StoreError> {
        for chunk in named.chunks(MOST_IN_TRANSACTION) {
            for item in self.store.get(chunk).await?.into_iter().flatten() {
                read.replace(item);
            }
        }
        read.name_too(named);
        Ok(())
    }
}

/// A proposal that is ready to be committed.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    pub(crate) decision: DecisionId,
    /// The key of its audit record.
    pub(crate) audit: Key,
    pub(crate) transaction: Transaction,
}

/// The transaction of a proposal: its states, its audit record with what was read and what changes, and
/// the check that the record is still the one that was judged.
pub(crate) fn prepare<D: Decider>(
    decider: &D,
    (event, now): (&Event, Timestamp),
    (facts, read): (&RecordFacts, &Read),
    proposal: Proposal,
    earlier: &Earlier,
) -> Result<Prepared, StoreError> {
    let mut audit = proposal.draft.into_audit(
        decider.function(),
        Subject::Record(facts.id().clone()),
        &Cause::of(event),
        facts.record.state.sequence,
        decider.revision(),
        now,
    );
    let decision = audit.decision.clone();
    let mut puts = proposal.puts;
    let record = Key::record(facts.id());
    let writes_record = puts.iter().any(|put| put.key == record);
    let items: Vec<ReadItem<'_>> = facts.read_items().chain(read.read_items()).collect();
    tell(&mut audit, &items, &mut puts, &BTreeMap::new(), earlier)?;
    let put = audit_put(audit);
    let audit = put.key.clone();
    puts.push(put);
    let checks = if writes_record {
        Vec::new()
    } else {
        vec![Check {
            key: record,
            version: facts.record.version,
        }]
    };
    Ok(Prepared {
        decision,
        audit,
        transaction: Transaction { puts, checks },
    })
}
