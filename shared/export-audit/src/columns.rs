//! The classes of a row's cells.

use crm::FieldRef;
use decisions::{Facts, columns::Input};

use crate::{
    cell::{People, Unfit},
    classes::{self, Classifier},
    events::EventTimes,
    joined::Joined,
    of_account::OfAccount,
    plan::Plan,
    table::Table,
    unread::{Unread, line_of},
};

/// The classes of a row's inputs.
pub(crate) struct Columns<'a> {
    /// For each input that has a column in this file: its place, and who finds its class.
    own: Vec<(usize, Classifier<'a>)>,
    of_account: OfAccount,
    /// The place of each event log's input, and the classes of its records.
    of_events: Vec<(usize, &'a EventTimes, Vec<u32>)>,
    stage: Option<usize>,
    pub(crate) classes: Vec<u32>,
}

impl<'a> Columns<'a> {
    pub(crate) fn of(
        plan: &'a Plan,
        table: &'a Table,
        joined: &Joined<'a>,
        people: &'a People,
        facts: Facts<'a>,
        unread: &mut Unread,
    ) -> Self {
        let (mut own, mut of_events) = (Vec::new(), Vec::new());
        for (at, (input, grain)) in plan.inputs.iter().enumerate() {
            for times in joined.events.iter().filter(|it| it.input == *input) {
                of_events.push((at, *times, times.classes(grain, &facts)));
            }
            if let Some(cell) = table.cells.get(input) {
                own.push((at, Classifier::new(grain, cell, &table.form, people, facts)));
            }
        }
        let accounts = joined.accounts;
        let of_account = accounts.map(|it| it.classes(plan, people, facts, unread));
        let stage = Input::Field(FieldRef::new(table.kind, "stage"));
        Self {
            own,
            of_account: of_account.unwrap_or_default(),
            of_events,
            stage: plan.inputs.iter().position(|(input, _)| *input == stage),
            classes: vec![0; plan.inputs.len()],
        }
    }

    /// How many classes each input has.
    pub(crate) fn counts(&self, plan: &Plan, table: &Table, joined: &Joined<'_>) -> Vec<usize> {
        let inputs = plan.inputs.iter();
        let counts = inputs.map(|(input, grain)| {
            if joined.events.iter().any(|it| it.input == *input) {
                // Where each instant is its own class, it is something or nothing, and judged by itself.
                return grain.count().unwrap_or(2);
            }
            let of_account = joined.accounts.and_then(|it| it.cell(input));
            let cells = [table.cells.get(input), of_account];
            let counts = cells
                .into_iter()
                .flatten()
                .map(|cell| classes::count(grain, Some(cell)));
            counts.max().unwrap_or(1)
        });
        counts.collect()
    }

    /// The inputs without a column.
    pub(crate) fn absent(&self, plan: &Plan) -> Vec<Input> {
        let has = |at: &usize| {
            self.own.iter().any(|(own, _)| own == at)
                || self.of_account.places.contains(at)
                || self.of_events.iter().any(|(place, ..)| place == at)
        };
        let inputs = plan.inputs.iter().enumerate();
        let absent = inputs.filter(|(at, _)| !has(at));
        absent.map(|(_, (input, _))| input.clone()).collect()
    }

    /// Finds the classes of a row. Its stage, if the model does not know it: then there are none.
    pub(crate) fn find(
        &mut self,
        row: &csv::ByteRecord,
        id: &[u8],
        account: Option<u32>,
        file: &str,
        unread: &mut Unread,
    ) -> Option<String> {
        for (place, times, classes) in &self.of_events {
            if let Some(here) = self.classes.get_mut(*place) {
                *here = times.class(id, classes);
            }
        }
        let theirs = account.and_then(|it| self.of_account.classes(it));
        for (at, place) in self.of_account.places.iter().enumerate() {
            let class = theirs.and_then(|it| it.get(at)).copied();
            if let Some(here) = self.classes.get_mut(*place) {
                *here = class.unwrap_or(0);
            }
        }
        for (place, classifier) in &mut self.own {
            let text = row.get(classifier.cell().at).unwrap_or_default();
            let class = classifier.class(text);
            if let Some(unfit) = class.unfit {
                unread.cell(file, line_of(row), text, classifier.cell(), unfit);
                if unfit == Unfit::NoStage {
                    return Some(String::from_utf8_lossy(text.trim_ascii()).into_owned());
                }
            }
            if let Some(here) = self.classes.get_mut(*place) {
                *here = class.number;
            }
        }
        None
    }

    /// The class of the stage.
    pub(crate) fn stage(&self) -> usize {
        let class = self.stage.and_then(|at| self.classes.get(at));
        class.and_then(|it| usize::try_from(*it).ok()).unwrap_or(0)
    }
}
