//! On which days something happens again.

use jiff::civil::Date;
use model::Recurrence;

/// Whether it happens on a day; of working days by whether that is one.
pub(crate) fn recurs(every: Recurrence, day: Date, works: impl Fn(Date) -> bool) -> bool {
    match every {
        Recurrence::WorkingDay => works(day),
        Recurrence::Weekly(weekday) => day.weekday() == weekday,
        Recurrence::FirstOfMonth(weekday) => day.weekday() == weekday && day.day() <= 7,
        Recurrence::FirstOfQuarter(weekday) => {
            day.weekday() == weekday && day.day() <= 7 && day.month() % 3 == 1
        }
    }
}
