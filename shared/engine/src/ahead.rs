use std::time::Duration;

use jiff::SignedDuration;
use model::Revision;

use crate::failure::Failure;

/// After how long a function may be of the deployment that an event was sent by.
const NEXT_LOOK: Duration = Duration::from_secs(30);

/// For how long an event of a later deployment waits for its reader to be of that deployment too. A
/// deployment takes a minute or two; what has not come after ten was taken back.
pub const LONGEST_AHEAD: SignedDuration = SignedDuration::from_mins(10);

/// Whether a function with the revision `ours` may handle an event of the revision `theirs` that was first
/// received so long ago, by machine time: the business's time of an event may be next month's.
///
/// One that a later deployment sent waits until the function is of that deployment too. Where that does
/// not come, since the cloud has taken the deployment back, it is handled in the end by the
/// model at hand, and what is returned then says so. It is said of the decision as well, by
/// [`contracts::AuditRecord::ahead`].
///
/// # Errors
/// If the event is to wait.
pub fn not_ahead(
    theirs: &Revision,
    ours: Option<&Revision>,
    waited: SignedDuration,
    longest: SignedDuration,
) -> Result<Option<String>, Failure> {
    let Some(ours) = ours.filter(|ours| theirs.is_later_than(ours)) else {
        return Ok(None);
    };
    let (theirs, ours) = (theirs.number, ours.number);
    if waited < longest {
        let why =
            format!("the event is of deployment {theirs}, and this function is still of {ours}");
        return Err(Failure::Waits {
            why,
            wait: NEXT_LOOK,
            left: Duration::try_from(longest.saturating_sub(waited)).ok(),
        });
    }
    Ok(Some(format!(
        "the event is of deployment {theirs}, which did not come within {longest:#}: it was taken back, and \
         deployment {ours} judges"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(number: u64) -> Revision {
        Revision {
            number,
            hash: format!("{number:016x}"),
        }
    }

    fn after(theirs: u64, ours: u64, seconds: i64) -> Result<Option<String>, Failure> {
        let waited = SignedDuration::from_secs(seconds);
        not_ahead(&of(theirs), Some(&of(ours)), waited, LONGEST_AHEAD)
    }

    #[test]
    fn an_event_of_the_same_or_an_earlier_deployment_never_waits() {
        for number in [0, 1, 33, 35] {
            assert_eq!(after(number, 35, 0), Ok(None));
            let decides_nothing = not_ahead(&of(number), None, SignedDuration::ZERO, LONGEST_AHEAD);
            assert_eq!(decides_nothing, Ok(None));
        }
    }

    #[test]
    fn one_of_a_later_deployment_waits_for_ten_minutes_and_no_longer() {
        for (seconds, left) in [(-5, 605), (0, 600), (599, 1)] {
            let waits = after(35, 33, seconds).expect_err("it is to wait");
            let Failure::Waits { left: said, .. } = waits else {
                panic!("{waits:?}");
            };
            assert_eq!(said, Some(Duration::from_secs(left)));
        }
        let said = after(35, 33, 600).expect("it is judged");
        assert_eq!(
            said.expect("it is said"),
            "the event is of deployment 35, which did not come within 10m: it was taken back, and deployment 33 judges"
        );
    }
}
