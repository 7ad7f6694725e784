//! To whom the rules of a model lead, before it is known whose turn it is.

use std::{collections::BTreeSet, fmt};

use contracts::state::RoutingState;
use crm::{FieldRef, PersonId};

use super::{Chosen, filled, queued, waiting};
use crate::facts::Facts;

/// To whom a record is led.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leads {
    /// To this person.
    Person(PersonId),
    /// To the next of this pool.
    Pool(String),
    /// To whoever takes it from this queue.
    Queue(String),
    /// To nobody, on purpose.
    Nobody,
    /// To nobody, since no rule names anybody who is there.
    NoRule,
    /// To nobody yet: it waits for these facts.
    Waits(BTreeSet<FieldRef>),
}

impl fmt::Display for Leads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(person) => write!(f, "{person}"),
            Self::Pool(pool) => write!(f, "pool {pool}"),
            Self::Queue(queue) => write!(f, "queue {queue}"),
            Self::Nobody => f.write_str("nobody"),
            Self::NoRule => f.write_str("nobody, as no rule names anybody"),
            Self::Waits(facts) => {
                let facts: Vec<String> = facts.iter().map(ToString::to_string).collect();
                write!(f, "waiting for {}", facts.join(" and "))
            }
        }
    }
}

impl From<Chosen> for Leads {
    fn from(chosen: Chosen) -> Self {
        match chosen {
            Chosen::Person(person) => Self::Person(person),
            Chosen::Pool(pool) => Self::Pool(pool),
            Chosen::Queue(queue) => Self::Queue(queue),
            Chosen::Nobody => Self::Nobody,
            Chosen::NoRule => Self::NoRule,
        }
    }
}

/// The rule that decides about a record that was routed so `before`, and to whom it leads; the rule is
/// [`contracts::state::AWAITS_FACTS`] while it waits for facts.
#[must_use]
pub fn leads(facts: &Facts<'_>, before: Option<&RoutingState>) -> (String, Leads) {
    if let Some(waits) = waiting::waits(facts, before, facts.now) {
        let rule = contracts::state::AWAITS_FACTS.to_owned();
        return (rule, Leads::Waits(waits.facts));
    }
    let choice = queued::when_over(facts.rules, filled::or_rules(facts), before, facts.now);
    (choice.rule, choice.chosen.into())
}
