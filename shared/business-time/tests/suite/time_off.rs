//! Personal absences on top of a shared calendar.

use business_time::{BusinessAmount, Calendar, TimeOff};
use jiff::Timestamp;

use crate::calendars::berlin;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn absences_join_and_leave_the_team_as_it_is() {
    let team = Calendar::compile(&berlin(), at("2026-06-01T00:00:00Z")).unwrap();
    let off = |from, to| TimeOff {
        from: at(from),
        to: at(to),
    };
    let (monday, tuesday) = (at("2026-06-01T07:00:00Z"), at("2026-06-02T07:00:00Z"));
    let once = team.with_time_off(&[off("2026-06-01T08:00:00Z", "2026-06-01T10:00:00Z")]);
    let twice = once.with_time_off(&[off("2026-06-01T09:00:00Z", "2026-06-01T12:00:00Z")]);
    let same = team.with_time_off(&[
        off("2026-06-01T09:00:00Z", "2026-06-01T12:00:00Z"),
        off("2026-06-01T08:00:00Z", "2026-06-01T10:00:00Z"),
        off("2026-06-01T15:00:00Z", "2026-06-01T14:00:00Z"),
    ]);
    assert_eq!(team.elapsed(monday, tuesday), 8 * 3600);
    assert_eq!(once.elapsed(monday, tuesday), 6 * 3600);
    assert_eq!(twice.elapsed(monday, tuesday), 5 * 3600);
    assert_eq!(same.elapsed(monday, tuesday), 5 * 3600);
    assert_eq!(same.add(monday, 3600).unwrap(), at("2026-06-01T08:00:00Z"));
    assert_eq!(same.add(monday, 3601).unwrap(), at("2026-06-01T12:00:01Z"));
    assert_eq!(
        same.add(at("2026-06-01T12:00:01Z"), -1).unwrap(),
        at("2026-06-01T12:00:00Z")
    );
    assert_eq!(
        same.next_opening(monday).unwrap(),
        at("2026-06-01T12:00:00Z")
    );
}

#[test]
fn a_day_away_is_no_working_day() {
    let team = Calendar::compile(&berlin(), at("2026-06-01T00:00:00Z")).unwrap();
    let tuesday = "2026-06-02".parse().unwrap();
    let person = team.with_time_off(&[TimeOff {
        from: at("2026-06-02T00:00:00Z"),
        to: at("2026-06-03T00:00:00Z"),
    }]);
    assert!(team.is_working_day(tuesday) && !person.is_working_day(tuesday));
    assert_eq!(person.working_day_length(tuesday), 0);
    let monday = at("2026-06-01T08:00:00Z");
    assert_eq!(
        team.add_business_days(monday, 1).unwrap(),
        at("2026-06-02T08:00:00Z")
    );
    assert_eq!(
        person.add_business_days(monday, 1).unwrap(),
        at("2026-06-03T08:00:00Z")
    );
}

#[test]
fn a_calendar_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + Clone>(_: &T) {}
    shared(&Calendar::compile(&berlin(), at("2026-06-01T00:00:00Z")).unwrap());
}

#[test]
fn the_wall_clock_stands_still_in_time_off_only() {
    let team = Calendar::compile(&berlin(), at("2026-06-01T00:00:00Z")).unwrap();
    let person = team.with_time_off(&[TimeOff {
        from: at("2026-06-02T00:00:00Z"),
        to: at("2026-06-04T00:00:00Z"),
    }]);
    let day = BusinessAmount::Wall(86_400);
    let due = |from: &str| person.due(at(from), &day).unwrap();
    assert_eq!(due("2026-06-01T10:00:00Z"), at("2026-06-04T10:00:00Z"));
    assert_eq!(due("2026-06-03T10:00:00Z"), at("2026-06-05T00:00:00Z"));
    assert_eq!(due("2026-06-01T00:00:00Z"), at("2026-06-02T00:00:00Z"));
    assert_eq!(due("2026-06-05T10:00:00Z"), at("2026-06-06T10:00:00Z"));
    let monday = at("2026-06-01T10:00:00Z");
    assert_eq!(team.due(monday, &day).unwrap(), at("2026-06-02T10:00:00Z"));
    assert_eq!(
        person.wall_elapsed(monday, at("2026-06-04T10:00:00Z")),
        86_400
    );
    assert_eq!(
        person.wall_elapsed(at("2026-06-04T10:00:00Z"), monday),
        -86_400
    );
}
