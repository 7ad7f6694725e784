//! How a shadow month is told of, wherever somebody looks at the model.

use decisions::Rules;
use jiff::{SignedDuration, Timestamp};

/// That a model only observes at an instant, and until when; nothing if it is enforced.
pub fn said_of(rules: &Rules, now: Timestamp) -> Option<String> {
    let from = rules.observes_until(now)?;
    let zone = rules.company_zone();
    let day = |at: Timestamp| {
        at.to_zoned(zone.clone())
            .strftime("%a %d %b %Y")
            .to_string()
    };
    let last = from
        .checked_sub(SignedDuration::from_secs(1))
        .unwrap_or(from);
    Some(format!(
        "OBSERVES ONLY: a shadow month until the end of {}. Gates let everything stand, nobody is given a record, and \
         nothing is written into the CRM; `fairlead readiness` tells what would have been. From {} on the model is \
         enforced by itself.",
        day(last),
        day(from)
    ))
}
