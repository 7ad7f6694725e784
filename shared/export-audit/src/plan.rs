//! What can be asked of a record, and what questions read of it.

use std::collections::BTreeMap;

use crm::{FieldRef, RecordKind};
use decisions::{
    Rules,
    columns::{Grain, Input, Reads},
    metrics::{Stretch, period_at},
};
use jiff::Timestamp;
use model::Condition;

/// One question. The answers are small numbers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Asks {
    /// Whether the journey goes on.
    Open,
    /// Which segment, by its place in the model's list.
    Segment,
    /// Whether it was created at this instant or later.
    CreatedSince(Timestamp),
    /// Whether this holds.
    Condition(Condition),
    /// Whether an input has a value, which is what the condition asks.
    Filled(Input, Condition),
    /// Which value a field has.
    Value(FieldRef),
    /// Whether the value of a field is stale.
    Stale(FieldRef),
    /// Whether it belongs to the period at hand of this target, by its name.
    FallsDue(String),
    /// In which of these stretches it was created, or before them.
    Created(Vec<Stretch>),
}

/// The places of the fixed questions.
pub(crate) const OPEN: usize = 0;
pub(crate) const SEGMENT: usize = 1;
pub(crate) const IN_ICP: usize = 2;
pub(crate) const CRITERIA: usize = 3;
pub(crate) const SQL_CRITERIA: usize = 4;
pub(crate) const PAST_CORRIDOR: usize = 5;
pub(crate) const THIS_QUARTER: usize = 6;
pub(crate) const FIRST_DEVIATION: usize = 7;

/// What the questions of one kind read.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The inputs of all questions, told apart as finely as any of them asks.
    pub(crate) inputs: Vec<(Input, Grain)>,
    /// The inputs of each question, by their places.
    pub(crate) reads: Vec<Vec<usize>>,
}

impl Plan {
    pub(crate) fn of(rules: &Rules, kind: RecordKind, asks: &[Asks], now: Timestamp) -> Self {
        let mut all = Reads::nothing(rules, kind, now);
        let mut each = Vec::new();
        for one in asks {
            let mut own = Reads::nothing(rules, kind, now);
            ask(&mut own, rules, one, now);
            ask(&mut all, rules, one, now);
            each.push(own.inputs().keys().cloned().collect::<Vec<_>>());
        }
        let inputs: Vec<(Input, Grain)> = all.inputs().clone().into_iter().collect();
        let places: BTreeMap<&Input, usize> = inputs
            .iter()
            .enumerate()
            .map(|(at, (input, _))| (input, at))
            .collect();
        let places_of = |own: Vec<Input>| {
            own.iter()
                .filter_map(|it| places.get(it).copied())
                .collect()
        };
        Self {
            reads: each.into_iter().map(places_of).collect(),
            inputs,
        }
    }
}

fn ask<'a>(reads: &mut Reads<'a>, rules: &'a Rules, asks: &'a Asks, now: Timestamp) {
    match asks {
        Asks::Stale(field) => reads.freshness(field),
        Asks::FallsDue(name) => {
            let target = rules.model.targets.get(name);
            let days = target.and_then(|it| period_at(rules, it.every, now));
            for (target, day) in target
                .into_iter()
                .flat_map(|it| days.into_iter().flatten().map(move |day| (it, day)))
            {
                reads.days_from(&target.on, day);
            }
        }
        Asks::Open => reads.built_in("open"),
        Asks::Segment => reads.built_in("segment"),
        Asks::CreatedSince(at) => reads.since(Input::Created, *at),
        Asks::Condition(condition) | Asks::Filled(_, condition) => reads.condition(condition),
        Asks::Value(field) => reads.field(field),
        Asks::Created(stretches) => {
            for stretch in stretches {
                reads.since(Input::Created, stretch.from);
            }
        }
    }
}
