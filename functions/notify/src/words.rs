//! How days and counts are written in a mail.

use jiff::civil::Date;

/// A day: "Monday 23 November 2026".
pub(crate) fn long_day(day: Date) -> String {
    day.strftime("%A %-d %B %Y").to_string()
}

/// A count of things: "1 late clock", "2 late clocks".
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 {
        format!("1 {one}")
    } else {
        format!("{count} {many}")
    }
}
