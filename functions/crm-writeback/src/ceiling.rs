use contracts::{Indexes, Key, state::WritesState};
use engine::{Clock, Crm, CrmError, CycleError, Failure, Round};
use jiff::Timestamp;
use store::{Store, Versioned, put_state};

use crate::{
    rolling_hour::{Purpose, as_it_counts, wait_for_room, with_one_less, with_one_more},
    target::Target,
    writeback::CrmWriteback,
};

/// A write that was taken of the hour: what for, and in which minute.
pub(crate) struct Taken {
    purpose: Purpose,
    minute: i64,
}

impl<S: Store, C: Clock, R: Crm> CrmWriteback<S, C, R> {
    /// Takes one of the writes that the model allows in an hour, by the machine's time, for one request to
    /// the CRM. It is a ceiling of its own, beside the CRM's rate limit, which the client keeps: it bounds
    /// what a mistake can do. A write that finds it used up waits.
    pub(crate) async fn take_write(
        &self,
        target: &Target<'_>,
        purpose: Purpose,
    ) -> Result<Taken, Failure> {
        let per_hour = target.policy.per_hour;
        let taken = self.change_hour(target, |hour, now| {
            match wait_for_room(&hour, purpose, per_hour, now) {
                Some(wait) => (hour, Err(wait)),
                None => {
                    let (hour, minute) = with_one_more(hour, purpose, now);
                    (hour, Ok(Taken { purpose, minute }))
                }
            }
        });
        taken.await?.map_err(|wait| {
            let source = &target.mapping.source;
            Failure::waits(
                format!(
                    "the {per_hour} writes an hour that sources.{source}.write.per_hour allows \
                     are used up"
                ),
                wait,
            )
        })
    }

    /// What came of the request for which a write was taken: it is given back if that surely did nothing. If
    /// the table does not answer it stays taken, and the hour has one less.
    pub(crate) async fn spent<T>(
        &self,
        target: &Target<'_>,
        taken: &Taken,
        came: Result<T, CrmError>,
    ) -> Result<T, CrmError> {
        if came.as_ref().is_err_and(CrmError::surely_did_nothing) {
            let given_back = self.change_hour(target, |hour, _| {
                (with_one_less(hour, taken.purpose, taken.minute), ())
            });
            let _stays_taken = given_back.await;
        }
        came
    }

    /// Counts what puts a person's newer edit back, after it is done. It is never refused: the ceiling bounds
    /// what a mistake of ours can do, and to leave somebody's edit overwritten would be one. So an hour can
    /// have more than the ceiling by as many edits as people make at the very moment of a write, and the
    /// writes after them wait for it. Nor does it fail: the edit is back, counted or not.
    pub(crate) async fn count_put_back(&self, target: &Target<'_>, purpose: Purpose) {
        let counted = self.change_hour(target, |hour, now| {
            (with_one_more(hour, purpose, now).0, ())
        });
        let _or_not = counted.await;
    }

    /// Replaces the source's last hour, as it counts now, by what `change` makes of it.
    async fn change_hour<T: Send>(
        &self,
        target: &Target<'_>,
        change: impl Fn(WritesState, Timestamp) -> (WritesState, T) + Send + Sync,
    ) -> Result<T, Failure> {
        let key = Key::writes(&target.mapping.source);
        let changed = self.table.change(std::slice::from_ref(&key), |found| {
            let now = self.table.clock.now();
            let before = found.into_iter().flatten().next();
            let before = before.map(Versioned::<WritesState>::read).transpose()?;
            let was = before.as_ref().map(|before| before.state.clone());
            let was = was.unwrap_or_default();
            let (hour, came) = change(as_it_counts(was.clone(), now), now);
            if hour == was {
                return Ok(Round::Nothing(came));
            }
            let put = put_state(key.clone(), &hour, before.as_ref(), Indexes::default());
            Ok(Round::writing(vec![put], came))
        });
        let changed: Result<T, CycleError> = changed.await;
        Ok(changed?)
    }
}
