//! Effects that the world outside has refused: they lie in the table, with the event that asked for them, until
//! somebody has dealt with them.

use contracts::{
    AuditRecord, Event, EventId, Key,
    state::{EffectState, EffectStatus, REFUSED},
};
use store::{Store, StoreError, Versioned, put_state};

use crate::{
    clock::Clock,
    cycle::{CycleError, Round, Table},
    effect::REMEMBER,
};

/// The effects that were refused and that nobody has dealt with, by the event that asked for each.
///
/// # Errors
/// If the table does not answer, or an item is malformed.
pub async fn refused_effects<S: Store>(store: &S) -> Result<Vec<(Event, EffectState)>, StoreError> {
    let mut found = Vec::new();
    for item in store.of_person(REFUSED).await? {
        let state = Versioned::<EffectState>::read(item)?.state;
        let asked = state.asked.as_deref().cloned();
        found.extend(asked.map(|event| (event, state)));
    }
    found.sort_by(|a, b| (a.1.at, &a.0.id).cmp(&(b.1.at, &b.0.id)));
    Ok(found)
}

impl<S: Store, C: Clock> Table<S, C> {
    /// Lets an effect that was refused be done again by whoever hears its event again, which is the caller's to
    /// put on the bus. It counts as refused until that has been heard. Whether there is such an effect.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn free_refused(&self, event: &EventId) -> Result<bool, CycleError> {
        self.change_refused(event, None, |state| {
            state.status = EffectStatus::Claimed;
            state.lease_until = self.clock.now();
        })
        .await
    }

    /// Lets an effect that was left undone, since another one in front of it had been refused, be looked at again by
    /// whoever hears its event again, which is the caller's to put on the bus. Whether there is such an effect.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn free_skipped(&self, event: &EventId) -> Result<bool, CycleError> {
        let key = Key::effect(event);
        self.change(std::slice::from_ref(&key), |found| {
            let before = found.into_iter().flatten().next();
            let before = before.map(Versioned::<EffectState>::read).transpose()?;
            let skipped = |it: &Versioned<EffectState>| it.state.status == EffectStatus::Skipped;
            let Some(before) = before.filter(skipped) else {
                return Ok::<_, CycleError>(Round::Nothing(false));
            };
            let state = EffectState {
                status: EffectStatus::Claimed,
                lease_until: self.clock.now(),
                ..before.state.clone()
            };
            let mut put = put_state(key.clone(), &state, Some(&before), state.indexes());
            put.expires = self.clock.now().checked_add(REMEMBER).ok();
            Ok(Round::writing(vec![put], true))
        })
        .await
    }

    /// Gives up an effect that was refused, and records that. Whether there is such an effect.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn drop_refused(
        &self,
        event: &EventId,
        decision: AuditRecord,
    ) -> Result<bool, CycleError> {
        self.change_refused(event, Some(decision), |state| {
            state.status = EffectStatus::Refused;
            state.asked = None;
        })
        .await
    }

    async fn change_refused(
        &self,
        event: &EventId,
        decision: Option<AuditRecord>,
        change: impl Fn(&mut EffectState) + Send + Sync,
    ) -> Result<bool, CycleError> {
        let key = Key::effect(event);
        let (change, decision) = (&change, &decision);
        self.change(std::slice::from_ref(&key), |found| {
            let before = found.into_iter().flatten().next();
            let before = before.map(Versioned::<EffectState>::read).transpose()?;
            let Some(before) = before.filter(|it| it.state.asked.is_some()) else {
                return Ok(Round::Nothing(false));
            };
            let mut state = before.state.clone();
            change(&mut state);
            let mut put = put_state(key.clone(), &state, Some(&before), state.indexes());
            put.expires = self.clock.now().checked_add(REMEMBER).ok();
            let round = Round::writing(vec![put], true);
            Ok(match decision {
                Some(decision) => round.recorded(decision.clone()),
                None => round,
            })
        })
        .await
    }
}
