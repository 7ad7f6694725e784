use crm::{FieldRef, PersonId, Value};
use model::{Destination, OperatingModel, Place, RoutingRule};

use crate::routing::{Choice, Chosen, Leads};

/// The most facts that are changed together.
pub const MOST_CHANGES: usize = 4;

/// Where a record is wanted to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// To this person, or to a pool of which they are a member.
    Person(PersonId),
    /// To this pool.
    Pool(String),
    /// Into this queue.
    Queue(String),
    /// By this rule, wherever that leads.
    Rule(String),
}

/// What came of the question.
#[derive(Debug, Clone, PartialEq)]
pub struct WhyNot {
    /// The rule that decides about the record as it is; `none` if no rule does.
    pub rule: String,
    /// Where it leads.
    pub leads: Leads,
    /// What would have to differ.
    pub answer: Answer,
}

/// What would have to differ.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Nothing: it does go there. In a pool it is somebody's turn.
    Already,
    /// Whatever the record holds, no rule leads there.
    NoRuleLeadsThere,
    /// The smallest sets of facts by which it would go there; each by itself is enough.
    Ways(Vec<Way>),
    /// No set of at most [`MOST_CHANGES`] facts was found.
    NoneFound {
        /// Whether it was given up, since there is too much to try.
        gave_up: bool,
    },
}

/// A set of facts by which a record would go there.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// The rule that would decide.
    pub rule: String,
    /// Where it is written.
    pub place: Place,
    /// Where it leads.
    pub leads: Leads,
    /// The facts, by their names.
    pub differs: Vec<Differs>,
}

/// A fact that would have to be another.
#[derive(Debug, Clone, PartialEq)]
pub struct Differs {
    /// The field.
    pub field: FieldRef,
    /// What it holds; none if that is nothing, or a personal value.
    pub found: Option<Value>,
    /// What it would have to be, as the explanations say it.
    pub needed: String,
    /// Whether that is an example: others may do as well, and not each of them was tried.
    pub example: bool,
}

impl Wanted {
    /// Whether a choice of the rules is what is wanted.
    pub(super) fn is_met(&self, model: &OperatingModel, choice: &Choice) -> bool {
        match (self, &choice.chosen) {
            (Self::Rule(wanted), _) => *wanted == choice.rule,
            (Self::Person(wanted), Chosen::Person(person)) => wanted == person,
            (Self::Person(wanted), Chosen::Pool(pool)) => is_member(model, pool, wanted),
            (Self::Pool(wanted), Chosen::Pool(pool)) => wanted == pool,
            (Self::Queue(wanted), Chosen::Queue(queue)) => wanted == queue,
            _ => false,
        }
    }

    /// Whether a rule may lead there at all.
    pub(super) fn may_be(&self, model: &OperatingModel, rule: &RoutingRule) -> bool {
        match (self, &rule.to) {
            (Self::Rule(wanted), _) => *wanted == rule.rule,
            (Self::Person(wanted), Destination::Person(person)) => wanted == person,
            (Self::Person(wanted), Destination::Pool(pool)) => is_member(model, pool, wanted),
            (Self::Person(wanted), Destination::Field(_)) => model.people.contains_key(wanted),
            (Self::Person(wanted), Destination::Table { table, .. }) => {
                let rows = model.tables.get(table).map(|it| &it.rows);
                rows.is_some_and(|rows| rows.people().any(|person| person == wanted))
            }
            (Self::Person(wanted), Destination::PartnerOf { pairs, .. }) => {
                let partners = model.pairs.get(pairs).map(|it| &it.partners);
                partners.is_some_and(|all| all.values().any(|person| person == wanted))
            }
            (Self::Pool(wanted), Destination::Pool(pool)) => wanted == pool,
            (Self::Queue(wanted), Destination::Queue(queue)) => wanted == queue,
            _ => false,
        }
    }
}

fn is_member(model: &OperatingModel, pool: &str, person: &PersonId) -> bool {
    let pool = model.pools.get(pool);
    pool.is_some_and(|pool| pool.weights.contains_key(person))
}
