use std::{future::Future, time::Duration};

use engine::CrmError;

/// How long one call is tried before the queue tries it again later.
///
/// The waits double and have no random part: a message that fails here goes back to its queue,
/// and the one budget spreads the requests of all functions, so that they do not march in step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How often in all.
    pub tries: u32,
    /// The wait after the first failure; it doubles each time.
    pub first_wait: Duration,
    /// The longest single wait. If the CRM asks for more, the call ends and says so.
    pub longest_wait: Duration,
}

impl Default for Patience {
    /// Three tries, 250 ms and 500 ms between them, at most 2 s if the CRM asks for it.
    fn default() -> Self {
        Self {
            tries: 3,
            first_wait: Duration::from_millis(250),
            longest_wait: Duration::from_secs(2),
        }
    }
}

/// When a call is tried again by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// Whenever it may succeed: doing it twice is the same as doing it once.
    Freely,
    /// Only if the CRM surely did not do it.
    UnlessDone,
    /// Never: whoever asks looks first, each time.
    Never,
}

impl Patience {
    /// How long to wait before the next try; none if this was the last, or the CRM asks for more
    /// than the longest wait. `tried` counts the tries so far, from 1.
    fn wait(&self, tried: u32, error: &CrmError) -> Option<Duration> {
        let passes = matches!(
            error,
            CrmError::RateLimited { .. } | CrmError::Unavailable { .. }
        );
        if tried >= self.tries || !passes {
            return None;
        }
        let doubled = 2_u32.saturating_pow(tried.saturating_sub(1));
        let own = self.first_wait.saturating_mul(doubled);
        let wait = own.max(error.retry_after().unwrap_or_default());
        (wait <= self.longest_wait).then_some(wait)
    }

    /// Tries until it succeeds, cannot succeed, or patience ends.
    pub(crate) async fn persist<T, F, Fut>(
        &self,
        again: Again,
        mut attempt: F,
    ) -> Result<T, CrmError>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<T, CrmError>>,
    {
        let mut tried = 1;
        loop {
            let error = match attempt().await {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            let may_repeat = match again {
                Again::Freely => true,
                Again::UnlessDone => error.surely_did_nothing(),
                Again::Never => false,
            };
            match self.wait(tried, &error) {
                Some(wait) if may_repeat => {
                    tracing::debug!(tried, %error, "trying the CRM again");
                    tokio::time::sleep(wait).await;
                }
                _ => return Err(error),
            }
            tried += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]
    use std::cell::RefCell;

    use tokio::time::Instant;

    use super::*;

    fn unavailable(perhaps_done: bool) -> CrmError {
        CrmError::Unavailable {
            why: "status 503".to_owned(),
            perhaps_done,
            retry_after: None,
        }
    }

    fn away_for(seconds: u64) -> CrmError {
        CrmError::Unavailable {
            why: "status 503".to_owned(),
            perhaps_done: false,
            retry_after: Some(Duration::from_secs(seconds)),
        }
    }

    fn limited(seconds: u64) -> CrmError {
        CrmError::RateLimited {
            retry_after: Duration::from_secs(seconds),
        }
    }

    /// Fails with each of these, then succeeds; gives the waits before the tries after the first.
    async fn play(again: Again, errors: &[CrmError]) -> (Result<(), CrmError>, Vec<u128>) {
        let start = Instant::now();
        let at = RefCell::new(Vec::new());
        let result = Patience::default()
            .persist(again, || {
                let tried = at.borrow().len();
                at.borrow_mut().push(start.elapsed().as_millis());
                let error = errors.get(tried).cloned();
                async move { error.map_or(Ok(()), Err) }
            })
            .await;
        let at = at.into_inner();
        let waits = at.windows(2).map(|pair| pair[1] - pair[0]).collect();
        (result, waits)
    }

    #[tokio::test(start_paused = true)]
    async fn the_waits_double_and_three_tries_are_all() {
        let (result, waits) = play(Again::Freely, &[unavailable(true), unavailable(true)]).await;
        assert_eq!((result, waits), (Ok(()), vec![250, 500]));
        let (result, waits) = play(
            Again::Freely,
            &[unavailable(true), unavailable(true), limited(1)],
        )
        .await;
        assert_eq!((result, waits), (Err(limited(1)), vec![250, 500]));
    }

    #[tokio::test(start_paused = true)]
    async fn the_crm_may_ask_for_two_seconds_and_no_more() {
        let (result, waits) = play(Again::Freely, &[limited(2)]).await;
        assert_eq!((result, waits), (Ok(()), vec![2000]));
        let (result, waits) = play(Again::Freely, &[limited(3)]).await;
        assert_eq!((result, waits), (Err(limited(3)), vec![]));
        let (result, waits) = play(Again::Freely, &[away_for(1)]).await;
        assert_eq!((result, waits), (Ok(()), vec![1000]));
        let (result, waits) = play(Again::Freely, &[away_for(3)]).await;
        assert_eq!((result, waits), (Err(away_for(3)), vec![]));
    }

    #[tokio::test(start_paused = true)]
    async fn what_may_be_done_already_is_not_done_twice() {
        let (result, waits) = play(Again::UnlessDone, &[unavailable(true)]).await;
        assert_eq!((result, waits), (Err(unavailable(true)), vec![]));
        let (result, waits) = play(Again::UnlessDone, &[unavailable(false)]).await;
        assert_eq!((result, waits), (Ok(()), vec![250]));
        let (result, waits) = play(Again::Never, &[unavailable(false)]).await;
        assert_eq!((result, waits), (Err(unavailable(false)), vec![]));
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_succeed_is_not_tried_again() {
        let (result, waits) = play(Again::Freely, &[CrmError::NotFound]).await;
        assert_eq!((result, waits), (Err(CrmError::NotFound), vec![]));
    }
}
