use contracts::{EventId, state::EffectStatus};
use jiff::{SignedDuration, Timestamp};

use super::{Outcome, said};
use crate::{
    claim::{Claim, claim_effect, finish_effect, release_effect},
    port::Store,
};

fn now() -> Result<Timestamp, String> {
    said("2026-11-22T12:00:00Z".parse())
}

pub(super) async fn of_two_claims_one_is_ours<S: Store>(store: &S) -> Outcome {
    let (event, now) = (EventId::of(&["mail"]), now()?);
    let first = said(claim_effect(store, &event, now).await)?;
    let second = said(claim_effect(store, &event, now).await)?;
    match (first, second) {
        (Claim::Ours(_), Claim::Busy(_)) => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

pub(super) async fn a_finished_effect_is_over<S: Store>(store: &S) -> Outcome {
    let (event, now) = (EventId::of(&["mail"]), now()?);
    let Claim::Ours(claimed) = said(claim_effect(store, &event, now).await)? else {
        return Err("the first claim is not ours".to_owned());
    };
    let done = EffectStatus::Done;
    said(finish_effect(store, &event, &claimed, done, "sent".to_owned(), now).await)?;
    match said(claim_effect(store, &event, now).await)? {
        Claim::Over(state) if state.result == "sent" => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

pub(super) async fn a_claim_is_taken_over_after_its_lease<S: Store>(store: &S) -> Outcome {
    let (event, now) = (EventId::of(&["mail"]), now()?);
    let first = said(claim_effect(store, &event, now).await)?;
    let later = said(now.checked_add(SignedDuration::from_mins(1)))?;
    let second = said(claim_effect(store, &event, later).await)?;
    match (first, second) {
        (Claim::Ours(_), Claim::Ours(_)) => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

pub(super) async fn a_claim_given_back_is_free_at_once<S: Store>(store: &S) -> Outcome {
    let (event, now) = (EventId::of(&["mail"]), now()?);
    let Claim::Ours(first) = said(claim_effect(store, &event, now).await)? else {
        return Err("the first claim is not ours".to_owned());
    };
    said(release_effect(store, &event, &first, now).await)?;
    let Claim::Ours(second) = said(claim_effect(store, &event, now).await)? else {
        return Err("a claim that was given back is not free".to_owned());
    };
    // The first claimant comes late: the claim is no longer theirs to give back or to finish.
    said(release_effect(store, &event, &first, now).await)?;
    let done = EffectStatus::Done;
    said(finish_effect(store, &event, &first, done, "late".to_owned(), now).await)?;
    match said(claim_effect(store, &event, now).await)? {
        Claim::Busy(until) if until == second.state.lease_until => Ok(()),
        other => Err(format!("{other:?}")),
    }
}
