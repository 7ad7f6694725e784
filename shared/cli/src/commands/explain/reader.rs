use jiff::{Timestamp, tz::TimeZone};

use crate::commands::company::Company;

/// For whom a story is told: their zone, their company, and the time at which they read it.
#[derive(Debug)]
pub struct Reader {
    /// The zone in which times are shown.
    pub zone: TimeZone,
    /// The zone's name and why it is this one, for the head of the story.
    pub zone_said: String,
    /// By whose sources records are named.
    pub company: Company,
    /// When the story is read.
    pub now: Timestamp,
}

impl Reader {
    /// A day: `Mon 23 Nov 2026`.
    pub fn day(&self, at: Timestamp) -> String {
        self.show(at, "%a %d %b %Y")
    }

    /// A time of day: `09:02:11`.
    pub fn time(&self, at: Timestamp) -> String {
        self.show(at, "%H:%M:%S")
    }

    /// A day and time of day; the year only if it is another than the reader's.
    pub fn moment(&self, at: Timestamp) -> String {
        let year = |at: Timestamp| at.to_zoned(self.zone.clone()).year();
        let same = year(at) == year(self.now);
        self.show(
            at,
            if same {
                "%a %d %b %H:%M"
            } else {
                "%a %d %b %Y %H:%M"
            },
        )
    }

    /// A time of day if it is on the same day as `beside`, else the day as well.
    pub fn beside(&self, at: Timestamp, beside: Timestamp) -> String {
        if self.day(at) == self.day(beside) {
            self.time(at)
        } else {
            self.moment(at)
        }
    }

    fn show(&self, at: Timestamp, format: &str) -> String {
        at.to_zoned(self.zone.clone()).strftime(format).to_string()
    }
}
