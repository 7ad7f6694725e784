use std::time::Duration;

use engine::Clock;
use jiff::Timestamp;

/// The clock of the machine that a function or the command line runs on.
#[derive(Debug, Clone, Copy, Default)]
pub struct MachineClock;

impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    async fn sleep(&self, length: Duration) {
        tokio::time::sleep(length).await;
    }
}
