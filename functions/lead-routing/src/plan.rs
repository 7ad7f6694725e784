//! What a lead's own partition tells is to be done with it, and what must be read for that.

use std::{collections::BTreeSet, sync::Arc};

use contracts::{
    Event, Key, OwnerLeft,
    state::{AbsencesState, ClocksState, GateState, PoolState, RoutingState},
};
use crm::{PersonId, RecordId};
use decisions::{
    Rules, Staffing, capacity, edges,
    routing::{
        Again, Chosen, Happened, OwnerGone, Routed, Todo, again, consider, counted_anew,
        ends_merged, found_otherwise, identity, in_their_place, owner_gone, owner_removed,
        pool_handed_on,
    },
};
use engine::{Planned, Read, RecordFacts};
use jiff::Timestamp;
use store::{StoreError, Versioned};

use crate::{in_hand::concerned, rotation::Rotation};

/// Gives records their owners by these rules.
#[derive(Debug)]
pub struct Router(Rules);

/// What is to be done with a lead, and how it was routed before.
#[derive(Debug)]
pub struct Plan {
    pub(crate) before: Option<Versioned<RoutingState>>,
    pub(crate) pool: Option<String>,
    /// Those whose open leads may become more or fewer by it.
    pub(crate) people: BTreeSet<PersonId>,
    /// The pool that gave it, if another gives it now.
    pub(crate) left: Option<String>,
    /// Which lead it is.
    pub(crate) id: RecordId,
    /// By what the others of the same person are found.
    pub(crate) identity: Option<String>,
    pub(crate) todo: Occasion,
}

/// Upon what.
#[derive(Debug)]
pub(crate) enum Occasion {
    /// The lead changed, and this is to be done.
    Change(Todo),
    /// Its owner was taken off in the CRM, or has left and somebody is asked, and this follows.
    Follows(Box<Routed>),
    /// It is to be routed again; else this follows, if its owner was taken off or has left.
    Again(Box<Again>, Option<Box<Routed>>),
    /// It counts as an open lead of somebody no longer, or again, and this follows.
    Counted(Box<Routed>),
    /// A clock ran out; these are named to have it last.
    Overdue(Option<ClocksState>, Vec<PersonId>),
    /// The CRM refuses this owner, for this reason.
    Refused(PersonId, String),
    /// The time is over for which its turn is held.
    Held,
    /// It is gone, merged into another.
    Merged,
}

impl Occasion {
    /// Who may get the lead beside the people of its pool and whom the CRM names.
    fn named(&self) -> &[PersonId] {
        match self {
            Self::Change(Todo::Route(choice)) => match &choice.chosen {
                Chosen::Person(person) => std::slice::from_ref(person),
                _ => &[],
            },
            Self::Again(again, _) => again.person().map_or(&[], std::slice::from_ref),
            Self::Overdue(_, last) => last,
            _ => &[],
        }
    }

    /// Whether it must be known who is away, where it may be of people with a capacity or not.
    fn needs_absences(&self, counted: bool) -> bool {
        match self {
            Self::Change(Todo::Route(choice)) => {
                matches!(choice.chosen, Chosen::Pool(_) | Chosen::Person(_))
            }
            // For which of their working days it comes depends on it.
            Self::Change(Todo::Keep(_)) => counted,
            Self::Change(_) | Self::Follows(_) | Self::Counted(_) | Self::Held | Self::Merged => {
                false
            }
            Self::Overdue(..) | Self::Refused(..) | Self::Again(..) => true,
        }
    }
}

impl Router {
    /// Gives records their owners by these rules.
    #[must_use]
    pub const fn new(rules: Rules) -> Self {
        Self(rules)
    }

    pub(crate) const fn rules(&self) -> &Rules {
        &self.0
    }

    pub(crate) fn change(
        &self,
        facts: &RecordFacts,
        event: &Event,
        before: Option<Versioned<RoutingState>>,
        now: Timestamp,
    ) -> Option<Planned<Plan>> {
        let state = before.as_ref().map(|before| &before.state);
        let record = &facts.record.state.record;
        if ends_merged(record, state) {
            return Some(self.of_its_pool(facts, before, Occasion::Merged));
        }
        let edges = edges(event, record);
        let happened = (Happened::Changed(&edges), event.sequence);
        if let Some(again) = again(&self.0, record, state, happened, now) {
            let removed = owner_removed(record.id.kind, state, (&edges, event.sequence), now);
            return Some(self.routed_again(facts, before, again, removed));
        }
        if let Some(removed) = owner_removed(record.id.kind, state, (&edges, event.sequence), now) {
            let removed = Occasion::Follows(Box::new(removed));
            return Some(self.planned(facts, before, None, removed));
        }
        if let Some(left) = owner_gone(&self.0, record, state, false, now) {
            return Some(self.gone(facts, before, left));
        }
        self.judge(facts, before, now)
    }

    /// The owner of a record has left.
    pub(crate) fn left(
        &self,
        facts: &RecordFacts,
        before: Option<Versioned<RoutingState>>,
        told: &OwnerLeft,
        now: Timestamp,
    ) -> Option<Planned<Plan>> {
        let state = before.as_ref().map(|before| &before.state);
        let record = &facts.record.state.record;
        // Whom a CRM has archived is told by the event: who is away is read later.
        let archived = told.archived;
        let rules = archived.map(|at| self.0.without(&told.person, at));
        let rules = rules.as_ref().unwrap_or(&self.0);
        let left = owner_gone(rules, record, state, told.listed, now)?;
        Some(self.gone(facts, before, left))
    }

    fn gone(
        &self,
        facts: &RecordFacts,
        before: Option<Versioned<RoutingState>>,
        left: OwnerGone,
    ) -> Planned<Plan> {
        match left.again {
            Some(again) => self.routed_again(facts, before, again, Some(left.asked)),
            None => self.planned(facts, before, None, Occasion::Follows(Box::new(left.asked))),
        }
    }

    /// A lead has entered a stage from another, and stands there still.
    pub(crate) fn entered(
        &self,
        facts: &RecordFacts,
        (stage, event): (&str, &Event),
        before: Option<Versioned<RoutingState>>,
        now: Timestamp,
    ) -> Result<Option<Planned<Plan>>, StoreError> {
        let gate = facts.state::<GateState>()?;
        if gate.is_none_or(|gate| gate.state.stage != stage) {
            return Ok(None);
        }
        let state = before.as_ref().map(|before| &before.state);
        let happened = (Happened::Entered(stage), event.sequence);
        let again = again(&self.0, &facts.record.state.record, state, happened, now);
        Ok(again.map(|again| self.routed_again(facts, before, again, None)))
    }

    /// Something falls due: what it waits for, or its turn. It may have been routed since, and then it
    /// waits for nothing.
    pub(crate) fn due(
        &self,
        facts: &RecordFacts,
        before: Option<Versioned<RoutingState>>,
        now: Timestamp,
    ) -> Option<Planned<Plan>> {
        let state = before.as_ref().map(|before| &before.state)?;
        if state.waits.is_some() || state.observed_until.is_some() {
            return self.judge(facts, before, now);
        }
        let over = state.held_until.is_some_and(|until| until <= now);
        over.then(|| self.of_its_pool(facts, before, Occasion::Held))
    }

    /// What is to be done with a lead as it stands now.
    pub(crate) fn judge(
        &self,
        facts: &RecordFacts,
        before: Option<Versioned<RoutingState>>,
        now: Timestamp,
    ) -> Option<Planned<Plan>> {
        let state = before.as_ref().map(|before| &before.state);
        let todo = consider(&self.0, &facts.record.state.record, state, now);
        let pool = match &todo {
            Todo::Nothing => {
                let record = &facts.record.state.record;
                let counted = counted_anew(&self.0, record, state, now)
                    .or_else(|| found_otherwise(&self.0, record, state, now))?;
                let counted = Occasion::Counted(Box::new(counted));
                return Some(self.planned(facts, before, None, counted));
            }
            Todo::Keep(owner) => pool_handed_on(state, owner),
            Todo::Arrived | Todo::Wait(_) => None,
            Todo::Route(choice) => match &choice.chosen {
                Chosen::Pool(pool) => Some(pool.clone()),
                Chosen::Person(_) | Chosen::Queue(_) | Chosen::Nobody | Chosen::NoRule => None,
            },
        };
        Some(self.planned(facts, before, pool, Occasion::Change(todo)))
    }

    fn routed_again(
        &self,
        facts: &RecordFacts,
        before: Option<Versioned<RoutingState>>,
        again: Again,
        removed: Option<Routed>,
    ) -> Planned<Plan> {
        let pool = again.pool().map(str::to_owned);
        let gave = before.as_ref().and_then(|before| before.state.pool.clone());
        let left = gave.filter(|gave| pool.as_ref() != Some(gave));
        let todo = Occasion::Again(Box::new(again), removed.map(Box::new));
        let mut planned = self.planned(facts, before, pool, todo);
        planned
            .needs
            .extend(left.iter().flat_map(|left| self.rotations_of(left)));
        planned.plan.left = left;
        planned
    }

    /// Those whose open leads may become more or fewer: of somebody who is away, whoever has it in their
    /// place too.
    pub(crate) fn people(
        &self,
        plan: &Plan,
        staffing: &Staffing,
        now: Timestamp,
    ) -> BTreeSet<PersonId> {
        let nobody = BTreeSet::new();
        let before = plan.before.as_ref();
        let refused = before.map_or(&nobody, |before| &before.state.refused);
        let named = match &plan.todo {
            Occasion::Overdue(..) => &[],
            todo => todo.named(),
        };
        let in_place = named
            .iter()
            .filter_map(|person| in_their_place(staffing, person, refused, now));
        let in_place: Vec<PersonId> = in_place.collect();
        let mut people = plan.people.clone();
        people.extend(capacity::counted(&self.0, &in_place));
        people
    }

    /// Where the rotation of a pool is kept: under its name, and under the one that it had before.
    fn rotations_of(&self, pool: &str) -> Vec<Key> {
        let was = self.0.model.renamed.pools.get(pool);
        let names = std::iter::once(pool).chain(was.map(String::as_str));
        names.map(Key::pool).collect()
    }

    /// The rotation of a pool; that of the name which it had before, as long as nothing is kept under its own.
    pub(crate) fn rotation(&self, pool: &str, read: &Read) -> Result<Rotation, StoreError> {
        let before = read.state::<PoolState>(&Key::pool(pool))?;
        let was = self
            .0
            .model
            .renamed
            .pools
            .get(pool)
            .filter(|_| before.is_none());
        let kept = match was {
            Some(was) => read.state::<PoolState>(&Key::pool(was))?,
            None => before.clone(),
        };
        let state = kept.map(|kept| kept.state).unwrap_or_default();
        Ok(Rotation { state, before })
    }

    pub(crate) fn absences(
        &self,
        plan: &Plan,
        read: &Read,
    ) -> Result<Arc<AbsencesState>, StoreError> {
        if plan.todo.needs_absences(!plan.people.is_empty()) {
            read.shared_or_default(&Key::absences())
        } else {
            Ok(Arc::default())
        }
    }

    fn planned(
        &self,
        facts: &RecordFacts,
        before: Option<Versioned<RoutingState>>,
        pool: Option<String>,
        todo: Occasion,
    ) -> Planned<Plan> {
        let record = &facts.record.state.record;
        let state = before.as_ref().map(|before| &before.state);
        let mut people = concerned(&self.0, record, state, todo.named());
        if let Some(pool) = &pool {
            people.extend(capacity::candidates(&self.0, pool));
        }
        let absences = todo.needs_absences(!people.is_empty());
        let absences = absences.then(Key::absences);
        let rotation = pool.iter().flat_map(|pool| self.rotations_of(pool));
        let needs = absences.into_iter().chain(rotation);
        let identity = identity(&self.0, record);
        let was = state.and_then(|state| state.identity.as_ref());
        let same: BTreeSet<&String> = was.into_iter().chain(&identity).collect();
        let same = same.into_iter().map(|same| Key::identity(same));
        let needs = needs.chain(people.iter().map(Key::load)).chain(same);
        let needs = needs.collect();
        let plan = Plan {
            before,
            pool,
            left: None,
            people,
            id: record.id.clone(),
            identity,
            todo,
        };
        Planned { plan, needs }
    }

    /// What is to be given to another of the pool it came from.
    pub(crate) fn of_its_pool(
        &self,
        facts: &RecordFacts,
        before: Option<Versioned<RoutingState>>,
        todo: Occasion,
    ) -> Planned<Plan> {
        let pool = before.as_ref().and_then(|before| before.state.pool.clone());
        self.planned(facts, before, pool, todo)
    }
}
