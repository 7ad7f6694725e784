//! What one record counts for.

use std::collections::BTreeMap;

use ::metrics::Quantity;
use business_time::BusinessAmount;
use contracts::{
    Verdict,
    state::{
        ApprovalsState, ClockStatus, ClocksState, Contribution, Counting, ExceptionsState,
        GateState, RoutingStatus,
    },
};
use crm::{FieldRef, Record, RecordKind, Value};
use jiff::{SignedDuration, Timestamp};
use model::{By, Condition, Measure, Metric, ModelFile, Operator, Place, Population, Test};

use super::{
    kept::{form, is_live},
    measured::of_field,
    periods::stretch_of,
    run_length::took,
    targets::{falls_due, target_of},
};
use crate::{
    condition::verdict,
    facts::{Facts, FieldValue},
    freshness::stale,
    rules::Rules,
    standing::Standing,
};

/// What others keep of a record, which a condition may ask.
#[derive(Debug, Clone, Default)]
pub struct Standings {
    /// Where the gate says that it stands.
    pub gate: Option<GateState>,
    /// Its clocks.
    pub clocks: Option<ClocksState>,
    /// What came of routing.
    pub routing: Option<RoutingStatus>,
    /// The exceptions that it was granted.
    pub exceptions: Option<ExceptionsState>,
    /// What somebody was asked to approve.
    pub approvals: Option<ApprovalsState>,
}

/// What a record counts for in each metric that is counted live. Nothing, where it is gone or only tried.
///
/// Quantiles, conversions and passages are no counts: exports tell them.
#[must_use]
pub fn contributions(
    rules: &Rules,
    record: &Record,
    others: &Standings,
    now: Timestamp,
) -> BTreeMap<String, Contribution> {
    if record.archived || record.is_trial() {
        return BTreeMap::new();
    }
    let standing = Standing {
        clocks: others.clocks.as_ref().map(|it| &it.clocks),
        routing: others.routing,
        exceptions: others.exceptions.as_ref(),
        approvals: others.approvals.as_ref(),
    };
    let facts = Facts {
        gate: others.gate.as_ref(),
        standing: Some(standing),
        exceptions: standing.exceptions,
        approvals: standing.approvals,
        ..Facts::of(rules, record, now)
    };
    let metrics = rules.model.metrics.iter();
    let counted = metrics.filter_map(|(name, metric)| {
        if !is_live(&metric.measure) {
            return None;
        }
        let counts = counting(metric, &facts)?;
        let form = form(&metric.measure)?;
        let groups = match counts {
            Counting::Unsure => BTreeMap::new(),
            _ => groups(metric, &facts),
        };
        let contribution = Contribution {
            form,
            counts,
            groups,
        };
        Some((name.clone(), contribution))
    });
    counted.collect()
}

/// Whether a metric that is counted live looks at records of a kind.
#[must_use]
pub fn looks_at(rules: &Rules, kind: RecordKind) -> bool {
    let mut metrics = rules.model.metrics.values();
    metrics.any(|metric| {
        let of = match &metric.of {
            Population::Clock(clock) => rules.model.clocks.get(clock).map(|it| it.record),
            of => kind_of(of),
        };
        of == Some(kind) && is_live(&metric.measure)
    })
}

/// The kind of record that is counted, if it is of records.
#[must_use]
pub const fn kind_of(of: &Population) -> Option<RecordKind> {
    match of {
        Population::All(kind)
        | Population::Open(kind)
        | Population::InStage(kind, _)
        | Population::Lifecycle(kind) => Some(*kind),
        Population::Clock(_) => None,
    }
}

/// What is counted of a record; none if the metric does not look at it.
fn counting(metric: &Metric, facts: &Facts<'_>) -> Option<Counting> {
    if let Population::Clock(clock) = &metric.of {
        return of_run(clock, metric, facts);
    }
    let kind = facts.record.id.kind;
    let belongs = match &metric.of {
        Population::All(of) if *of == kind => Verdict::Held,
        Population::Open(of) if *of == kind => match facts.known_open() {
            None => Verdict::Unknown,
            Some(true) => Verdict::Held,
            Some(false) => Verdict::NotHeld,
        },
        Population::InStage(of, stage) if *of == kind => verdict(&at_stage(kind, stage), facts),
        _ => return None,
    };
    let when = metric.when.as_ref();
    let when = when.map_or(Verdict::Held, |it| verdict(it, facts));
    let target = target_of(facts.rules, metric);
    let due = target.map_or(Verdict::Held, |it| falls_due(it.every, &it.on, facts));
    let all = [belongs, when, due];
    if all.contains(&Verdict::NotHeld) {
        return None;
    }
    match all.contains(&Verdict::Unknown) {
        true => Some(Counting::Unsure),
        false => measured(&metric.measure, facts),
    }
}

fn measured(measure: &Measure, facts: &Facts<'_>) -> Option<Counting> {
    let value = |field: &FieldRef| of_field(facts.look(field), facts.now).map(Quantity::small);
    Some(match measure {
        Measure::Portion(condition) => Counting::Answer(letter(verdict(condition, facts))),
        Measure::Filled(fields) => {
            let each = fields.iter().map(|field| letter_of(field, facts));
            Counting::Fields(each.collect())
        }
        Measure::Count => Counting::There,
        Measure::Sum(field) => Counting::Value(value(field)),
        Measure::Ratio(of, to) => Counting::Pair(value(of).zip(value(to))),
        Measure::Quantile { .. }
        | Measure::MetInTime
        | Measure::RunLength { .. }
        | Measure::Conversion
        | Measure::Passage { .. } => return None,
    })
}

/// The latest run of a clock: met in time or late, and one that is late by now as well. One that runs, or was
/// cancelled, tells nothing; neither does one that was over before the metric looks back.
fn of_run(clock: &str, metric: &Metric, facts: &Facts<'_>) -> Option<Counting> {
    let run = facts.standing?.clocks?.get(clock)?;
    if let Some(BusinessAmount::Wall(seconds)) = metric.window {
        let over = run.met.unwrap_or(run.due);
        if facts.ago(over) > SignedDuration::from_secs(seconds) {
            return None;
        }
    }
    if matches!(metric.measure, Measure::RunLength { .. }) {
        return took(facts.rules, run).map(Counting::Took);
    }
    match run.status {
        ClockStatus::MetInTime => Some(Counting::Answer('y')),
        ClockStatus::MetLate | ClockStatus::Late => Some(Counting::Answer('n')),
        ClockStatus::Running | ClockStatus::Paused | ClockStatus::Cancelled => None,
    }
}

/// `y` of a field with a value, `s` of one that is stale, `o` where that is not known, `n` of none, `u` if even that is not.
fn letter_of(field: &FieldRef, facts: &Facts<'_>) -> char {
    match letter(verdict(&filled(field), facts)) {
        'y' => match stale(facts, field) {
            Verdict::Held => 's',
            Verdict::NotHeld => 'y',
            Verdict::Unknown => 'o',
        },
        letter => letter,
    }
}

const fn letter(verdict: Verdict) -> char {
    match verdict {
        Verdict::Held => 'y',
        Verdict::NotHeld => 'n',
        Verdict::Unknown => 'u',
    }
}

/// The group of each breakdown. Teams are those of the owners, who stand here.
fn groups(metric: &Metric, facts: &Facts<'_>) -> BTreeMap<String, String> {
    let record = facts.record;
    let text = |field: &FieldRef| match facts.look(field) {
        FieldValue::Value(value) => value.text().unwrap_or_default().to_owned(),
        _ => String::new(),
    };
    let each = metric.by.iter().map(|by| match by {
        By::Owner | By::Team => {
            let owner = record.owner().map(ToString::to_string);
            (By::Owner.words(), owner.unwrap_or_default())
        }
        By::Field(field) => (by.words(), text(field)),
        By::Stage => (by.words(), text(&FieldRef::new(record.id.kind, "stage"))),
        By::Created(period) => {
            let zone = facts.rules.company_zone();
            (by.words(), stretch_of(*period, record.created, zone))
        }
    });
    each.collect()
}

/// Whether a record stands at a stage, as a metric of the records there asks.
#[must_use]
pub fn at_stage(kind: RecordKind, stage: &str) -> Condition {
    let at = Operator::OneOf(vec![Value::Text(stage.to_owned())]);
    asking(FieldRef::new(kind, "stage"), at)
}

/// Whether a field has a value, as a metric of filled fields asks.
#[must_use]
pub fn filled(field: &FieldRef) -> Condition {
    asking(field.clone(), Operator::Present(true))
}

const fn asking(field: FieldRef, operator: Operator) -> Condition {
    let place = Place {
        file: ModelFile::Metrics,
        line: 1,
        column: 1,
    };
    Condition::Test(Test {
        field,
        operator,
        place,
    })
}
