#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use super::*;

fn calendar(events: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}END:VCALENDAR\r\n",
        events.replace('\n', "\r\n")
    )
}

fn event(lines: &str) -> String {
    calendar(&format!("BEGIN:VEVENT\nSUMMARY:Day\n{lines}\nEND:VEVENT\n"))
}

fn dates(text: &str, years: RangeInclusive<i16>) -> Vec<String> {
    holidays(text, years)
        .unwrap()
        .into_keys()
        .map(|date| date.to_string())
        .collect()
}

fn errors(text: &str) -> Vec<String> {
    holidays(text, 2026..=2027)
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn the_end_is_the_day_after_the_last_one() {
    let text = event("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227");
    assert_eq!(
        dates(&text, 2026..=2026),
        ["2026-12-24", "2026-12-25", "2026-12-26"]
    );
    assert_eq!(
        dates(&event("DTSTART:20261224"), 2026..=2026),
        ["2026-12-24"]
    );
    assert_eq!(
        dates(&event("DTSTART:20261224\nDTEND:20261224"), 2026..=2026),
        ["2026-12-24"]
    );
    assert_eq!(
        dates(&event("DTSTART:20261231\nDURATION:P2D"), 2026..=2027),
        ["2026-12-31", "2027-01-01"]
    );
    assert_eq!(
        dates(&event("DTSTART:20261231\nDURATION:P1W"), 2027..=2027).len(),
        6
    );
    let midnight = event(
        "DTSTART;TZID=Europe/Berlin:20261225T000000\nDTEND;TZID=Europe/Berlin:20261226T000000",
    );
    assert_eq!(dates(&midnight, 2026..=2026), ["2026-12-25"]);
}

#[test]
fn yearly_recurrence_is_expanded_over_the_years_asked_for() {
    let christmas =
        event("DTSTART;VALUE=DATE:20201225\nDTEND;VALUE=DATE:20201227\nRRULE:FREQ=YEARLY");
    assert_eq!(
        dates(&christmas, 2026..=2027),
        ["2026-12-25", "2026-12-26", "2027-12-25", "2027-12-26"]
    );
    let new_year = event("DTSTART:20251231\nDTEND:20260102\nRRULE:FREQ=YEARLY");
    assert_eq!(dates(&new_year, 2027..=2027), ["2027-01-01", "2027-12-31"]);
    let leap = event("DTSTART:20240229\nRRULE:FREQ=YEARLY");
    assert_eq!(
        dates(&leap, 2024..=2032),
        ["2024-02-29", "2028-02-29", "2032-02-29"]
    );
    let election = event(
        "DTSTART:20241105\nRRULE:FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
    );
    assert_eq!(
        dates(&election, 2024..=2033),
        ["2024-11-05", "2028-11-07", "2032-11-02"]
    );
    let thanksgiving = event("DTSTART:20251127\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH");
    assert_eq!(
        dates(&thanksgiving, 2025..=2027),
        ["2025-11-27", "2026-11-26", "2027-11-25"]
    );
    let memorial = event("DTSTART:20250526\nRRULE:FREQ=YEARLY;BYDAY=-1MO;BYMONTH=5;WKST=SU");
    assert_eq!(dates(&memorial, 2026..=2027), ["2026-05-25", "2027-05-31"]);
    let last_day = event("DTSTART:20260228\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1");
    assert_eq!(
        dates(&last_day, 2026..=2028),
        ["2026-02-28", "2027-02-28", "2028-02-29"]
    );
    let twentieth_monday = event("DTSTART:19970519\nRRULE:FREQ=YEARLY;BYDAY=20MO");
    assert_eq!(
        dates(&twentieth_monday, 1997..=1999),
        ["1997-05-19", "1998-05-18", "1999-05-17"]
    );
}

#[test]
fn recurrence_ends_by_count_by_date_and_by_exception() {
    let counted = event("DTSTART:20240501\nRRULE:FREQ=YEARLY;COUNT=3");
    assert_eq!(
        dates(&counted, 2020..=2035),
        ["2024-05-01", "2025-05-01", "2026-05-01"]
    );
    let until = event("DTSTART:20240501\nRRULE:FREQ=YEARLY;UNTIL=20260501T000000Z");
    assert_eq!(dates(&until, 2020..=2035).len(), 3);
    let except = event(
        "DTSTART:20240501\nRRULE:FREQ=YEARLY;COUNT=3\nEXDATE;VALUE=DATE:20250501\nRDATE;VALUE=DATE:20250502,20300101",
    );
    assert_eq!(
        dates(&except, 2020..=2035),
        ["2024-05-01", "2025-05-02", "2026-05-01", "2030-01-01"]
    );
    let moved = calendar(
        "BEGIN:VEVENT\nUID:a\nDTSTART:20240501\nRRULE:FREQ=YEARLY;COUNT=2\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:a\nRECURRENCE-ID;VALUE=DATE:20250501\nDTSTART:20250502\nEND:VEVENT\n",
    );
    assert_eq!(dates(&moved, 2020..=2035), ["2024-05-01", "2025-05-02"]);
}

#[test]
fn lines_are_unfolded_and_names_are_kept() {
    let text = calendar(
        "BEGIN:VEVENT\nDTSTART;VALUE=DATE:2026\n 1225\nSUMMARY;LANGUAGE=\"de:DE\":First\\, and\n  best\\nday\nBEGIN:VALARM\nTRIGGER:-PT15M\nDURATION:PT1H\nEND:VALARM\nEND:VEVENT\n\
         BEGIN:VEVENT\nDTSTART:20261225\nSUMMARY:Second\nSTATUS:CONFIRMED\nEND:VEVENT\n\
         BEGIN:VEVENT\nDTSTART:20261226\nSUMMARY:Gone\nSTATUS:CANCELLED\nEND:VEVENT\n\
         BEGIN:VTODO\nDTSTART:nonsense\nEND:VTODO\n",
    );
    let found = holidays(&format!("\u{feff}{text}"), 2026..=2026).unwrap();
    assert_eq!(
        found.into_values().collect::<Vec<_>>(),
        ["First, and best day, Second"]
    );
}

#[test]
fn mistakes_have_their_line_and_are_all_reported() {
    let text = calendar(
        "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261332\nEND:VEVENT\n\
         BEGIN:VEVENT\nDTSTART:20261225T090000Z\nEND:VEVENT\n\
         BEGIN:VEVENT\nDTSTART:20261225\nRRULE:FREQ=MONTHLY\nEND:VEVENT\n\
         BEGIN:VEVENT\nDTSTART:20261225\nDURATION:PT3H\nnonsense\nEND:VEVENT\n",
    );
    let found = errors(&text);
    assert_eq!(found.len(), 5, "{found:#?}");
    assert!(found[0].starts_with("line 4: DTSTART: `20261332` is not a date"));
    assert!(found[1].starts_with("line 7: DTSTART: `20261225T090000Z` has a time of day"));
    assert!(found[2].starts_with("line 11: RRULE: `FREQ=MONTHLY` cannot be read"));
    assert!(found[3].starts_with("line 15: DURATION: `PT3H` is not a number of days"));
    assert!(found[4].starts_with("line 16: `nonsense` is not a line"));
    assert!(errors(&event("DTEND:20261225"))[0].starts_with("line 3: the event has no DTSTART"));
    assert!(
        errors(&event("DTSTART:20261225\nDTEND:20261224"))[0]
            .contains("ends on 2026-12-24, before")
    );
    assert!(errors(&event("DTSTART:20261225\nDTEND:20281225"))[0].contains("lasts 731 days"));
    for rule in [
        "",
        "COUNT=2",
        "FREQ=YEARLY;BYSETPOS=1",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=YEARLY;BYDAY=0MO",
        "FREQ=YEARLY;INTERVAL=0",
    ] {
        assert!(
            errors(&event(&format!("DTSTART:20261225\nRRULE:{rule}")))[0]
                .contains("cannot be read"),
            "{rule}"
        );
    }
}

#[test]
fn what_is_no_calendar_is_refused() {
    assert!(errors("")[0].contains("must begin with BEGIN:VCALENDAR"));
    assert!(errors("<html>:</html>")[0].contains("must begin with BEGIN:VCALENDAR"));
    assert!(
        errors("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261225\n")[0]
            .contains("BEGIN:VEVENT does not match")
    );
    assert!(errors("BEGIN:VCALENDAR\nEND:VEVENT\n")[0].contains("END:VEVENT does not match"));
    assert!(errors(&"x".repeat(MAX_BYTES + 1))[0].contains("at most 1048576 are read"));
    let one = "BEGIN:VEVENT\nDTSTART:20261225\nEND:VEVENT\n";
    assert!(errors(&calendar(&one.repeat(MAX_EVENTS + 1)))[0].contains("more than 10000 events"));
}
