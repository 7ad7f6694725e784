//! What is counted of each metric, row by row.

use std::collections::BTreeMap;

use ::metrics::{Answer, FieldAnswer, Observation, Quantity, Tally};

use super::{
    asked::{AskedMetric, Group, Measures},
    behind::Lists,
    measured::Measured,
    ways::Ways,
};
use crate::judging::{NO, UNKNOWN, YES, answered};

/// What was counted of one metric.
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) total: Tally,
    /// For each breakdown, by the number of the group, with the first records behind it.
    pub(crate) groups: Vec<Vec<(Tally, Lists)>>,
    /// The first records behind the whole.
    pub(crate) lists: Lists,
    /// Of how many it cannot be known whether they are looked at.
    pub(crate) unsure: u64,
    /// Of those whose answer is not known: how many, by the answer.
    pub(crate) causes: BTreeMap<u8, u64>,
    /// Whether a log of stage moves was there, where one is needed.
    pub(crate) logged: bool,
    /// Room for the answers of one row.
    fields: Vec<FieldAnswer>,
}

/// What is told of one row.
pub(crate) struct Told<'a> {
    pub(crate) answers: &'a [u8],
    pub(crate) owner: usize,
    pub(crate) id: &'a [u8],
    pub(crate) line: u64,
    pub(crate) ways: Option<&'a Ways>,
}

fn field_answer(filled: Answer, stale: u8) -> FieldAnswer {
    match (filled, stale) {
        (Answer::Yes, YES) => FieldAnswer::Stale,
        (Answer::Yes, NO) => FieldAnswer::Filled,
        (Answer::Yes, _) => FieldAnswer::Undated,
        (answer, _) => answer.into(),
    }
}

impl Counted {
    pub(crate) fn of(asked: &AskedMetric) -> Self {
        Self {
            total: asked.empty.clone(),
            groups: vec![Vec::new(); asked.by.len()],
            lists: Lists::default(),
            unsure: 0,
            causes: BTreeMap::new(),
            logged: false,
            fields: Vec::new(),
        }
    }

    /// Counts a row, if the metric looks at it. `value` reads what is measured.
    pub(crate) fn count(
        &mut self,
        asked: &AskedMetric,
        told: &Told<'_>,
        value: impl Fn(&Measured) -> Option<Quantity>,
    ) {
        let of = |question: &usize| told.answers.get(*question).copied().unwrap_or(UNKNOWN);
        if asked.belongs.iter().any(|it| of(it) == NO) {
            return;
        }
        if asked.belongs.iter().any(|it| of(it) >= UNKNOWN) {
            self.unsure += 1;
            self.lists.unsure(told.id, told.line);
            return;
        }
        match &asked.measures {
            Measures::Portion(question) => {
                let answer = of(question);
                if answer >= UNKNOWN {
                    *self.causes.entry(answer).or_default() += 1;
                }
                self.add(asked, told, &Observation::Answer(answered(answer)));
            }
            Measures::Filled(questions) => {
                let mut answers = std::mem::take(&mut self.fields);
                answers.clear();
                answers.extend(questions.iter().map(|(filled, stale)| {
                    let stale = stale.as_ref().map_or(NO, of);
                    field_answer(answered(of(filled)), stale)
                }));
                let filled = questions.iter().map(|(filled, _)| of(filled));
                for answer in filled.filter(|it| *it >= UNKNOWN) {
                    *self.causes.entry(answer).or_default() += 1;
                }
                self.add(asked, told, &Observation::Fields(&answers));
                self.fields = answers;
            }
            Measures::Count => self.add(asked, told, &Observation::There),
            Measures::Value(measured) => {
                self.add(asked, told, &Observation::Value(value(measured)));
            }
            Measures::Pair(one, other) => {
                let pair = value(one).zip(value(other));
                self.add(asked, told, &Observation::Pair(pair));
            }
            Measures::Conversion(since) => {
                if let Some(ways) = told.ways {
                    self.logged = true;
                    self.add(asked, told, &Observation::Way(ways.of(told.id, *since)));
                }
            }
            Measures::Passage(from, to, since) => {
                if let Some(ways) = told.ways {
                    self.logged = true;
                    let passed = ways.of(told.id, *since).passage(*from, *to);
                    self.add(asked, told, &Observation::Passed(passed));
                }
            }
        }
    }

    fn add(&mut self, asked: &AskedMetric, told: &Told<'_>, observed: &Observation<'_>) {
        self.total.add(observed);
        self.lists.take(observed, told.id, told.line);
        for (group, tallies) in asked.by.iter().zip(&mut self.groups) {
            let at = match group {
                Group::Owner => told.owner,
                Group::Answer(question) => {
                    let answer = told.answers.get(*question).copied();
                    usize::from(answer.unwrap_or(0))
                }
            };
            if tallies.len() <= at {
                tallies.resize(at + 1, (asked.empty.clone(), Lists::of_a_group()));
            }
            if let Some((tally, lists)) = tallies.get_mut(at) {
                tally.add(observed);
                lists.take(observed, told.id, told.line);
            }
        }
    }
}
