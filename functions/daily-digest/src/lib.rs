//! Decides, once a minute, whose digest is due: one for each person, digest and day, in their own
//! morning. The decision and the mark that it was taken are one transaction, so that two ticks, or
//! a tick that comes twice, lead to one digest.
//!
//! It writes no mail: `notify` does, when this decision's event reaches it.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Event, EventData, EventId, Function, Indexes, Key, Subject,
    state::{AbsencesState, DigestState},
};
use crm::PersonId;
use decisions::{
    Rules,
    digests::{Candidate, Morning, Work, candidates, content, count, decide, shown},
};
use jiff::Timestamp;
use lambda_shell::{Failure, Handler};
use model::Revision;
use store::{
    CommitError, OpenWork, Store, Transaction, Versioned, audit_put, put_state, read_or_default,
};

/// How many items the table gives in one read.
const AT_ONCE: usize = 100;

/// The function, over any store.
#[derive(Debug)]
pub struct DailyDigest<S> {
    store: S,
    rules: Rules,
}

/// A digest that may be due, and when its person last got it.
struct Due {
    candidate: Candidate,
    before: Option<Versioned<DigestState>>,
}

impl<S: Store> DailyDigest<S> {
    /// Decides by these rules.
    #[must_use]
    pub const fn new(store: S, rules: Rules) -> Self {
        Self { store, rules }
    }

    async fn tick(&self, tick: &Event, now: Timestamp) -> Result<(), Failure> {
        let due = self.due(candidates(&self.rules, now), now).await?;
        let mut seen = Seen::default();
        let mut failed = None;
        // One person's trouble must not cost the others their mail.
        for one in due {
            if let Err(failure) = self.decide_one(tick, one, &mut seen, now).await {
                failed = Some(failure);
            }
        }
        failed.map_or(Ok(()), Err)
    }

    /// The candidates who have not had this digest today. For somebody who is away all day it is no
    /// working day. Without candidates nothing is read.
    async fn due(&self, these: Vec<Candidate>, now: Timestamp) -> Result<Vec<Due>, Failure> {
        let mut due = Vec::new();
        for chunk in these.chunks(AT_ONCE - 1) {
            let digests = chunk
                .iter()
                .map(|candidate| Key::digest(&candidate.to, &candidate.digest));
            let keys: Vec<Key> = std::iter::once(Key::absences()).chain(digests).collect();
            let mut found = self.store.get(&keys).await?.into_iter();
            let absences: AbsencesState = read_or_default(found.next().as_ref())?;
            let still = candidates(&self.rules.with_absences(absences), now);
            for (candidate, item) in chunk.iter().zip(found) {
                if !still.contains(candidate) {
                    continue;
                }
                let before = item.map(Versioned::<DigestState>::read).transpose()?;
                let sent = before
                    .as_ref()
                    .is_some_and(|it| it.state.day >= candidate.day);
                if !sent {
                    let candidate = candidate.clone();
                    due.push(Due { candidate, before });
                }
            }
        }
        Ok(due)
    }

    async fn decide_one(
        &self,
        tick: &Event,
        due: Due,
        seen: &mut Seen,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let Due { candidate, before } = due;
        let Some(digest) = self.rules.model.digests.get(&candidate.digest) else {
            return Ok(());
        };
        let people = shown(&self.rules, digest.shows, &candidate.to);
        let work = seen.work_of(&self.store, people).await?;
        let morning = Morning {
            day: candidate.day,
            zone: self.rules.zone_of(&candidate.to).clone(),
            now,
        };
        let work = Work {
            clocks: &work.clocks,
            deviations: &work.deviations,
        };
        let things = count(&content(digest, work, &morning));
        let state = before.as_ref().map(|before| &before.state);
        let Some((draft, after)) = decide(&self.rules, &candidate, state, things) else {
            return Ok(());
        };
        let key = Key::digest(&candidate.to, &candidate.digest);
        let mut puts = vec![put_state(key, &after, before.as_ref(), Indexes::default())?];
        // A digest that is left out is worth a mark, not a story of its own every morning.
        if !draft.emits.is_empty() {
            let revision = &self.rules.model.revision;
            let subject = Subject::Person(candidate.to.clone());
            let event = its_event(tick, &candidate);
            let function = Function::DailyDigest;
            let audit = draft.into_audit(function, subject, &event, 0, revision, now);
            puts.push(audit_put(&audit)?);
        }
        let transaction = Transaction {
            puts,
            checks: Vec::new(),
        };
        match self.store.commit(transaction).await {
            // Stale: another tick decided about this digest a moment ago.
            Ok(()) | Err(CommitError::Stale(_)) => Ok(()),
            Err(CommitError::Contended) => Err(Failure::Later(format!(
                "another tick is at the digest {} of {}",
                candidate.digest, candidate.to
            ))),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }
}

/// The event upon which a digest is decided: not the tick, but "it is this person's morning of this
/// day", which is the same event whichever tick finds it.
fn its_event(tick: &Event, candidate: &Candidate) -> Event {
    let day = candidate.day.to_string();
    Event {
        id: EventId::of(&["digest", candidate.to.as_str(), &candidate.digest, &day]),
        causation: Some(tick.id.clone()),
        ..tick.clone()
    }
}

/// The open work that one tick has read, so that what a seller's and a team lead's digest both
/// show is read once.
#[derive(Default)]
struct Seen(BTreeMap<PersonId, OpenWork>);

impl Seen {
    async fn work_of<S: Store>(
        &mut self,
        store: &S,
        people: BTreeSet<PersonId>,
    ) -> Result<OpenWork, Failure> {
        let mut all = OpenWork::default();
        for person in people {
            if !self.0.contains_key(&person) {
                let work = OpenWork::of(store, [&person]).await?;
                self.0.insert(person.clone(), work);
            }
            if let Some(work) = self.0.get(&person) {
                all.extend(work);
            }
        }
        Ok(all)
    }
}

impl<S: Store> Handler for DailyDigest<S> {
    async fn handle(&self, event: &Event, now: Timestamp) -> Result<(), Failure> {
        match event.data {
            EventData::Tick { .. } => self.tick(event, now).await,
            _ => Ok(()),
        }
    }

    fn revision(&self) -> Option<&Revision> {
        Some(&self.rules.model.revision)
    }
}
