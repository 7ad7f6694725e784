use contracts::{Indexes, Key, state::WritesState};
use engine::{Clock, Crm, CycleError, Failure, Round};
use jiff::Timestamp;
use store::{Store, Versioned, put_state};

use crate::{
    rolling_hour::{Purpose, as_it_counts, wait_for_room, with_one_less, with_one_more},
    target::Target,
    writeback::CrmWriteback,
};

/// Writes that were taken of the hour: how many, what for, and in which minute.
pub(crate) struct Taken {
    count: u32,
    purpose: Purpose,
    minute: i64,
}

impl Taken {
    /// How many, at least one.
    pub(crate) const fn count(&self) -> u32 {
        self.count
    }
}

impl<S: Store, C: Clock, R: Crm> CrmWriteback<S, C, R> {
    /// Takes up to so many of the writes that the model allows in an hour, by the machine's time, one for
    /// each record; what there is, and how long the others wait. It is a ceiling of its own, beside the CRM's
    /// rate limit, which the client keeps: it bounds what a mistake can do.
    pub(crate) async fn take_writes(
        &self,
        target: &Target<'_>,
        purpose: Purpose,
        wanted: u32,
    ) -> (Option<Taken>, Option<Failure>) {
        let per_hour = target.policy.per_hour;
        let taken = self.change_hour(target, |mut hour, now| {
            let mut taken: Option<Taken> = None;
            let mut full = None;
            for count in 1..=wanted {
                full = wait_for_room(&hour, purpose, per_hour, now);
                if full.is_some() {
                    break;
                }
                let (more, minute) = with_one_more(hour, purpose, now);
                hour = more;
                taken = Some(Taken {
                    count,
                    purpose,
                    minute,
                });
            }
            (hour, (taken, full))
        });
        let (taken, full) = match taken.await {
            Ok(taken) => taken,
            Err(failure) => return (None, Some(failure)),
        };
        let source = &target.mapping.source;
        let used_up = |wait| {
            Failure::waits(
                format!(
                    "the {per_hour} writes an hour that sources.{source}.write.per_hour allows \
                     are used up"
                ),
                wait,
            )
        };
        (taken, full.map(used_up))
    }

    /// Gives back writes of which it is sure that they did nothing. If the table does not answer they stay
    /// taken, and the hour has so many less.
    pub(crate) async fn give_back(&self, target: &Target<'_>, taken: &Taken, unused: usize) {
        if unused == 0 {
            return;
        }
        let given_back = self.change_hour(target, |hour, _| {
            let less = |hour, _| with_one_less(hour, taken.purpose, taken.minute);
            ((0..unused).fold(hour, less), ())
        });
        let _stay_taken = given_back.await;
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
