use std::{
    future::Future,
    time::{Duration, Instant},
};

/// How often something is looked at while it is waited for.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// How long most things may take on a busy machine.
pub const SOON: Duration = Duration::from_secs(30);

/// Looks until there is something, and says what was waited for if there never is.
pub async fn eventually<T, F, L>(what: &str, within: Duration, look: L) -> T
where
    F: Future<Output = Option<T>>,
    L: Fn() -> F,
{
    let start = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(start.elapsed() < within, "waited {within:?} for {what}");
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
