use contracts::{Indexes, Key, state::WritesState};
use engine::{Clock, Crm, CycleError, Failure, Round};
use store::{Store, Versioned, put_state};

use crate::{
    rolling_hour::{Purpose, with_one_more},
    target::Target,
    writeback::CrmWriteback,
};

impl<S: Store, C: Clock, R: Crm> CrmWriteback<S, C, R> {
    /// Takes one of the writes that the model allows in an hour, by the machine's time. It is a
    /// ceiling of its own, beside the CRM's rate limit, which the client keeps: it bounds what a
    /// mistake can do. A write that finds it used up waits.
    pub(crate) async fn take_write(
        &self,
        target: &Target<'_>,
        purpose: Purpose,
    ) -> Result<(), Failure> {
        let per_hour = target.policy.per_hour;
        let source = &target.mapping.source;
        let key = Key::writes(source);
        let taken = self.table.change(std::slice::from_ref(&key), |found| {
            let now = self.table.clock.now();
            let before = found.into_iter().flatten().next();
            let before = before.map(Versioned::<WritesState>::read).transpose();
            let before = before.map_err(CycleError::from)?;
            let state = before.as_ref().map(|before| before.state.clone());
            let more = with_one_more(state.unwrap_or_default(), purpose, per_hour, now);
            let more = more.map_err(|wait| {
                Failure::waits(
                    format!(
                        "the {per_hour} writes an hour that sources.{source}.write.per_hour allows \
                         are used up"
                    ),
                    wait,
                )
            })?;
            let put = put_state(key.clone(), &more, before.as_ref(), Indexes::default());
            Ok(Round::writing(vec![put], ()))
        });
        taken.await
    }
}
