//! Business time as a child would count it: look at the wall clock of every
//! minute or second, one after the other. Shares nothing with the crate but the
//! words of a calendar.

use business_time::{CalendarSpec, Hours, TimeOff, Weekday};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};

pub struct Naive {
    spec: CalendarSpec,
    time_off: Vec<TimeOff>,
    zone: TimeZone,
    /// Seconds between two looks at the clock; all edges must be multiples.
    unit: i64,
}

impl Naive {
    pub fn new(spec: &CalendarSpec, time_off: &[TimeOff], unit: i64) -> Naive {
        // Not the machine's database: it may be of another year.
        let zone = TimeZoneDatabase::bundled().get(&spec.time_zone).unwrap();
        Naive {
            spec: spec.clone(),
            time_off: time_off.to_vec(),
            zone,
            unit,
        }
    }

    pub fn is_open(&self, at: Timestamp) -> bool {
        let local = self.zone.to_datetime(at);
        let time = local.time();
        let second = u32::try_from(
            i32::from(time.hour()) * 3600
                + i32::from(time.minute()) * 60
                + i32::from(time.second()),
        )
        .unwrap();
        let (today, yesterday) = (local.date(), local.date().yesterday().unwrap());
        let special = |date: Date| {
            self.spec.on_dates.contains_key(&date) || self.spec.holidays.contains(&date)
        };
        let early = |hours: &[Hours]| {
            hours
                .iter()
                .any(|h| h.end <= h.start && second < h.end.seconds())
        };
        let late = |hours: &[Hours]| {
            hours.iter().any(|h| {
                h.start.seconds() <= second && (h.end <= h.start || second < h.end.seconds())
            })
        };
        let named_yesterday = self.spec.on_dates.contains_key(&yesterday);
        let carried = early(self.hours(yesterday)) && (named_yesterday || !special(today));
        let in_hours = late(self.hours(today)) || carried;
        let in_break = [
            self.breaks(today).iter().any(|b| late(b)),
            self.breaks(yesterday).iter().any(|b| early(b)),
        ];
        let away = self
            .time_off
            .iter()
            .any(|off| off.from <= at && at < off.to);
        in_hours && in_break == [false, false] && !away
    }

    fn hours(&self, date: Date) -> &[Hours] {
        match self.spec.on_dates.get(&date) {
            Some(hours) => hours,
            None if self.spec.holidays.contains(&date) => &[],
            None => self
                .spec
                .hours
                .get(&weekday(date))
                .map_or(&[], Vec::as_slice),
        }
    }

    fn breaks(&self, date: Date) -> Vec<&[Hours]> {
        let weekly = self.spec.breaks.get(&weekday(date)).into_iter();
        weekly
            .chain(self.spec.breaks_on.get(&date))
            .map(Vec::as_slice)
            .collect()
    }

    /// Open seconds of `from..to`, both multiples of the unit.
    pub fn elapsed(&self, from: i64, to: i64) -> i64 {
        let mut sum = 0;
        let mut at = from;
        while at < to {
            sum += if self.is_open(second(at)) {
                self.unit
            } else {
                0
            };
            at += self.unit;
        }
        sum
    }

    /// The end of `seconds` open seconds from `start`, if it is reached before
    /// `limit` more seconds have passed; all multiples of the unit.
    pub fn add(&self, start: i64, seconds: i64, limit: i64) -> Option<i64> {
        let step = if seconds < 0 { -self.unit } else { self.unit };
        let (mut at, mut left) = (start, seconds.abs());
        while left > 0 {
            if (at - start).abs() > limit {
                return None;
            }
            let looked_at = if step > 0 { at } else { at + step };
            left -= if self.is_open(second(looked_at)) {
                self.unit
            } else {
                0
            };
            at += step;
        }
        Some(at)
    }
}

fn weekday(date: Date) -> Weekday {
    Weekday::ALL[usize::try_from(date.weekday().to_monday_zero_offset()).unwrap()]
}

pub fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}
