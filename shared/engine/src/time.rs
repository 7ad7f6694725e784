//! The one rule of time.
//!
//! A handler gets the business's time: that of the machine it runs on, or that of the event if the
//! event is ahead. A tick states its time, and what follows from a decision carries the decision's,
//! so a test, a story or a simulation can pass any instant, and nobody's clock that runs a little
//! behind turns the order of cause and effect round. Nothing else asks what time it is, except for
//! what is about machines, which asks the port [`crate::Clock`].

use contracts::Event;
use jiff::Timestamp;

/// The business's time at which an event is handled by a host whose clock shows `host`.
#[must_use]
pub fn business_time(event: &Event, host: Timestamp) -> Timestamp {
    host.max(event.time)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use contracts::{EventData, EventId};
    use model::Revision;

    use super::*;

    #[test]
    fn it_is_the_later_of_the_hosts_and_the_events() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let tick = |time: &str| {
            let data = EventData::Tick { at: at(time) };
            Event::new(EventId::of(&["tick"]), at(time), &Revision::default(), data)
        };
        let host = at("2026-11-25T12:00:00Z");
        let ahead = tick("2026-12-25T12:00:00Z");
        assert_eq!(business_time(&ahead, host), ahead.time);
        assert_eq!(business_time(&tick("2026-11-25T11:59:00Z"), host), host);
    }
}
