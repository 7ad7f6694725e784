//! Looks each hour whom the CRMs have archived of the people of the model, and who of them is out of office.

use contracts::{
    Cause, Event, EventId, Function, Indexes, Key, Subject,
    state::{AbsencesState, SweepState},
};
use crm::{CrmPeople, PersonId, SourceName};
use decisions::absences::{InCrm, seen_in_crm};
use engine::{Clock, Crm, CrmError, CycleError, Failure, Round};
use jiff::{SignedDuration, Timestamp};
use store::{Store, Versioned, put_state};

use crate::{CrmSync, sweep::Known};

/// How long what was seen is believed.
const BELIEVED: SignedDuration = SignedDuration::from_hours(1);

impl<S: Store, C: Clock, R: Crm> CrmSync<S, C, R> {
    /// Looks at the CRMs' people, if that is due. Where it fails, the rest goes on, and it is tried again upon the next
    /// tick.
    ///
    /// # Errors
    /// If the table does not answer.
    pub(crate) async fn look_if_due(&self, tick: &Event, now: Timestamp) -> Result<(), Failure> {
        let Known {
            read,
            before,
            state,
        } = self.known().await?;
        let looked = self.table.clock.now();
        let believed = state.people.map(|at| looked.duration_since(at));
        if believed.is_some_and(|since| since < BELIEVED) {
            return Ok(());
        }
        if let Err(why) = self.look_at_people(tick, now).await {
            tracing::warn!(%why, "the CRM's people are looked at later");
            return Ok(());
        }
        let after = SweepState {
            people: Some(looked),
            ..state
        };
        self.mark(read, before.as_ref(), &after).await?;
        Ok(())
    }

    /// Looks at the people of each CRM, and keeps of each person what differs from what is known. A CRM that does not
    /// let our app see them is asked again in an hour.
    ///
    /// # Errors
    /// If a CRM or the table does not answer; what was kept of some people stands.
    pub(crate) async fn look_at_people(&self, tick: &Event, now: Timestamp) -> Result<(), Failure> {
        for source in self.rules.model.sources.keys() {
            let Some(crm) = self.crms.for_events(source, std::iter::empty()) else {
                continue;
            };
            let people = match crm.people().await {
                Ok(people) => people,
                Err(why @ (CrmError::Refused { .. } | CrmError::NotFound)) => {
                    tracing::warn!(%source, %why, "the CRM's users cannot be looked at");
                    continue;
                }
                Err(why) => return Err(why.into()),
            };
            let read = self.table.store.get(&[Key::absences()]).await?;
            let before = read.into_iter().flatten().next();
            let before = before.map(Versioned::<AbsencesState>::read).transpose()?;
            let before = before.map(|before| before.state).unwrap_or_default();
            for (person, known) in &self.rules.model.people {
                let Some(id) = known.crm.get(source) else {
                    continue;
                };
                let seen = seen(source, &people, id);
                if seen_in_crm(&self.rules, &before, person, &seen, now).is_some() {
                    self.keep_seen(person, &seen, tick, now).await?;
                }
            }
        }
        Ok(())
    }

    async fn keep_seen(
        &self,
        person: &PersonId,
        seen: &InCrm<'_>,
        tick: &Event,
        now: Timestamp,
    ) -> Result<(), CycleError> {
        let key = Key::absences();
        self.table
            .change(std::slice::from_ref(&key), |found| {
                let before = found.into_iter().flatten().next();
                let before = before.map(Versioned::<AbsencesState>::read).transpose()?;
                let known = before.as_ref().map(|before| before.state.clone());
                let known = known.unwrap_or_default();
                let Some(changed) = seen_in_crm(&self.rules, &known, person, seen, now) else {
                    return Ok(Round::Nothing(()));
                };
                let source = seen.source.as_str();
                let id = EventId::of(&["people", source, person.as_str(), tick.id.as_str()]);
                let audit = changed.draft.into_audit(
                    Function::CrmSync,
                    Subject::Person(person.clone()),
                    &Cause::of(tick).known_as(id),
                    0,
                    &self.rules.model.revision,
                    now,
                );
                let decided = Key::audit(&audit.subject, &audit.decision);
                let after = &changed.absences;
                let put = put_state(key.clone(), after, before.as_ref(), Indexes::default());
                Ok(Round::writing(vec![put], ())
                    .recorded(audit)
                    .unless(decided, ()))
            })
            .await
    }
}

/// What was seen of one person.
fn seen<'a>(source: &'a SourceName, people: &'a CrmPeople, id: &str) -> InCrm<'a> {
    let times = people.out_of_office.as_ref();
    InCrm {
        source,
        archived: people.archived.contains(id),
        out_of_office: times.map(|all| all.get(id).map_or(&[][..], Vec::as_slice)),
    }
}
