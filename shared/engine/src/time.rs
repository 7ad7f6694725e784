//! The one rule of time.
//!
//! A handler gets the business's time: that of the machine it runs on, or that of the event if the
//! event is ahead. A tick states its time, and what follows from a decision carries the decision's,
//! so a test, a story or a simulation can pass any instant, and nobody's clock that runs a little
//! behind turns the order of cause and effect round. Nothing else asks what time it is, except for
//! what is about machines, which asks the port [`crate::Clock`].

use std::time::Duration;

use contracts::Event;
use jiff::{SignedDuration, Timestamp};

/// How old an event must be before a CRM's "not found" is believed: its reads lag behind its
/// webhooks for seconds.
pub const NOT_FOUND_BELIEVED: SignedDuration = SignedDuration::from_secs(60);

/// After how long a CRM that does not show a record yet is asked again.
pub const SHOWN_SOON: Duration = Duration::from_secs(15);

/// The business's time at which an event is handled by a host whose clock shows `host`.
#[must_use]
pub fn business_time(event: &Event, host: Timestamp) -> Timestamp {
    host.max(event.time)
}

/// Whether an event is so new by the machine's time `host` that the CRM may not show its record yet.
/// One of another time than the machine's, as a story or a simulation tells it, is not.
#[must_use]
pub fn may_be_unseen(event: &Event, host: Timestamp) -> bool {
    host.duration_since(event.time).abs() < NOT_FOUND_BELIEVED
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]
mod tests {
    use contracts::{Cause, DecisionDraft, EventData, EventId, Function, Subject};
    use model::Revision;

    use super::*;

    #[test]
    fn what_is_of_another_time_than_the_machines_is_not_unseen() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let host = at("2026-11-25T12:00:00Z");
        for (time, unseen) in [
            ("2026-11-25T11:59:01Z", true),
            ("2026-11-25T11:59:00Z", false),
            ("2026-11-25T12:00:59Z", true),
            ("2026-12-25T12:00:00Z", false),
        ] {
            let data = EventData::Tick { at: at(time) };
            let event = Event::new(EventId::of(&[time]), at(time), &Revision::default(), data);
            assert_eq!(may_be_unseen(&event, host), unseen, "{time}");
        }
    }

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

    /// A host that runs behind, or was handed a tick of next month, turns nothing round: what follows
    /// from a decision is handled no earlier than it was decided.
    #[test]
    fn what_follows_is_never_handled_before_what_it_follows_from() {
        let hosts = [
            "2026-12-25T11:59:00Z",
            "2026-11-25T12:00:00Z",
            "2026-12-25T12:00:01Z",
        ];
        let mut event = {
            let at = "2026-12-25T12:00:00Z".parse().unwrap();
            let data = EventData::Tick { at };
            Event::new(EventId::of(&["tick"]), at, &Revision::default(), data)
        };
        let mut decided = Vec::new();
        for host in hosts {
            let now = business_time(&event, host.parse().unwrap());
            let draft = DecisionDraft {
                emits: vec![event.data.clone()],
                ..DecisionDraft::default()
            };
            let subject = Subject::Person(crm::PersonId::new("anna"));
            let (cause, revision) = (Cause::of(&event), Revision::default());
            let audit = draft.into_audit(Function::DailyDigest, subject, &cause, 0, &revision, now);
            assert_eq!((audit.at, audit.events[0].time), (now, now));
            assert_eq!(audit.events[0].causation, Some(event.id.clone()));
            assert_eq!(audit.events[0].correlation, event.correlation);
            decided.push(now.to_string());
            event = audit.events[0].clone();
        }
        let times = [
            "2026-12-25T12:00:00Z",
            "2026-12-25T12:00:00Z",
            "2026-12-25T12:00:01Z",
        ];
        assert_eq!(decided, times);
    }
}
