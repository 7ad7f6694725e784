//! The mistakes a calendar can contain.

use jiff::civil::Date;

use crate::hours::{DAY, Hours, TimeOfDay};
use crate::local_hours::{LocalHours, day_number};
use crate::rules::zone;
use crate::spec::CalendarSpec;
use crate::weekday::Weekday;

/// A mistake in a [`CalendarSpec`]: what is wrong, where, and how to fix it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpecError {
    /// The zone is not in the time zone database.
    #[error(
        "time_zone `{name}` is not known: write a name of the IANA database, for example Europe/Berlin"
    )]
    UnknownZone {
        /// The name as it was written.
        name: String,
    },
    /// An interval starts at the end of the day.
    #[error(
        "{place}: {interval} starts at 24:00, when the day is over: let it start at 00:00 of the next day"
    )]
    StartsAtEndOfDay {
        /// Where it stands.
        place: Place,
        /// The interval.
        interval: Hours,
    },
    /// Two intervals of one day share time.
    #[error("{place}: {first} and {second} overlap: join them, or move one of them")]
    Overlap {
        /// Where they stand.
        place: Place,
        /// The earlier interval.
        first: Hours,
        /// The later interval.
        second: Hours,
    },
    /// An interval runs over midnight into an interval of the next day.
    #[error(
        "{place}: {interval} runs over midnight into {next} of {next_place}: end it earlier, or let the other start later"
    )]
    OverlapsNextDay {
        /// Where the interval stands.
        place: Place,
        /// The interval that runs over midnight.
        interval: Hours,
        /// Where the other one stands.
        next_place: Place,
        /// The other interval.
        next: Hours,
    },
    /// Neither a weekday nor a date has any hours.
    #[error(
        "the calendar is never open: give a weekday or a date some hours that no break takes away"
    )]
    NeverOpen,
}

/// Where in a calendar something stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Place {
    /// Under `hours`.
    Hours(Weekday),
    /// Under `on_dates`.
    OnDate(Date),
    /// Under `breaks`.
    Breaks(Weekday),
    /// Under `breaks_on`.
    BreaksOn(Date),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::Hours(day) => write!(f, "hours, {day}"),
            Place::OnDate(date) => write!(f, "on_dates, {date}"),
            Place::Breaks(day) => write!(f, "breaks, {day}"),
            Place::BreaksOn(date) => write!(f, "breaks_on, {date}"),
        }
    }
}

impl CalendarSpec {
    /// Every mistake of the calendar, in the order of its parts; none when it
    /// can be used.
    #[must_use]
    pub fn validate(&self) -> Vec<SpecError> {
        let mut errors = Vec::new();
        if zone(&self.time_zone).is_none() {
            errors.push(SpecError::UnknownZone {
                name: self.time_zone.clone(),
            });
        }
        for (place, hours) in self.places() {
            check_starts(place, hours, &mut errors);
            // Breaks that overlap cut out what either of them does.
            if matches!(place, Place::Hours(_) | Place::OnDate(_)) {
                check_overlaps(place, hours, &mut errors);
            }
        }
        self.check_week(&mut errors);
        self.check_dates(&mut errors);
        if errors.is_empty() && !LocalHours::new(self).ever_open() {
            errors.push(SpecError::NeverOpen);
        }
        errors
    }

    fn places(&self) -> impl Iterator<Item = (Place, &[Hours])> {
        let hours = self
            .hours
            .iter()
            .map(|(&day, hours)| (Place::Hours(day), hours.as_slice()));
        let dates = self
            .on_dates
            .iter()
            .map(|(&date, hours)| (Place::OnDate(date), hours.as_slice()));
        let breaks = self
            .breaks
            .iter()
            .map(|(&day, hours)| (Place::Breaks(day), hours.as_slice()));
        let on = self
            .breaks_on
            .iter()
            .map(|(&date, hours)| (Place::BreaksOn(date), hours.as_slice()));
        hours.chain(dates).chain(breaks).chain(on)
    }

    /// What runs over midnight from one weekday into the next.
    fn check_week(&self, errors: &mut Vec<SpecError>) {
        for (&day, hours) in &self.hours {
            let next = day.next();
            if let Some(following) = self.hours.get(&next) {
                check_tail(
                    (Place::Hours(day), hours),
                    (Place::Hours(next), following),
                    errors,
                );
            }
        }
    }

    /// What runs over midnight from a date with hours of its own.
    fn check_dates(&self, errors: &mut Vec<SpecError>) {
        for (&date, hours) in &self.on_dates {
            let Ok(next) = date.tomorrow() else { continue };
            let following = match self.on_dates.get(&next) {
                Some(own) => Some((Place::OnDate(next), own)),
                None if self.holidays.contains(&next) => None,
                None => {
                    let weekday = Weekday::of_day(day_number(next));
                    self.hours
                        .get(&weekday)
                        .map(|weekly| (Place::Hours(weekday), weekly))
                }
            };
            if let Some((place, following)) = following {
                check_tail((Place::OnDate(date), hours), (place, following), errors);
            }
        }
    }
}

fn check_starts(place: Place, hours: &[Hours], errors: &mut Vec<SpecError>) {
    for &interval in hours {
        if interval.start == TimeOfDay::END_OF_DAY {
            errors.push(SpecError::StartsAtEndOfDay { place, interval });
        }
    }
}

fn check_overlaps(place: Place, hours: &[Hours], errors: &mut Vec<SpecError>) {
    let mut ordered = hours.to_vec();
    ordered.sort_by_key(|interval| interval.span());
    let mut longest: Option<Hours> = None;
    for second in ordered {
        match longest {
            Some(first) if second.span().0 < first.span().1 => {
                errors.push(SpecError::Overlap {
                    place,
                    first,
                    second,
                });
                if second.span().1 > first.span().1 {
                    longest = Some(second);
                }
            }
            _ => longest = Some(second),
        }
    }
}

fn check_tail(day: (Place, &Vec<Hours>), next: (Place, &Vec<Hours>), errors: &mut Vec<SpecError>) {
    for &interval in day.1 {
        for &following in next.1 {
            if following.span().0 + DAY < interval.span().1 {
                errors.push(SpecError::OverlapsNextDay {
                    place: day.0,
                    interval,
                    next_place: next.0,
                    next: following,
                });
            }
        }
    }
}
