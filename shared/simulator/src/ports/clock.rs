use std::time::Duration;

use engine::Clock;
use jiff::{SignedDuration, Timestamp};

use super::Ports;
use crate::world::after;

impl Clock for Ports {
    fn now(&self) -> Timestamp {
        let inside = self.0.lock();
        after(inside.now, inside.turn.off)
    }

    async fn sleep(&self, length: Duration) {
        let length = SignedDuration::try_from(length).unwrap_or(SignedDuration::MAX);
        self.0.wait(length).await;
    }
}
