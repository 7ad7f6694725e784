//! A past decision of the routing rules, judged again by another model: on the record as it stood then, but for
//! the values that are not kept.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use contracts::{
    Reason, Verdict,
    state::{AWAITS_FACTS, Outline, RoutingState, RoutingStatus},
};
use crm::{FieldRef, Record, RecordKind, Value};
use jiff::Timestamp;
use model::{Derived, When};

use super::{
    ALREADY_OWNED, BY_HAND, JOINS, Leads, NOBODY_THERE, OWNER_REMOVED, REASSIGNED, REFUSED,
    REROUTED, TAKEN,
    choice::{Choice, Chosen, destination},
    hidden::Hidden,
    queued, waiting,
};
use crate::{facts::Facts, rules::Rules};

/// A rule, and to whom it led.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Led {
    /// The rule; [`AWAITS_FACTS`] while it waited, `none` if none named anybody.
    pub rule: String,
    /// To whom, before anybody's turn.
    pub to: Leads,
}

/// Why a decision about a record's owner was not made by the list of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotByRules {
    /// Its owner was named in the CRM.
    ByHand,
    /// Its owner was taken off in the CRM.
    OwnerRemoved,
    /// Somebody took it from a queue.
    Taken,
    /// Its owner let a clock run out.
    LateClock,
    /// The CRM refused its owner.
    Refused,
    /// It joined another of the same person.
    Joined,
    /// It was routed again upon an edge that the model names.
    UponAnEdge,
}

impl fmt::Display for NotByRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ByHand => "named by hand",
            Self::OwnerRemoved => "owner taken off",
            Self::Taken => "taken from a queue",
            Self::LateClock => "given on upon a late clock",
            Self::Refused => "refused by the CRM",
            Self::Joined => "joined the first of the same person",
            Self::UponAnEdge => "routed again upon an edge",
        })
    }
}

/// What a decision said: to whom the rules led, or why no rule was asked. None if it said nothing of an owner:
/// that a write had arrived, that a lead counts no more, or that nothing is waited for any longer.
#[must_use]
pub fn led(
    after: &RoutingState,
    reasons: &[Reason],
    at: Timestamp,
) -> Option<Result<Led, NotByRules>> {
    if after.at != at || after.rule == AWAITS_FACTS && after.waits.is_none() {
        return None;
    }
    let not = match after.rule.as_str() {
        ALREADY_OWNED | BY_HAND => Some(NotByRules::ByHand),
        TAKEN => Some(NotByRules::Taken),
        OWNER_REMOVED => Some(NotByRules::OwnerRemoved),
        REASSIGNED => Some(NotByRules::LateClock),
        REFUSED => Some(NotByRules::Refused),
        JOINS => Some(NotByRules::Joined),
        REROUTED => Some(NotByRules::UponAnEdge),
        _ if reasons.iter().any(|it| it.rule.starts_with("reroute.")) => {
            Some(NotByRules::UponAnEdge)
        }
        _ if after.status == RoutingStatus::OwnedByHand => Some(NotByRules::ByHand),
        _ => None,
    };
    if let Some(not) = not {
        return Some(Err(not));
    }
    let of = |list: &str| reasons.iter().find_map(|it| it.rule.strip_prefix(list));
    let named = || after.owner.clone().map(Leads::Person);
    let waits = after.waits.as_ref();
    let to = match (waits, &after.pool) {
        (Some(waits), _) if waits.for_facts() => Leads::Waits(waits.facts.clone()),
        (Some(waits), _) => match (&waits.queue, &waits.person) {
            (Some(queue), _) => Leads::Queue(queue.clone()),
            (None, Some(person)) => Leads::Person(person.clone()),
            (None, None) => Leads::NoRule,
        },
        (None, Some(pool)) => Leads::Pool(pool.clone()),
        (None, None) if after.status == RoutingStatus::Left => Leads::Nobody,
        (None, None) if after.rule == NOBODY_THERE => Leads::Pool(of("pools.")?.to_owned()),
        // Who is away is told by name, and whoever has it in their place is not whom the rule named.
        (None, None) => match of("people.").filter(|_| after.owner.is_some()) {
            Some(person) => Leads::Person(crm::PersonId::new(person)),
            None => named().unwrap_or(Leads::NoRule),
        },
    };
    let rule = match after.rule.as_str() {
        NOBODY_THERE => held_in(reasons)?.to_owned(),
        rule => rule.to_owned(),
    };
    Some(Ok(Led { rule, to }))
}

/// The rule of a list that held.
fn held_in(reasons: &[Reason]) -> Option<&str> {
    let held = reasons.iter().filter(|it| it.verdict == Verdict::Held);
    let mut rules = held.filter_map(|it| it.rule.strip_prefix("routing."));
    rules.next_back()?.split_once('.').map(|(_, rule)| rule)
}

/// A record as it stood, with what is not kept of it.
#[derive(Debug, Clone)]
pub struct Stood {
    record: Record,
    hidden: Hidden,
}

/// What stands for a value that is not kept, so that it is seen that there was one.
const NOT_KEPT: &str = "not kept";

impl Stood {
    /// The record that an outline is of. Of a mail address the domain is kept where a derived field holds it,
    /// so that what asks for the domain can be judged.
    #[must_use]
    pub fn of(rules: &Rules, mut record: Record, outline: &Outline) -> Self {
        let kind = record.id.kind;
        let mut hidden = Hidden::default();
        for name in &outline.personal {
            let field = FieldRef::new(kind, name);
            let domain = rules.model.derived.iter().find_map(|(derived, how)| {
                let domain = outline.domains.get(&derived.name);
                let of_it = matches!(how, Derived::DomainOf(of) if *of == field);
                domain.filter(|_| of_it && derived.kind == kind)
            });
            let stands_for = match domain {
                Some(domain) => {
                    hidden.with_domain.insert(field.clone());
                    format!("@{domain}")
                }
                None => NOT_KEPT.to_owned(),
            };
            record.fields.insert(name.clone(), Value::Text(stands_for));
            hidden.fields.insert(field);
        }
        let of_account = rules.model.records.get(&RecordKind::Account);
        let of_account = of_account.filter(|_| record.account.is_some());
        let personal = of_account
            .into_iter()
            .flatten()
            .filter(|(_, it)| it.personal);
        let personal = personal.map(|(name, _)| FieldRef::new(RecordKind::Account, name));
        hidden.fields.extend(personal);
        Self { record, hidden }
    }

    /// The fields that have a value.
    pub fn fields(&self) -> impl Iterator<Item = FieldRef> {
        let (record, kind) = (&self.record, self.record.id.kind);
        let own = record
            .fields
            .keys()
            .map(move |name| FieldRef::new(kind, name));
        let account = record.account.iter().flat_map(|it| it.fields.keys());
        own.chain(account.map(|name| FieldRef::new(RecordKind::Account, name)))
    }

    /// To whom the rules of this model lead at that instant, of a record that was routed so `before`.
    ///
    /// # Errors
    /// The fields whose values are not kept and on which it hangs.
    pub fn led(
        &self,
        rules: &Rules,
        before: Option<&RoutingState>,
        at: Timestamp,
    ) -> Result<Led, BTreeSet<FieldRef>> {
        let facts = Facts::of(rules, &self.record, at);
        if let Some(waits) = waiting::waits(&facts, before, at) {
            return Ok(Led {
                rule: AWAITS_FACTS.to_owned(),
                to: Leads::Waits(waits.facts),
            });
        }
        let list = rules.model.routing.get(&self.record.id.kind);
        for rule in list.into_iter().flatten() {
            let verdict = match &rule.when {
                When::Holds(condition) => self.hidden.verdict(condition, &facts)?,
                When::Otherwise => Verdict::Held,
                When::Unknown => Verdict::NotHeld,
            };
            if verdict != Verdict::Held {
                continue;
            }
            if let Some(field) = rule.to.field() {
                let under = self.hidden.under(&rules.model, field);
                if !under.is_empty() {
                    return Err(under);
                }
            }
            // Whoever is not there is passed over.
            if let Ok(chosen) = destination(&rule.to, &facts) {
                let choice = Choice {
                    rule: rule.rule.clone(),
                    chosen,
                    move_to: None,
                    reasons: Vec::new(),
                    facts: BTreeMap::new(),
                };
                let choice = queued::when_over(rules, choice, before, at);
                return Ok(Led {
                    rule: choice.rule,
                    to: choice.chosen.into(),
                });
            }
        }
        Ok(Led {
            rule: "none".to_owned(),
            to: Chosen::NoRule.into(),
        })
    }
}
