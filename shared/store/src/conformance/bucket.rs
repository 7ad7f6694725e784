use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Outcome, said, same};
use crate::{
    bucket::{BucketError, Refill, take_token},
    port::Store,
};

pub(super) async fn a_bucket_empties_and_fills<S: Store>(store: &S) -> Outcome {
    let now: Timestamp = said("2026-11-22T12:00:00Z".parse())?;
    let refill = Refill {
        every_ms: 100,
        burst: 3,
    };
    for _ in 0..3 {
        said(take_token(store, "hubspot", refill, now).await)?;
    }
    same(
        &take_token(store, "hubspot", refill, now).await,
        &Err(BucketError::Wait(Duration::from_millis(100))),
    )?;
    let later = said(now.checked_add(SignedDuration::from_millis(100)))?;
    said(take_token(store, "hubspot", refill, later).await)?;
    said(take_token(store, "other", refill, now).await)
}
