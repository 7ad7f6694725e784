//! The hours of a calendar on the line of the wall clock, without a zone.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use crate::hours::{DAY, Hours};
use crate::runs::Run;
use crate::spec::CalendarSpec;
use crate::weekday::Weekday;

/// Days since 1970-01-01, which is 0.
pub(crate) fn day_number(day: Date) -> i64 {
    day.duration_since(date(1970, 1, 1)).as_secs() / DAY
}

/// A date that does not follow its weekday.
#[derive(Debug)]
struct SpecialDay {
    hours: Vec<Run>,
    /// Whether `on_dates` names the hours, so that their part after midnight
    /// stands whatever the next date is.
    named: bool,
}

/// Which hours are open, in seconds of the wall clock since 1970-01-01 00:00.
#[derive(Debug)]
pub(crate) struct LocalHours {
    weekly: [Vec<Run>; 7],
    special: BTreeMap<i64, SpecialDay>,
    weekly_breaks: [Vec<Run>; 7],
    dated_breaks: BTreeMap<i64, Vec<Run>>,
    /// Whether an ordinary week has open time.
    pub(crate) week_opens: bool,
    /// Whether an ordinary week has closed time.
    pub(crate) week_closes: bool,
}

impl LocalHours {
    /// The hours of `spec`, whatever mistakes it may have.
    pub(crate) fn new(spec: &CalendarSpec) -> LocalHours {
        let mut special: BTreeMap<i64, SpecialDay> = spec
            .holidays
            .iter()
            .map(|&date| {
                (
                    day_number(date),
                    SpecialDay {
                        hours: Vec::new(),
                        named: false,
                    },
                )
            })
            .collect();
        for (&date, hours) in &spec.on_dates {
            special.insert(
                day_number(date),
                SpecialDay {
                    hours: spans(hours),
                    named: true,
                },
            );
        }
        let dated = |(&date, hours): (&Date, &Vec<Hours>)| (day_number(date), spans(hours));
        let mut local = LocalHours {
            weekly: week(&spec.hours),
            special: BTreeMap::new(),
            weekly_breaks: week(&spec.breaks),
            dated_breaks: BTreeMap::new(),
            week_opens: false,
            week_closes: true,
        };
        // Three weeks far from any special day show all an ordinary week can do.
        let (from, to) = (7 * DAY, 21 * DAY);
        let ordinary: Vec<Run> = local
            .between(from, to)
            .into_iter()
            .filter_map(|run| run.within(from, to))
            .collect();
        local.week_opens = !ordinary.is_empty();
        local.week_closes = ordinary
            != [Run {
                start: from,
                end: to,
            }];
        local.special = special;
        local.dated_breaks = spec.breaks_on.iter().map(dated).collect();
        local
    }

    /// Whether there is any open time at all.
    pub(crate) fn ever_open(&self) -> bool {
        self.week_opens || self.special.keys().any(|&day| !self.of_day(day).is_empty())
    }

    /// The first and the last day that does not follow its weekday.
    pub(crate) fn special_days(&self) -> Option<(i64, i64)> {
        let first = self.special.keys().chain(self.dated_breaks.keys()).min()?;
        let last = self.special.keys().chain(self.dated_breaks.keys()).max()?;
        Some((*first, *last))
    }

    /// All open spans that touch `from..to`, in order and merged. The first and
    /// the last may reach beyond.
    pub(crate) fn between(&self, from: i64, to: i64) -> Vec<Run> {
        let (first, last) = (from.div_euclid(DAY) - 1, to.div_euclid(DAY));
        let mut open = Vec::new();
        let mut special = self.special.range(first..).peekable();
        for day in first..=last {
            let today = special
                .next_if(|(number, _)| **number == day)
                .map(|(_, today)| today);
            let cut_tomorrow = special
                .peek()
                .is_some_and(|(number, _)| **number == day + 1);
            self.push_day(day, today, cut_tomorrow, &mut open);
        }
        Run::without(open, &self.breaks(first, last))
    }

    /// The open spans that belong to `day`, those after midnight included.
    pub(crate) fn of_day(&self, day: i64) -> Vec<Run> {
        let mut open = Vec::new();
        let cut_tomorrow = self.special.contains_key(&(day + 1));
        self.push_day(day, self.special.get(&day), cut_tomorrow, &mut open);
        Run::without(open, &self.breaks(day, day + 1))
    }

    fn push_day(
        &self,
        day: i64,
        special: Option<&SpecialDay>,
        cut_tomorrow: bool,
        open: &mut Vec<Run>,
    ) {
        let weekly = self.weekly.get(Weekday::of_day(day) as usize);
        let (hours, cut) = match special {
            Some(special) => (Some(&special.hours), cut_tomorrow && !special.named),
            None => (weekly, cut_tomorrow),
        };
        let latest = if cut { DAY } else { 2 * DAY };
        for run in hours.into_iter().flatten() {
            let end = run.end.min(latest);
            Run::push(
                open,
                Run {
                    start: run.start + day * DAY,
                    end: end + day * DAY,
                },
            );
        }
    }

    /// What is cut out of the days `first..=last`, in order and merged.
    fn breaks(&self, first: i64, last: i64) -> Vec<Run> {
        let weekly = self.weekly_breaks.iter().any(|breaks| !breaks.is_empty());
        if !weekly && self.dated_breaks.is_empty() {
            return Vec::new();
        }
        let mut cuts = Vec::new();
        let mut add = |day: i64, runs: &Vec<Run>| {
            cuts.extend(runs.iter().map(|run| Run {
                start: run.start + day * DAY,
                end: run.end + day * DAY,
            }));
        };
        if weekly {
            for day in first - 1..=last {
                self.weekly_breaks
                    .get(Weekday::of_day(day) as usize)
                    .into_iter()
                    .for_each(|runs| add(day, runs));
            }
        }
        self.dated_breaks
            .range(first - 1..=last)
            .for_each(|(&day, runs)| add(day, runs));
        Run::merged(cuts)
    }
}

fn week(hours: &BTreeMap<Weekday, Vec<Hours>>) -> [Vec<Run>; 7] {
    Weekday::ALL.map(|day| {
        hours
            .get(&day)
            .map(|hours| spans(hours))
            .unwrap_or_default()
    })
}

fn spans(hours: &[Hours]) -> Vec<Run> {
    Run::merged(
        hours
            .iter()
            .map(|interval| {
                let (start, end) = interval.span();
                Run { start, end }
            })
            .collect(),
    )
}
