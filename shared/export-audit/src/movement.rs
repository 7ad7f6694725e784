//! How a pipeline moved: from two dated exports of the same deals, or from a log of their changes.
//!
//! What moves it by how much is said by [`Movement`], in which the parts come to the closing exactly. Here is read how
//! each deal stood.

mod reading;
mod said;

use std::collections::BTreeMap;

use ::metrics::{Amounts, Deal, Moved, Movement, Quantity, Standing};
use crm::RecordKind;
use decisions::Rules;
use jiff::{Timestamp, civil::Date};
use serde::Serialize;

use crate::{ends::WON, error::AuditError, export::Export, layout::Layouts, unread::Unread};
use reading::{Reading, State, Way};

/// The most deals that are kept of what the pipeline was and is.
const GREATEST: usize = 100;

/// Whose movement is asked for.
#[derive(Debug, Clone, Default)]
pub struct Pipeline {
    /// The first day of closing that is looked at; any if absent.
    pub from: Option<Date>,
    /// The last.
    pub to: Option<Date>,
    /// The closing stages that are won, by their names in the model. The others are lost.
    pub won: Vec<String>,
}

/// What moved a pipeline.
#[derive(Debug, Clone, Serialize)]
pub struct PipelineMovement {
    /// What it was before.
    pub opening: Amounts,
    /// What made it more and what made it less, in the order in which it is told.
    pub parts: Vec<MovementPart>,
    /// What it is now.
    pub closing: Amounts,
    /// The greatest deals that were in it before, and that are in it now, each with its amount.
    #[serde(skip)]
    pub ends: [Vec<(String, Quantity)>; 2],
    /// The days of closing that are looked at.
    pub days: [Option<Date>; 2],
    /// The stages that are won.
    pub won: Vec<String>,
    /// How many rows were read.
    pub rows: u64,
    /// How many deals stand more than once in one export: the first row of each counts.
    pub doubled: u64,
    /// Of how many deals the stage is not known at some time: they are in neither pipeline.
    pub no_stage: u64,
    /// How many open deals have no amount in the end: they are there with nothing.
    pub no_amount: u64,
    /// How many open deals have no close date in the end; where days are looked at, they are in no pipeline.
    pub no_close_date: u64,
    /// What could not be read.
    pub unread: Unread,
}

/// One part of a movement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MovementPart {
    /// Why.
    pub moved: Moved,
    /// Whether it makes the pipeline more.
    pub is_more: bool,
    /// How often, and by how much.
    #[serde(flatten)]
    pub amounts: Amounts,
    /// The deals behind it and by how much each, the greatest first.
    pub deals: Vec<(String, Quantity)>,
}

/// How the pipeline moved between two exports of the same deals, the older one first.
///
/// # Errors
/// If a file has no layout or is no export of opportunities, a stage that is won is none that closes, or a file cannot
/// be read.
pub fn moved_between(
    rules: &Rules,
    [old, new]: [&Export; 2],
    layouts: &Layouts,
    pipeline: &Pipeline,
) -> Result<PipelineMovement, AuditError> {
    let mut reading = Reading::of(rules, layouts);
    let before = reading.states(old)?;
    let after = reading.states(new)?;
    let ids = before.keys().chain(after.keys()).cloned();
    let ids: std::collections::BTreeSet<String> = ids.collect();
    let ways = ids.into_iter().map(|id| {
        let way = vec![before.get(&id).cloned(), after.get(&id).cloned()];
        (id, way)
    });
    Told::of(rules, pipeline)?.movement(ways, reading)
}

/// How the pipeline moved from one instant to another, by a log of changes.
///
/// # Errors
/// As [`moved_between`], and if the file is no log of changes.
pub fn moved_since(
    rules: &Rules,
    log: &Export,
    layouts: &Layouts,
    pipeline: &Pipeline,
    [since, until]: [Timestamp; 2],
) -> Result<PipelineMovement, AuditError> {
    let mut reading = Reading::of(rules, layouts);
    let changes = reading.changes(log)?;
    let ways = changes
        .into_iter()
        .map(|(id, changes)| (id, reading::way(&changes, since, until)));
    Told::of(rules, pipeline)?.movement(ways, reading)
}

/// What a state of a deal is to a pipeline.
struct Told<'a> {
    pipeline: Pipeline,
    /// Where each stage of the model stands.
    stages: BTreeMap<&'a str, Standing>,
}

impl<'a> Told<'a> {
    fn of(rules: &'a Rules, pipeline: &Pipeline) -> Result<Self, AuditError> {
        let kind = RecordKind::Opportunity;
        let mut stages = BTreeMap::new();
        let mut won = Vec::new();
        let mut closing = Vec::new();
        for journey in rules.model.journeys(kind) {
            for stage in &journey.stages {
                let called = journey.called_here(stage);
                let names = [stage.name.as_str(), called];
                let is_named = names
                    .iter()
                    .any(|name| pipeline.won.iter().any(|it| it == name));
                let is_won = stage.closes
                    && if pipeline.won.is_empty() {
                        called == WON
                    } else {
                        is_named
                    };
                let standing = match (stage.closes, is_won) {
                    (false, _) => Standing::Open,
                    (true, true) => Standing::Won,
                    (true, false) => Standing::Lost,
                };
                stages.extend(names.map(|it| (it, standing)));
                won.extend(is_won.then(|| stage.name.clone()));
                closing.extend(stage.closes.then_some(stage.name.as_str()));
            }
        }
        let is_won = |name: &str| stages.get(name) == Some(&Standing::Won);
        let fix = format!("name one of these with --won: {}", closing.join(", "));
        if let Some(other) = pipeline.won.iter().find(|it| !is_won(it)) {
            let what =
                format!("`{other}` is no stage of the model in which an opportunity is closed");
            return Err(AuditError::Nothing(format!("{what}; {fix}")));
        }
        if won.is_empty() {
            let what = "no stage of the model is called `won`, so that it is not known which deals are won";
            return Err(AuditError::Nothing(format!("{what}; {fix}")));
        }
        let pipeline = Pipeline {
            won,
            ..pipeline.clone()
        };
        Ok(Self { pipeline, stages })
    }

    /// How a deal stands; an error if its stage is not known.
    fn deal(&self, state: &State) -> Result<Deal, ()> {
        let stage = state.stage.as_deref().and_then(|it| self.stages.get(it));
        let Pipeline { from, to, .. } = self.pipeline;
        let day = state.close_date;
        Ok(Deal {
            standing: *stage.ok_or(())?,
            amount: state.amount.unwrap_or_default(),
            within: from.is_none_or(|from| day.is_some_and(|it| it >= from))
                && to.is_none_or(|to| day.is_some_and(|it| it <= to)),
        })
    }

    fn movement(
        self,
        ways: impl Iterator<Item = (String, Way)>,
        reading: Reading<'_>,
    ) -> Result<PipelineMovement, AuditError> {
        let mut movement = Movement::default();
        let mut deals: BTreeMap<Moved, Vec<(String, Quantity)>> = BTreeMap::new();
        let mut ends: [Vec<(String, Quantity)>; 2] = Default::default();
        let (mut no_stage, mut no_amount, mut no_close_date) = (0, 0, 0);
        for (id, way) in ways {
            let stands = way
                .iter()
                .map(|it| it.as_ref().map(|it| self.deal(it)).transpose());
            let Ok(stands) = stands.collect::<Result<Vec<Option<Deal>>, ()>>() else {
                no_stage += 1;
                continue;
            };
            let last = way.last().and_then(Option::as_ref);
            let open = stands.last().copied().flatten().map(|it| it.standing);
            if let Some(last) = last.filter(|_| open == Some(Standing::Open)) {
                no_amount += u64::from(last.amount.is_none());
                no_close_date += u64::from(last.close_date.is_none());
            }
            for (all, deal) in ends.iter_mut().zip([stands.first(), stands.last()]) {
                let deal = deal.copied().flatten().filter(|it| it.is_in());
                all.extend(deal.map(|it| (id.clone(), it.amount)));
            }
            movement.add(&stands, |step| {
                deals
                    .entry(step.moved)
                    .or_default()
                    .push((id.clone(), step.amount));
            });
        }
        let parts = Moved::ALL.map(|moved| {
            let mut deals = deals.remove(&moved).unwrap_or_default();
            greatest_first(&mut deals);
            MovementPart {
                moved,
                is_more: moved.is_more(),
                amounts: movement.part(moved),
                deals,
            }
        });
        for all in &mut ends {
            greatest_first(all);
            all.truncate(GREATEST);
        }
        Ok(PipelineMovement {
            ends,
            opening: movement.opening,
            parts: parts.into(),
            closing: movement.closing,
            days: [self.pipeline.from, self.pipeline.to],
            won: self.pipeline.won,
            rows: reading.rows,
            doubled: reading.doubled,
            no_stage,
            no_amount,
            no_close_date,
            unread: reading.unread,
        })
    }
}

fn greatest_first(deals: &mut [(String, Quantity)]) {
    deals.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
}
