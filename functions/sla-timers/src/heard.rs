use contracts::{Indexes, Key, state::HeardState};
use engine::{Clock, CycleError, Failure, Round, Table};
use jiff::{SignedDuration, Timestamp};
use model::Revision;
use store::{Store, Versioned, put_state};

/// How old what is kept may be that it need not be written anew: ticks come once a minute.
const RECENT: SignedDuration = SignedDuration::from_secs(30);

/// Keeps that a tick was heard and done, when and by which deployment, so that whoever asks whether all is well can
/// tell a stack that stands still from one that has nothing to do.
///
/// # Errors
/// If the table does not answer; the tick is then delivered again.
pub(crate) async fn keep<S: Store, C: Clock>(
    table: &Table<S, C>,
    tick: Timestamp,
    revision: &Revision,
) -> Result<(), Failure> {
    let key = Key::heard();
    let kept: Result<(), CycleError> = table
        .change(std::slice::from_ref(&key), |found| {
            let now = table.clock.now();
            let before = found.into_iter().flatten().next();
            let before = before.map(Versioned::<HeardState>::read).transpose()?;
            let known = before.as_ref().map(|it| &it.state);
            let is_recent = |it: &HeardState| {
                let age = now.duration_since(it.at);
                it.revision == *revision && age >= SignedDuration::ZERO && age < RECENT
            };
            if known.is_some_and(is_recent) {
                return Ok(Round::Nothing(()));
            }
            let state = HeardState {
                at: now,
                tick,
                revision: revision.clone(),
            };
            let put = put_state(key.clone(), &state, before.as_ref(), Indexes::default());
            Ok(Round::writing(vec![put], ()))
        })
        .await;
    match kept {
        // Who was faster has just kept the same.
        Err(CycleError::Outrun(_)) => Ok(()),
        other => Ok(other?),
    }
}
