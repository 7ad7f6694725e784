//! Notices that go with the mail of another: done when that one is.

use contracts::{
    EventId, Key,
    state::{EffectState, EffectStatus},
};
use jiff::Timestamp;
use store::{Put, Store, Versioned, put_state};

use crate::{
    clock::Clock,
    cycle::{CycleError, Round, Table},
    effect::REMEMBER,
};

/// The write that says of a notice which nobody has tried that it goes with the mail of another.
#[must_use]
pub fn enclosed_effect(
    notice: &EventId,
    with: &EventId,
    result: impl Into<String>,
    now: Timestamp,
) -> Put {
    let state = EffectState {
        status: EffectStatus::Done,
        at: now,
        lease_until: now,
        result: result.into(),
        asked: None,
        with: Some(with.clone()),
    };
    put(notice, &state, None, now)
}

impl<S: Store, C: Clock> Table<S, C> {
    /// Says of a notice that went with the mail of another that there was nothing to tell in the end.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn skip_enclosed(&self, notice: &EventId, why: &str) -> Result<(), CycleError> {
        let key = Key::effect(notice);
        self.change(std::slice::from_ref(&key), |found| {
            let before = found.into_iter().flatten().next();
            let before = before.map(Versioned::<EffectState>::read).transpose()?;
            let Some(before) = before.filter(|it| it.state.with.is_some()) else {
                return Ok(Round::Nothing(()));
            };
            let state = EffectState {
                status: EffectStatus::Skipped,
                result: why.to_owned(),
                with: None,
                ..before.state.clone()
            };
            let put = put(notice, &state, Some(&before), self.clock.now());
            Ok(Round::writing(vec![put], ()))
        })
        .await
    }
}

fn put(
    notice: &EventId,
    state: &EffectState,
    before: Option<&Versioned<EffectState>>,
    now: Timestamp,
) -> Put {
    let mut put = put_state(Key::effect(notice), state, before, state.indexes());
    put.expires = now.checked_add(REMEMBER).ok();
    put
}
