use crm::PersonId;
use decisions::Staffing;
use jiff::{SignedDuration, Timestamp};

/// How far ahead a working day is looked for.
const FARTHEST_DAYS: usize = 366;

/// When a task that is made now is due: when its owner's next working day ends
/// on which they are there. A task without an
/// owner, or with one whom the model does not know, goes by the calendar that their clocks go by;
/// if no day is worked, it is due in a day.
pub(crate) fn due_of(staffing: &Staffing, owner: Option<&PersonId>, now: Timestamp) -> Timestamp {
    let in_a_day = now
        .checked_add(SignedDuration::from_hours(24))
        .unwrap_or(now);
    let nobody = PersonId::new("nobody");
    end_of_next_day(staffing, owner.unwrap_or(&nobody), now).unwrap_or(in_a_day)
}

fn end_of_next_day(staffing: &Staffing, owner: &PersonId, now: Timestamp) -> Option<Timestamp> {
    let calendar = staffing.calendar_of(owner)?;
    let zone = calendar.time_zone();
    let mut day = now.to_zoned(zone.clone()).date();
    for _ in 0..FARTHEST_DAYS {
        day = day.tomorrow().ok()?;
        if calendar.is_working_day(day) {
            let midnight = day.to_zoned(zone.clone()).ok()?.timestamp();
            return calendar
                .add(midnight, calendar.working_day_length(day))
                .ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use testkit::{at, example_staffing};

    use super::*;

    #[test]
    fn it_is_the_end_of_the_owners_next_working_day() {
        let rules = example_staffing();
        for (owner, now, due) in [
            // Monday in Berlin: Tuesday at 18:00.
            (Some("anna"), "2026-11-23T10:00:00Z", "2026-11-24T17:00:00Z"),
            // Thursday: Friday ends at 16:00.
            (Some("anna"), "2026-11-26T10:00:00Z", "2026-11-27T15:00:00Z"),
            // Friday: Monday.
            (Some("anna"), "2026-11-27T10:00:00Z", "2026-11-30T17:00:00Z"),
            // Christmas Eve is a half-day.
            (Some("anna"), "2026-12-23T10:00:00Z", "2026-12-24T11:00:00Z"),
            // Late on Monday in UTC is still Monday in New York.
            (Some("maya"), "2026-11-24T03:00:00Z", "2026-11-24T23:00:00Z"),
            // Over Thanksgiving.
            (Some("maya"), "2026-11-25T15:00:00Z", "2026-11-27T23:00:00Z"),
            // Nobody's, and a stranger's.
            (None, "2026-11-23T10:00:00Z", "2026-11-24T17:00:00Z"),
            (
                Some("hubspot:99"),
                "2026-11-23T10:00:00Z",
                "2026-11-24T17:00:00Z",
            ),
        ] {
            let person = owner.map(PersonId::new);
            assert_eq!(
                due_of(&rules, person.as_ref(), at(now)),
                at(due),
                "{owner:?} {now}"
            );
        }
    }
}
