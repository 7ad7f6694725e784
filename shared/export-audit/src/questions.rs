//! The questions that are put to each record of a kind.

use crm::{FieldRef, RecordKind};
use decisions::Rules;
use jiff::{Timestamp, civil::Date};
use model::{Condition, Limit, Measure, OperatingModel, Operator, Place, Population, Stage, Test};

use crate::{
    metrics::{AskedMetric, asked},
    plan::{Asks, IN_ICP, SEGMENT, THIS_QUARTER},
};

/// The questions of one kind of record.
#[derive(Debug)]
pub(crate) struct Questions {
    pub(crate) kind: RecordKind,
    pub(crate) asks: Vec<Asks>,
    /// The deviations, in the model's order; the first of `asks` behind the fixed ones is the first's.
    pub(crate) deviations: Vec<String>,
    /// The metrics, whose questions stand behind those of the deviations.
    pub(crate) metrics: Vec<AskedMetric>,
    /// The fields of which the model says who answers for them or how long they are true, with their questions.
    pub(crate) fields: Vec<(FieldRef, usize)>,
    /// Of each question whether it is put to closed records too.
    pub(crate) closed_too: Vec<bool>,
}

impl Questions {
    pub(crate) fn of(rules: &Rules, kind: RecordKind, now: Timestamp) -> Self {
        let model = &rules.model;
        let place = Place {
            file: model::ModelFile::Processes,
            line: 1,
            column: 1,
        };
        let test = |name: &str, operator| {
            Asks::Condition(Condition::Test(Test {
                field: FieldRef::new(kind, name),
                operator,
                place,
            }))
        };
        let entry = sql_stage(model).map_or(&[][..], |stage| stage.enter.as_slice());
        let entry = entry.iter().map(|it| it.when.clone()).collect();
        let icp = model.icp.iter().map(|it| it.when.clone()).collect();
        let mut asks = vec![
            Asks::Open,
            Asks::Segment,
            Asks::Condition(Condition::All(icp)),
            test("stage_criteria", Operator::CriteriaMet(true)),
            Asks::Condition(Condition::All(entry)),
            test("age", Operator::Past(Limit::Corridor)),
            Asks::CreatedSince(quarter(rules, now)),
        ];
        let mut deviations = Vec::new();
        for (name, rule) in &model.deviations {
            if rule.record == kind {
                deviations.push(name.clone());
                asks.push(Asks::Condition(rule.when.clone()));
            }
        }
        // What was won is held against by its segment, where the model has metrics.
        let by_segment = !model.metrics.is_empty();
        let closed = |question| match question {
            SEGMENT => by_segment,
            _ => matches!(question, IN_ICP | THIS_QUARTER),
        };
        let mut closed_too: Vec<bool> = (0..asks.len()).map(closed).collect();
        let metrics = asked(rules, kind, now, &mut asks, &mut closed_too);
        let fields = watched(model, kind, &mut asks);
        closed_too.resize(asks.len(), false);
        Self {
            fields,
            kind,
            asks,
            deviations,
            metrics,
            closed_too,
        }
    }
}

/// The fields of a kind and of its account of which the model says who answers for them or how long they are true. The
/// question of each is put behind those that are there.
fn watched(
    model: &OperatingModel,
    kind: RecordKind,
    asks: &mut Vec<Asks>,
) -> Vec<(FieldRef, usize)> {
    let mut kinds = vec![kind];
    if kind != RecordKind::Account {
        kinds.push(RecordKind::Account);
    }
    let mut watched = Vec::new();
    for kind in kinds {
        for (name, field) in model.records.get(&kind).into_iter().flatten() {
            if field.owner.is_none() && field.fresh_for.is_none() {
                continue;
            }
            let field = FieldRef::new(kind, name.as_str());
            let question = Asks::Stale(field.clone());
            let known = asks.iter().position(|it| *it == question);
            let at = known.unwrap_or_else(|| {
                asks.push(question);
                asks.len() - 1
            });
            watched.push((field, at));
        }
    }
    watched
}

/// The stage whose criteria make an opportunity one that sales has qualified: the one that a metric of the model
/// counts by its criteria; else the one called `sql`; else the first open one with criteria.
pub(crate) fn sql_stage(model: &OperatingModel) -> Option<&Stage> {
    let kind = RecordKind::Opportunity;
    let named = |name: &str| model.stage(kind, name).map(|(_, stage)| stage);
    let counted = model
        .metrics
        .values()
        .find_map(|metric| match (&metric.of, &metric.measure) {
            (Population::InStage(RecordKind::Opportunity, stage), Measure::Portion(when)) => {
                let met = Operator::CriteriaMet(true);
                matches!(when, Condition::Test(test) if test.operator == met)
                    .then(|| named(stage))?
            }
            _ => None,
        });
    let with_criteria = |it: &&Stage| !it.closes && !it.enter.is_empty();
    counted
        .or_else(|| named("sql"))
        .or_else(|| model.stages(kind).find(with_criteria))
}

/// When the quarter of an instant began, where the company is.
fn quarter(rules: &Rules, now: Timestamp) -> Timestamp {
    let zone = rules.company_zone();
    let today = now.to_zoned(zone.clone()).date();
    let month = (today.month() - 1) / 3 * 3 + 1;
    let first = Date::new(today.year(), month, 1).unwrap_or(today);
    first
        .to_zoned(zone.clone())
        .map_or(now, |it| it.timestamp())
}
