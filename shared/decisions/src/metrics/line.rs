//! What a metric comes to, in words.

use ::metrics::{Estimate, Figure, Kept, Trend, in_thousands};
use contracts::state::{Counting, MetricState, Tallied};
use crm::PersonId;
use jiff::Timestamp;

use super::{covered, estimate_words, form, held_as_of, tally};
use crate::{rules::Rules, shown::metric_label};

/// How a metric stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricLine {
    /// The metric, as people call it.
    pub metric: String,
    /// Who answers for it.
    pub owner: PersonId,
    /// The rate in percent, 0 to 100; none if it is no rate, or there are too few to tell.
    pub percent: Option<u32>,
    /// `38 of 42: 90.5 % (77.9 to 96.2 %)`; what it says of what was never counted, too.
    pub figure: String,
    /// How it stands to its target in money, to its floor, then to its target.
    pub limits: Vec<Limit>,
    /// `down from 40 of 42: …` of a time before.
    pub before: Option<String>,
    /// Whether it is below its floor.
    pub below: bool,
}

/// How a metric stands to its floor, or to its target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// `below the floor of 95 %`.
    pub said: String,
    /// Whether it is below; none if there are too few to tell.
    pub below: Option<bool>,
}

impl Limit {
    fn of(kept: Kept, word: &str, limit: u8) -> Self {
        Self {
            said: kept.words(word, limit),
            below: (kept != Kept::TooFew).then_some(kept.is_below()),
        }
    }
}

impl MetricLine {
    /// All of it in a line.
    #[must_use]
    pub fn said(&self) -> String {
        let limits = self.limits.iter().map(|it| &it.said);
        let parts = [&self.figure].into_iter().chain(limits);
        let parts: Vec<&str> = parts.chain(&self.before).map(String::as_str).collect();
        parts.join("; ")
    }
}

/// How a metric stands at an instant, and to what it had come to before, which `then` calls; none if the model has no such
/// metric.
#[must_use]
pub fn line(
    rules: &Rules,
    name: &str,
    state: Option<&MetricState>,
    (before, then): (Option<(&str, &Tallied)>, &str),
    now: Timestamp,
) -> Option<MetricLine> {
    let metric = rules.model.metrics.get(name)?;
    let mut line = MetricLine {
        metric: metric_label(&rules.model, name),
        owner: metric.owner.clone(),
        percent: None,
        figure: "nothing has been counted yet".to_owned(),
        limits: Vec::new(),
        before: None,
        below: false,
    };
    let state = state.filter(|it| form(&metric.measure).as_ref() == Some(&it.form));
    let Some(state) = state else {
        return Some(line);
    };
    let figure = tally(&state.form, &state.total).figure();
    line.figure = words(&figure);
    let held = held_as_of(rules, metric, state.changed, now);
    let target = covered(rules, metric, &figure, None, held);
    line.limits.extend(target.map(|it| Limit {
        said: it.words(),
        below: None,
    }));
    if let Some(rate) = figure.rate() {
        line.percent = percent_of(&state.form, &state.total);
        for (word, limit) in [("floor", metric.floor), ("target", metric.target)] {
            let limit = limit.map(|limit| Limit::of(Kept::of(rate, limit), word, limit));
            line.limits.extend(limit);
        }
        line.below = metric.floor.is_some_and(|it| Kept::of(rate, it).is_below());
    }
    if let Some((_, total)) = before.filter(|(form, _)| *form == state.form) {
        let was = tally(&state.form, total).figure();
        let (stands, sure) = Trend::of(&figure, &was).map_or(("beside", ""), Trend::words);
        line.before = Some(format!("{stands} {} {then}{sure}", words(&was)));
    }
    Some(line)
}

/// What is counted under a form, in words: a group of a metric, as its whole.
#[must_use]
pub fn said(form: &str, counted: &Tallied) -> String {
    words(&tally(form, counted).figure())
}

/// What is counted under a form, as a rate in percent; none if it is no rate, or there are too few to tell.
#[must_use]
pub fn percent_of(form: &str, counted: &Tallied) -> Option<u32> {
    let figure = tally(form, counted).figure();
    let rate = figure.rate().filter(|it| !it.too_few)?;
    rate.rate.map(percent)
}

/// What a record counts as: `y`, `n`, or `u` where that cannot be known; none where no question is asked of it. Of
/// several fields, one that is empty makes it a no.
#[must_use]
pub fn answered(counts: &Counting) -> Option<char> {
    match counts {
        Counting::Answer(letter) => Some(*letter),
        Counting::Fields(letters) if letters.contains('n') => Some('n'),
        Counting::Fields(letters) if letters.contains('u') => Some('u'),
        Counting::Fields(_) => Some('y'),
        _ => None,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate is from 0 to 1"
)]
fn percent(rate: f64) -> u32 {
    (rate * 100.0).round() as u32
}

fn words(figure: &Figure) -> String {
    let unknown = |count: u64, what: &str| match count {
        0 => String::new(),
        count => format!(", {count} {what}"),
    };
    match figure {
        Figure::Portion {
            rate, unknown: not, ..
        }
        | Figure::Filled {
            rate, unknown: not, ..
        } => format!(
            "{} of {}: {}{}",
            rate.count,
            rate.of,
            rate.words(),
            unknown(*not, "unknown")
        ),
        Figure::Count { count } => count.to_string(),
        Figure::Sum {
            sum,
            of,
            unknown: not,
        } => {
            format!(
                "{} in {of} records{}",
                in_thousands(&sum.to_string()),
                unknown(*not, "without a value")
            )
        }
        Figure::Ratio {
            ratio,
            of,
            unknown: not,
        } => {
            let ratio = ratio.map_or_else(|| "none".to_owned(), |it| format!("{it:.3}"));
            format!("{ratio} of {of}{}", unknown(*not, "lack one of the two"))
        }
        Figure::Passage { .. } => Estimate::of(figure)
            .map_or_else(|| "too few to tell".to_owned(), |it| estimate_words(&it)),
        Figure::Quantile { .. } | Figure::Conversion(_) => "told by exports".to_owned(),
    }
}
