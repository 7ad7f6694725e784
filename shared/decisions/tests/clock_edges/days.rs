//! Clocks that start on the day that stands in a field.

use contracts::state::ClockStatus;
use crm::Value;
use decisions::clocks::Trigger;
use testkit::{at, staffing};

use super::{Deal, after, example_with_meet, monday, notes};

#[test]
fn a_day_in_a_field_starts_it_and_another_day_moves_it() {
    let start = "start: { on: opportunity.close_date, at: \"09:00\" }";
    let mut deal = Deal::new(staffing(example_with_meet(start, "upon: activity.logged")));
    let date = |text: &str| Some(Value::Date(text.parse().expect("a date")));
    let planned = deal.changes("close_date", date("2026-12-01"), after(1));
    assert!(
        notes(&planned).contains("it starts Tue 01 Dec 09:00"),
        "{}",
        notes(&planned)
    );
    let december = |day: i8| at(&format!("2026-12-{day:02}T08:00:00Z"));
    let next = |deal: &Deal| deal.clocks.as_ref().expect("clocks").next();
    assert_eq!(next(&deal), Some(december(1)), "a deadline stands with it");
    assert!(
        deal.copy(after(2), &[]).is_none(),
        "the same day is no news"
    );
    deal.changes("close_date", date("2026-12-03"), after(3));
    assert_eq!(next(&deal), Some(december(3)));
    deal.hear(Trigger::Due { at: december(2) });
    assert_eq!(deal.stands(), None);
    deal.hear(Trigger::Due { at: december(3) });
    assert_eq!(deal.stands(), Some((1, ClockStatus::Running, december(3))));
    // Another day ends the run; none plans nothing.
    deal.changes("close_date", date("2026-12-20"), december(4));
    assert_eq!(deal.run().expect("a run").status, ClockStatus::Cancelled);
    deal.changes("close_date", None, december(5));
    assert_eq!(next(&deal), None);
    // A day that is past when it is first seen starts it from that day, and it may be late at once.
    deal.changes("close_date", date("2026-12-02"), december(20));
    assert_eq!(deal.stands(), Some((2, ClockStatus::Running, december(2))));
    let mut deal = Deal::new(staffing(example_with_meet(start, "upon: activity.logged")));
    deal.changes("close_date", date("2026-11-02"), monday());
    let past = at("2026-11-02T08:00:00Z");
    assert_eq!(deal.stands(), Some((1, ClockStatus::Running, past)));
    deal.hear(Trigger::Due { at: after(1) });
    assert_eq!(deal.run().expect("a run").status, ClockStatus::Late);
}

#[test]
fn nothing_starts_on_a_day_while_the_record_is_closed() {
    let start = "start: { on: opportunity.close_date, at: \"09:00\" }";
    let mut deal = Deal::new(staffing(example_with_meet(start, "upon: activity.logged")));
    let date = Some(Value::Date("2026-12-01".parse().expect("a date")));
    deal.changes("close_date", date, after(1));
    deal.moves("lost", after(2), None);
    assert_eq!(deal.clocks.as_ref().expect("clocks").next(), None);
    deal.moves("discovery", after(3), None);
    deal.copy(after(3), &[]);
    let next = deal.clocks.as_ref().expect("clocks").next();
    assert_eq!(next, Some(at("2026-12-01T08:00:00Z")), "it is planned anew");
}
