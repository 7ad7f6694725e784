use std::time::Duration;

use contracts::Event;
use jiff::SignedDuration;
use model::Revision;

use crate::failure::Failure;

/// After how long a function may be of the deployment that an event was sent by.
const NEXT_LOOK: Duration = Duration::from_secs(30);

/// For how long an event of a later deployment waits for its reader to be of that deployment too. A
/// deployment takes a minute or two; what has not come after ten was taken back.
pub const LONGEST_AHEAD: SignedDuration = SignedDuration::from_mins(10);

/// Whether a function with the revision `ours` may handle an event that has lain in its queue for so long,
/// by machine time: the business's time of an event may be next month's.
///
/// One that a later deployment sent waits until the function is of that deployment too. Where that does
/// not come, since the cloud or somebody has taken the deployment back, it is handled in the end by the
/// model at hand, and what is returned then says so. It is said of the decision as well, by
/// [`contracts::AuditRecord::ahead`].
///
/// # Errors
/// If the event is to wait.
pub fn not_ahead(
    event: &Event,
    ours: Option<&Revision>,
    waited: SignedDuration,
    longest: SignedDuration,
) -> Result<Option<String>, Failure> {
    let Some(ours) = ours.filter(|ours| event.revision.is_later_than(ours)) else {
        return Ok(None);
    };
    let (theirs, ours) = (event.revision.number, ours.number);
    if waited < longest {
        let why =
            format!("the event is of deployment {theirs}, and this function is still of {ours}");
        return Err(Failure::waits(why, NEXT_LOOK));
    }
    Ok(Some(format!(
        "the event is of deployment {theirs}, which did not come within {longest:#}: it was taken back, and \
         deployment {ours} judges"
    )))
}

#[cfg(test)]
mod tests {
    use contracts::{EventData, EventId};
    use jiff::Timestamp;

    use super::*;

    fn of(number: u64) -> Revision {
        Revision {
            number,
            hash: format!("{number:016x}"),
        }
    }

    fn tick(number: u64, at: &str) -> Event {
        let at: Timestamp = at.parse().expect("an instant");
        Event::new(
            EventId::of(&["tick"]),
            at,
            &of(number),
            EventData::Tick { at },
        )
    }

    fn after(event: &Event, ours: u64, seconds: i64) -> Result<Option<String>, Failure> {
        let waited = SignedDuration::from_secs(seconds);
        not_ahead(event, Some(&of(ours)), waited, LONGEST_AHEAD)
    }

    #[test]
    fn an_event_of_the_same_or_an_earlier_deployment_never_waits() {
        for number in [0, 1, 33, 35] {
            let event = tick(number, "2026-11-23T08:00:00Z");
            assert_eq!(after(&event, 35, 0), Ok(None));
            let decides_nothing = not_ahead(&event, None, SignedDuration::ZERO, LONGEST_AHEAD);
            assert_eq!(decides_nothing, Ok(None));
        }
    }

    #[test]
    fn one_of_a_later_deployment_waits_for_ten_minutes_whatever_its_own_time_is() {
        for at in ["2026-10-23T08:00:00Z", "2027-01-23T08:00:00Z"] {
            let event = tick(35, at);
            for seconds in [-5, 0, 599] {
                let waits = after(&event, 33, seconds).expect_err("it is to wait");
                assert!(matches!(waits, Failure::Waits { .. }), "{waits:?}");
            }
            let said = after(&event, 33, 600).expect("it is judged");
            assert_eq!(
                said.expect("it is said"),
                "the event is of deployment 35, which did not come within 10m: it was taken back, and deployment 33 judges"
            );
        }
    }
}
