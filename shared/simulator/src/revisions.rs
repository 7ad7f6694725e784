//! The deployments of a story: which model each brings, and when.

mod behaving;
mod calls;
mod former;
mod watched;

use std::collections::BTreeMap;

use crm::{FieldRef, OWNER, PersonId, RecordKind, Value};
use decisions::{Rules, RulesError};
use jiff::{SignedDuration, Timestamp};
use model::{
    Condition, Derived, Destination, Enforcement, OperatingModel, Operator, Rate, Start, Test, Turn,
};

use crate::{
    fault::{Fault, FaultKind},
    world::after,
};

pub(crate) use behaving::{COUNTED, HOURS, known_by};
pub(crate) use former::FORMER_HOURS;
#[cfg(test)]
pub(crate) use watched::count_by_night;
pub(crate) use watched::{BY_NIGHT, WATCHED};

/// How the model that is played differs from the one that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strain {
    /// Not at all.
    None,
    /// It asks for whatever takes long or is rare.
    All,
}

/// What deployments bring in a story: the model that it is about, and another one.
#[derive(Debug)]
pub(crate) struct Revisions {
    /// The model, as the first deployment of the story has it.
    pub(crate) first: Rules,
    /// The same, deployed once more.
    second: Rules,
    /// Another model, as the second deployment brings it.
    other: Rules,
    /// The first one again, as the third deployment brings it.
    third: Rules,
}

/// A deployment of a story.
#[derive(Debug)]
pub(crate) struct Brought<'a> {
    /// From then on there are processes of it.
    pub(crate) from: Timestamp,
    /// From then on there are none of the one before any more.
    pub(crate) until: Timestamp,
    /// What it brings.
    pub(crate) rules: &'a Rules,
}

impl Revisions {
    /// Those of a model that is prepared for deciding at an instant.
    ///
    /// # Errors
    /// If a calendar of the model cannot be used.
    pub(crate) fn of(rules: &Rules, begins: Timestamp, strain: Strain) -> Result<Self, RulesError> {
        let deployed = |mut model: OperatingModel, number| {
            model.revision.number = number;
            if strain == Strain::All {
                ask_for_counts(&mut model);
                hold_turns(&mut model);
                hold_moves(&mut model);
                watched::watch_open_deals(&mut model);
                watched::count_by_night(&mut model, begins);
                behaving::count_behaviour(&mut model);
                former::ask_whose(&mut model);
                calls::ask_for_calls(&mut model);
            }
            Rules::prepare(model, begins)
        };
        let mut model = rules.model.clone();
        if strain == Strain::All {
            let_somebody_leave(&mut model, begins);
            only_observe(&mut model, begins);
        }
        let model = &model;
        Ok(Self {
            first: deployed(model.clone(), 1)?,
            second: deployed(model.clone(), 2)?,
            other: deployed(another(model), 2)?,
            third: deployed(model.clone(), 3)?,
        })
    }

    /// The deployments of a story after the first one, in their order.
    pub(crate) fn deployments(&self, faults: &[Fault]) -> Vec<Brought<'_>> {
        // One at a time, as a stack has it.
        let fault = faults.iter().find_map(|fault| match fault.kind {
            FaultKind::Deployment => Some((fault, None)),
            FaultKind::TakenBack { by_cloud } => Some((fault, Some(by_cloud))),
            _ => None,
        });
        let brought = |from, until, rules| Brought { from, until, rules };
        match fault {
            None => Vec::new(),
            Some((fault, None)) => vec![brought(fault.from, fault.until, &self.second)],
            Some((fault, Some(by_cloud))) => {
                let half = fault.until.duration_since(fault.from) / 2;
                let middle = after(fault.from, half.max(SignedDuration::ZERO));
                let back = if by_cloud { &self.first } else { &self.third };
                vec![
                    brought(fault.from, middle, &self.other),
                    brought(middle, fault.until, back),
                ]
            }
        }
    }
}

/// Another model of the same company: one more person in each pool, and other names for the first pool, the
/// rules, the clocks and the deviations. What it leaves behind names things that the first model does not
/// have.
fn another(model: &OperatingModel) -> OperatingModel {
    let mut other = model.clone();
    other.revision.hash = format!("{:.8} with other names", model.revision.hash);
    for pool in other.pools.values_mut() {
        let known = &pool.weights;
        let newcomer = model.people.keys().find(|it| !known.contains_key(*it));
        if let Some(newcomer) = newcomer {
            pool.weights.insert(newcomer.clone(), 1);
        }
    }
    let renamed = model.pools.keys().next().cloned();
    if let Some((name, pool)) = other.pools.pop_first() {
        other.pools.insert(anew(&name), pool);
    }
    for rule in other.routing.values_mut().flatten() {
        rule.rule = anew(&rule.rule);
        if let Destination::Pool(pool) = &mut rule.to
            && Some(&*pool) == renamed.as_ref()
        {
            *pool = anew(pool);
        }
    }
    other.clocks = all_anew(std::mem::take(&mut other.clocks));
    for clock in other.clocks.values_mut() {
        if let Start::ClockMet(before) = &mut clock.start {
            *before = anew(before);
        }
    }
    other.deviations = all_anew(std::mem::take(&mut other.deviations));
    other
}

/// Counts are read of which nothing in the model asks, so that stories show what comes of them.
fn ask_for_counts(model: &mut OperatingModel) {
    for derived in model.derived.values_mut() {
        if let Derived::Count(count) = derived {
            count.asked = true;
        }
    }
}

/// The first pool holds its turns until a lead is closed, for a day: shorter than most stories.
fn hold_turns(model: &mut OperatingModel) {
    let Some(pool) = model.pools.values_mut().next() else {
        return;
    };
    let closed = Test {
        field: FieldRef::new(RecordKind::Lead, "open"),
        operator: Operator::OneOf(vec![Value::Boolean(false)]),
        place: pool.place,
    };
    let held_for = "1d".parse();
    pool.turn = held_for.ok().map(|held_for| Turn {
        used_when: Condition::Test(closed),
        held_for,
    });
}

/// One move of a person is turned back in fifty seconds, and the next is held: what the CRM undoes a minute later is
/// turned back again, so that a chain without an end is one.
fn hold_moves(model: &mut OperatingModel) {
    for lifecycle in model.lifecycles.values_mut() {
        let within = "50s".parse().ok();
        lifecycle.when_turned_back.at_most = within.map(|within| Rate { times: 1, within });
    }
}

/// Accounts change hands with somebody's yes only, and one without an owner deviates.
pub(crate) fn watch_accounts(model: &mut OperatingModel) {
    let (kind, owner) = (RecordKind::Account, OWNER);
    let test = |present, place| {
        Condition::Test(Test {
            field: FieldRef::new(kind, owner),
            operator: Operator::Present(present),
            place,
        })
    };
    if let Some(mut trade) = model.approvals.values().next().cloned() {
        trade.record = kind;
        trade.when = test(true, trade.place);
        trade.by = trade.by.pop().into_iter().collect();
        trade.binds = vec![owner.to_owned()];
        trade.of_change = Some(owner.to_owned());
        model.approvals.insert("trade".to_owned(), trade);
    }
    if let Some(mut unowned) = model.deviations.values().next().cloned() {
        unowned.record = kind;
        unowned.when = test(false, unowned.place);
        unowned.steps = Vec::new();
        model.deviations.insert("unowned".to_owned(), unowned);
    }
}

/// Somebody of the first pool that several share leaves in the midst of the week in which stories begin.
fn let_somebody_leave(model: &mut OperatingModel, begins: Timestamp) {
    let mut pools = model.pools.values().filter(|pool| pool.weights.len() > 1);
    let stays = |person: &PersonId| {
        let known = model.people.get(person);
        known.is_none_or(|known| known.reports_to.is_none())
    };
    let mut members = pools
        .next()
        .into_iter()
        .flat_map(|pool| pool.weights.keys());
    let Some(person) = members.rfind(|it| !stays(it)).cloned() else {
        return;
    };
    let day = after(begins, SignedDuration::from_hours(3 * 24));
    if let Some(person) = model.people.get_mut(&person) {
        person.left = Some(day.to_zoned(jiff::tz::TimeZone::UTC).date());
    }
}

/// The first day of the week in which stories begin is the last of a shadow month: a seventh of them begin in it, and
/// most of those go on after it.
fn only_observe(model: &mut OperatingModel, begins: Timestamp) {
    let Some(place) = model.lifecycles.values().next().map(|it| it.place) else {
        return;
    };
    model.enforcement = Some(Enforcement {
        observe_until: begins.to_zoned(jiff::tz::TimeZone::UTC).date(),
        place,
    });
}

fn all_anew<T>(named: BTreeMap<String, T>) -> BTreeMap<String, T> {
    let all = named.into_iter();
    all.map(|(name, it)| (anew(&name), it)).collect()
}

fn anew(name: &str) -> String {
    format!("{name}_anew")
}
