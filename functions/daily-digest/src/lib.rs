//! Decides, once a minute, whose digest is due: one for each person, digest and day, in their own
//! morning; and which review is held, whose pack goes to everybody in it. The decision and the mark that it was taken
//! are one transaction, so that two ticks, or a tick that comes twice, lead to one digest and one pack.
//!
//! It writes no mail: `notify` does, when this decision's event reaches it.

mod reviews;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Cause, Event, EventData, EventId, Function, Indexes, Key, Subject,
    state::{AbsencesState, DigestState, ExceptionsState},
};
use crm::{PersonId, RecordId};
use decisions::{
    Rules,
    digests::{Candidate, Content, Morning, Work, candidates, content, decide, excepted, shown},
};
use engine::{Clock, CycleError, Failure, Handler, OpenWork, Round, Table, exceptions_in};
use jiff::Timestamp;
use model::{Part, Revision};
use store::{Store, Versioned, put_state, read_or_default};

/// How many items the table gives in one read.
const AT_ONCE: usize = 100;

/// The function, over any store.
#[derive(Debug)]
pub struct DailyDigest<S, C> {
    table: Table<S, C>,
    rules: Rules,
}

impl<S: Store, C: Clock> DailyDigest<S, C> {
    /// Decides by these rules.
    #[must_use]
    pub const fn new(table: Table<S, C>, rules: Rules) -> Self {
        Self { table, rules }
    }

    async fn tick(&self, tick: &Event, now: Timestamp) -> Result<(), Failure> {
        let due = self.due(self.everybody(now), now).await?;
        let mut seen = Seen::default();
        let mut failed = self.reviews(tick, now).await.err();
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
    async fn due(&self, these: Vec<Candidate>, now: Timestamp) -> Result<Vec<Candidate>, Failure> {
        let mut due = Vec::new();
        for chunk in these.chunks(AT_ONCE - 1) {
            let digests = chunk
                .iter()
                .map(|candidate| Key::digest(&candidate.to, &candidate.digest));
            let keys: Vec<Key> = std::iter::once(Key::absences()).chain(digests).collect();
            let mut found = self.table.store.get(&keys).await?.into_iter();
            let absences: AbsencesState = read_or_default(found.next().as_ref())?;
            let still = candidates(&self.rules.with_absences(absences), now);
            for (candidate, item) in chunk.iter().zip(found) {
                if !still.contains(candidate) {
                    continue;
                }
                let before = item.map(Versioned::<DigestState>::read).transpose()?;
                if !had(before.as_ref(), candidate) {
                    due.push(candidate.clone());
                }
            }
        }
        Ok(due)
    }

    async fn decide_one(
        &self,
        tick: &Event,
        candidate: Candidate,
        seen: &mut Seen,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let Some(digest) = self.rules.model.digests.get(&candidate.digest) else {
            return Ok(());
        };
        let people = shown(&self.rules, digest.shows, &candidate.to);
        let excepted = match digest.parts.contains(&Part::Exceptions) {
            true => {
                let all = seen.exceptions(&self.table.store).await?;
                excepted((digest.shows, &people), all, now).len()
            }
            false => 0,
        };
        let work = seen.work_of(&self.table.store, people).await?;
        let morning = Morning {
            reader: Some(candidate.to.clone()),
            day: candidate.day,
            zone: self.rules.zone_of(&candidate.to).clone(),
            now,
        };
        let work = Work {
            clocks: &work.clocks,
            deviations: &work.deviations,
        };
        let content = Content {
            sections: &content(digest, work, &morning),
            work,
            excepted,
            now,
        };
        let key = Key::digest(&candidate.to, &candidate.digest);
        let decided: Result<(), CycleError> = self
            .table
            .change(std::slice::from_ref(&key), |found| {
                let before = found.into_iter().flatten().next();
                let before = before.map(Versioned::<DigestState>::read).transpose()?;
                Ok(self.round(tick, &candidate, before.as_ref(), &content))
            })
            .await;
        Ok(decided?)
    }

    /// Decides about one digest by what stands of it now: another tick may have been faster.
    fn round(
        &self,
        tick: &Event,
        candidate: &Candidate,
        before: Option<&Versioned<DigestState>>,
        content: &Content<'_>,
    ) -> Round<()> {
        let state = before.map(|before| &before.state);
        let decided = decide(&self.rules, candidate, state, content);
        let Some((draft, after)) = decided.filter(|_| !had(before, candidate)) else {
            return Round::Nothing(());
        };
        let key = Key::digest(&candidate.to, &candidate.digest);
        let mark = put_state(key, &after, before, Indexes::default());
        // A digest that is left out is worth a mark, not a story of its own every morning.
        if draft.emits.is_empty() {
            return Round::writing(vec![mark], ());
        }
        let audit = draft.into_audit(
            Function::DailyDigest,
            Subject::Person(candidate.to.clone()),
            &morning_of(tick, candidate),
            0,
            &self.rules.model.revision,
            content.now,
        );
        let key = Key::audit(&audit.subject, &audit.decision);
        Round::writing(vec![mark], ())
            .recorded(audit)
            .unless(key, ())
    }

    /// The candidates before it is known who is away.
    fn everybody(&self, now: Timestamp) -> Vec<Candidate> {
        candidates(&self.rules.with_absences(AbsencesState::default()), now)
    }
}

/// Whether a digest of this day was dealt with.
fn had(before: Option<&Versioned<DigestState>>, candidate: &Candidate) -> bool {
    before.is_some_and(|before| before.state.day >= candidate.day)
}

/// Upon what a digest is decided: not the tick, but "it is this person's morning of this day", which
/// is the same happening whichever tick finds it.
fn morning_of(tick: &Event, candidate: &Candidate) -> Cause {
    let day = candidate.day.to_string();
    let id = EventId::of(&["digest", candidate.to.as_str(), &candidate.digest, &day]);
    Cause::of(tick).known_as(id)
}

/// The open work and the exceptions that one tick has read, so that what a seller's and a team lead's digest both
/// show is read once.
#[derive(Default)]
struct Seen {
    work: BTreeMap<PersonId, OpenWork>,
    exceptions: Option<Vec<(RecordId, ExceptionsState)>>,
}

impl Seen {
    async fn exceptions<S: Store>(
        &mut self,
        store: &S,
    ) -> Result<&[(RecordId, ExceptionsState)], Failure> {
        let all = match self.exceptions.take() {
            Some(all) => all,
            None => exceptions_in(store).await?,
        };
        Ok(self.exceptions.insert(all))
    }

    async fn work_of<S: Store>(
        &mut self,
        store: &S,
        people: BTreeSet<PersonId>,
    ) -> Result<OpenWork, Failure> {
        let mut all = OpenWork::default();
        for person in people {
            if !self.work.contains_key(&person) {
                let work = OpenWork::of(store, [&person]).await?;
                self.work.insert(person.clone(), work);
            }
            if let Some(work) = self.work.get(&person) {
                all.extend(work);
            }
        }
        Ok(all)
    }
}

impl<S: Store, C: Clock> Handler for DailyDigest<S, C> {
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
