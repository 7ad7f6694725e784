//! What is asked of a record for each metric.

use ::metrics::{Counts, FieldCounts, Quantity, Tally};
use crm::{FieldRef, RecordKind};
use decisions::{
    Rules,
    columns::Input,
    metrics::{at_stage, filled, stretches},
};
use jiff::Timestamp;
use model::{By, Measure, Metric, Population};

use super::measured::Measured;
use crate::plan::{Asks, OPEN};

/// A metric of records, as questions by their places.
#[derive(Debug)]
pub(crate) struct AskedMetric {
    pub(crate) name: String,
    /// Those that must hold for a record to be looked at.
    pub(crate) belongs: Vec<usize>,
    pub(crate) measures: Measures,
    pub(crate) by: Vec<Group>,
    /// The metric with nothing counted.
    pub(crate) empty: Tally,
}

/// What is measured.
#[derive(Debug)]
pub(crate) enum Measures {
    /// Whether the question holds.
    Portion(usize),
    /// Whether each of these questions holds, and whether the value is stale, where the model says when.
    Filled(Vec<(usize, Option<usize>)>),
    Count,
    Value(Measured),
    Pair(Measured, Measured),
    /// Where records went, by what has happened since.
    Conversion(Option<Timestamp>),
    /// From one stage to the other, by what has happened since.
    Passage(u8, u8, Option<Timestamp>),
}

/// What a record is counted under.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Group {
    /// The answer to a question.
    Answer(usize),
    /// The number of the owner; that of teams is made of it.
    Owner,
}

/// The metrics of records of a kind. Their questions are put behind those that are there; `closed_too` says of each
/// whether it is put to closed records as well.
pub(crate) fn asked(
    rules: &Rules,
    kind: RecordKind,
    now: Timestamp,
    asks: &mut Vec<Asks>,
    closed_too: &mut Vec<bool>,
) -> Vec<AskedMetric> {
    let mut asking = Asking {
        rules,
        kind,
        now,
        asks,
        closed_too,
        also_closed: false,
    };
    let metrics = rules.model.metrics.iter();
    let asked = metrics.filter_map(|(name, metric)| asking.metric(name, metric));
    asked.collect()
}

struct Asking<'a> {
    rules: &'a Rules,
    kind: RecordKind,
    now: Timestamp,
    asks: &'a mut Vec<Asks>,
    closed_too: &'a mut Vec<bool>,
    /// Whether the metric at hand looks at closed records.
    also_closed: bool,
}

impl Asking<'_> {
    fn metric(&mut self, name: &str, metric: &Metric) -> Option<AskedMetric> {
        let mut belongs = Vec::new();
        self.also_closed = true;
        match &metric.of {
            Population::Open(kind) if *kind == self.kind => {
                self.also_closed = false;
                belongs.push(OPEN);
            }
            Population::InStage(kind, stage) if *kind == self.kind => {
                let at = at_stage(*kind, stage);
                belongs.push(self.push(Asks::Condition(at)));
            }
            Population::All(kind) | Population::Lifecycle(kind) if *kind == self.kind => {}
            _ => return None,
        }
        let when = metric.when.as_ref();
        belongs.extend(when.map(|it| self.push(Asks::Condition(it.clone()))));
        if let Some(target) = &metric.against {
            belongs.push(self.push(Asks::FallsDue(target.clone())));
        }
        let (measures, empty) = self.measures(metric)?;
        let by = metric.by.iter().map(|by| self.group(by)).collect();
        Some(AskedMetric {
            name: name.to_owned(),
            belongs,
            measures,
            by,
            empty,
        })
    }

    fn measures(&mut self, metric: &Metric) -> Option<(Measures, Tally)> {
        let since = metric.window.and_then(|it| match it {
            business_time::BusinessAmount::Wall(seconds) => {
                let ago = jiff::SignedDuration::from_secs(seconds);
                self.now.checked_sub(ago).ok()
            }
            _ => None,
        });
        let measured = |field: &FieldRef| Measured::of(self.rules, field);
        Some(match &metric.measure {
            Measure::Portion(condition) => {
                let portion = self.push(Asks::Condition(condition.clone()));
                (
                    Measures::Portion(portion),
                    Tally::Portion(Counts::default()),
                )
            }
            Measure::Filled(fields) => {
                let each: Vec<_> = fields.iter().map(|field| self.filled(field)).collect();
                let empty = vec![FieldCounts::default(); each.len()];
                (
                    Measures::Filled(each),
                    Tally::Filled(Counts::default(), empty, 0),
                )
            }
            Measure::Count => (Measures::Count, Tally::Count(0)),
            Measure::Sum(field) => {
                let empty = Tally::Sum(Quantity::default(), 0, 0);
                (Measures::Value(measured(field)), empty)
            }
            Measure::Ratio(of, to) => {
                let empty = Tally::Ratio(Default::default(), 0, 0);
                (Measures::Pair(measured(of), measured(to)), empty)
            }
            Measure::Quantile { field, quantile } => {
                let empty = Tally::Quantile(Vec::new(), 0, *quantile);
                (Measures::Value(measured(field)), empty)
            }
            Measure::Conversion => (
                Measures::Conversion(since),
                Tally::Conversion(Box::default()),
            ),
            Measure::Passage { from, to, quantile } => {
                let place = |name: &str| {
                    let mut stages = self.rules.model.stages(self.kind);
                    let at = stages.position(|it| it.name == name);
                    at.and_then(|it| u8::try_from(it).ok())
                };
                let measures = Measures::Passage(place(from)?, place(to)?, since);
                (measures, Tally::Passage(Vec::new(), 0, *quantile))
            }
            // The runs of clocks are told by no export.
            Measure::MetInTime | Measure::RunLength { .. } => return None,
        })
    }

    fn group(&mut self, by: &By) -> Group {
        match by {
            By::Owner | By::Team => Group::Owner,
            By::Field(field) => Group::Answer(self.push(Asks::Value(field.clone()))),
            By::Stage => {
                let stage = FieldRef::new(self.kind, "stage");
                Group::Answer(self.push(Asks::Value(stage)))
            }
            By::Created(period) => {
                let zone = self.rules.company_zone();
                let stretches = stretches(*period, self.now, zone);
                Group::Answer(self.push(Asks::Created(stretches)))
            }
        }
    }

    /// Whether a field has a value, which is not known where nothing tells it; and whether it is stale.
    fn filled(&mut self, field: &FieldRef) -> (usize, Option<usize>) {
        let declared = self.rules.model.records.get(&field.kind);
        let days = declared.and_then(|it| it.get(&field.name)?.fresh_for);
        let stale = days.map(|_| self.push(Asks::Stale(field.clone())));
        let filled = Asks::Filled(Input::Field(field.clone()), filled(field));
        (self.push(filled), stale)
    }

    /// The place of a question, which is put once, whoever wants to know.
    fn push(&mut self, asks: Asks) -> usize {
        let known = self.asks.iter().position(|it| *it == asks);
        let at = known.unwrap_or_else(|| {
            self.asks.push(asks);
            self.closed_too.push(false);
            self.asks.len() - 1
        });
        if let Some(too) = self.closed_too.get_mut(at) {
            *too |= self.also_closed;
        }
        at
    }
}
