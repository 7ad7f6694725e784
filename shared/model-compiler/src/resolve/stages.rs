//! Stages by the names that they have in the model: what is written `won` where only one journey of the kind has
//! such a stage is the same as `renewal.won`.

use std::collections::BTreeMap;

use crm::{FieldRef, FieldType, RecordKind, Value};

use crate::{checks::check::Reading, grammar::names::Known};
use model::{
    Budget, ClockCalendar, ClockTerms, Measure, Meet, OperatingModel, Operator, Population,
    RerouteUpon, Start, Upon,
};

/// Gives the stages of everything but conditions and journeys their names.
pub(super) fn named(known: &Known<'_>, model: &mut OperatingModel) {
    let named = |kind: RecordKind, stage: &mut String| {
        *stage = known.stage(kind, stage).to_owned();
    };
    for (kind, fields) in &mut model.records {
        let stages = fields
            .values_mut()
            .filter(|it| it.holds == FieldType::Stage);
        let spelled = stages.flat_map(|field| field.values.values_mut());
        spelled.for_each(|stage| named(*kind, stage));
    }
    for (kind, rules) in &mut model.routing {
        let moved = rules.iter_mut().filter_map(|rule| rule.move_to.as_mut());
        moved.for_each(|stage| named(*kind, stage));
    }
    for (kind, lines) in &mut model.reroute {
        for line in lines {
            if let RerouteUpon::StageEntered(stage) = &mut line.upon {
                named(*kind, stage);
            }
        }
    }
    for clock in model.clocks.values_mut() {
        of_clock(known, clock);
    }
    for rule in model.deviations.values_mut() {
        let moved = rule
            .steps
            .iter_mut()
            .filter_map(|step| step.move_to.as_mut());
        moved.for_each(|stage| named(rule.record, stage));
    }
    for metric in model.metrics.values_mut() {
        if let Population::InStage(kind, stage) = &mut metric.of {
            named(*kind, stage);
        }
        if let (Population::Lifecycle(kind), Measure::Passage { from, to, .. }) =
            (&metric.of, &mut metric.measure)
        {
            named(*kind, from);
            named(*kind, to);
        }
    }
}

fn of_clock(known: &Known<'_>, clock: &mut ClockTerms) {
    let kind = clock.record;
    let named = |stage: &mut String| *stage = known.stage(kind, stage).to_owned();
    if let Start::StageEntered(stage) | Start::StageLeft(stage) = &mut clock.start {
        named(stage);
    }
    let meets = [&mut clock.meet].into_iter().chain(&mut clock.or_meet);
    for Meet { upon, .. } in meets {
        if let Upon::StageEntered(stage) | Upon::StageLeft(stage) = upon {
            named(stage);
        }
    }
    let moved = clock
        .when_late
        .iter_mut()
        .filter_map(|it| it.move_to.as_mut());
    moved.for_each(named);
    of_budget(known, &mut clock.within);
    if let ClockCalendar::By {
        field, calendars, ..
    } = &mut clock.calendar
    {
        keys(known, field, calendars);
    }
}

/// The values of the field by which lengths go.
fn of_budget(known: &Known<'_>, budget: &mut Budget) {
    if let Budget::By { field, amounts, .. } = budget {
        keys(known, field, amounts);
    }
}

/// The values of the field of a table.
fn keys<T>(known: &Known<'_>, field: &FieldRef, table: &mut BTreeMap<String, T>) {
    if field.name == "stage" {
        let entries = std::mem::take(table).into_iter();
        *table = entries
            .map(|(stage, it)| (known.stage(field.kind, &stage).to_owned(), it))
            .collect();
    }
}

/// The same of a test of a stage.
pub(super) fn of_test(reading: &Reading<'_>, field: &FieldRef, operator: Operator) -> Operator {
    let kind = field.kind;
    if field.name != "stage" || reading.declared(field) != Some(FieldType::Stage) {
        return operator;
    }
    let named = |values: Vec<Value>| {
        let named = values.into_iter().map(|value| match value {
            Value::Text(stage) => Value::Text(reading.known.stage(kind, &stage).to_owned()),
            other => other,
        });
        named.collect()
    };
    match operator {
        Operator::OneOf(values) => Operator::OneOf(named(values)),
        Operator::NoneOf(values) => Operator::NoneOf(named(values)),
        Operator::InList(list) if reading.known.journeys(kind).len() > 1 => {
            Operator::OneOf(named(reading.list(&list).unwrap_or_default()))
        }
        other => other,
    }
}
