//! How the signals of a metric stand: what it comes to beside what it came to before.

use ::metrics::{Estimate, Figure, Shift};
use decisions::metrics::{estimate_words, is_worse};
use jiff::{Timestamp, tz::TimeZone};
use model::{OperatingModel, Worse, weeks_before};
use serde::Serialize;

/// A signal of a metric, and how it stands.
#[derive(Debug, Clone, Serialize)]
pub struct SignalReport {
    /// Its name.
    pub signal: String,
    /// Where it is written.
    pub place: String,
    /// Which way is the bad one: `rises`, `falls`.
    pub worse: Worse,
    /// With when it is compared, in words: `4 weeks before`, `as of 2026-07-01T00:00:00Z`.
    pub when: String,
    /// What the metric comes to, with its interval.
    pub now: Option<Estimate>,
    /// What it came to before, if that is known.
    pub before: Option<Estimate>,
    /// How the one stands to the other.
    pub shift: Option<Shift>,
    /// Whether it has surely become worse; none where that cannot be told.
    pub is_worse: Option<bool>,
    /// Since when it is open, where that is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_since: Option<String>,
    /// Why it is not compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_told: Option<String>,
}

impl SignalReport {
    /// The signals of a metric, before anything is compared.
    pub(super) fn all_of(model: &OperatingModel, metric: &str) -> Vec<Self> {
        let signals = model.signals.iter().filter(|it| it.1.metric == metric);
        let signals = signals.map(|(name, it)| Self {
            signal: name.clone(),
            place: it.place.to_string(),
            worse: it.worse,
            when: weeks_before(it.weeks_before),
            now: None,
            before: None,
            shift: None,
            is_worse: None,
            open_since: None,
            not_told: Some(format!(
                "not compared: `fairlead metrics` does, with an export of {} (--before, --before-at)",
                weeks_before(it.weeks_before)
            )),
        });
        signals.collect()
    }

    /// Compares what the metric comes to with what it came to before.
    pub(super) fn compare(&mut self, now: &Figure, before: &Figure) {
        self.now = Estimate::of(now);
        self.before = Estimate::of(before);
        self.shift = self.now.zip(self.before).map(|it| Shift::of(&it.0, &it.1));
        self.is_worse = self.shift.and_then(|it| is_worse(it, self.worse));
        self.not_told = None;
    }

    /// `signal sql_slips: worse, fallen beyond both 95 % intervals; now …; 4 weeks before …; open since 2026-11-02`.
    pub(crate) fn words(&self) -> String {
        let name = &self.signal;
        let open = self
            .open_since
            .as_ref()
            .map_or_else(String::new, |it| format!("; open since {it}"));
        if let Some(why) = &self.not_told {
            return format!(
                "signal {name} (worse as it {}): {why}{open}",
                self.worse.word()
            );
        }
        let (Some(now), Some(before), Some(shift)) = (self.now, self.before, self.shift) else {
            return format!("signal {name}: neither has an interval{open}");
        };
        let stands = match self.is_worse {
            Some(true) => "worse, ",
            Some(false) => "not worse, ",
            None => "",
        };
        format!(
            "signal {name}: {stands}{}; now {}; {} {}{open}",
            shift.words(),
            estimate_words(&now),
            self.when,
            estimate_words(&before)
        )
    }

    /// Says since when it is open.
    pub(super) fn open_since(&mut self, at: Option<&Timestamp>, zone: &TimeZone) {
        let day = at.map(|it| it.to_zoned(zone.clone()).date());
        self.open_since = day.map(|it| it.to_string());
    }
}
