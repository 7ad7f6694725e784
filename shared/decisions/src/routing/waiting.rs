//! A new lead waits for what usually comes a moment later, where a rule cannot be known without it.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    DecisionDraft, EventData, Reason, Verdict,
    state::{AWAITS_FACTS, RoutingState, Waits},
};
use crm::FieldRef;
use jiff::Timestamp;
use model::{BeforeRouting, RoutingRule, When};

use super::{choice, filled, routed::Routed};
use crate::{
    condition::{evaluate, length, wall},
    facts::{Facts, FieldValue},
    possible::{Possible, Wanting},
    reasons::tested,
};

/// The most rules of which it is told that they cannot be known yet.
const MOST_TOLD: usize = 5;

/// What a lead waits for now, and until when; none if it does not, or not any longer.
///
/// A new one waits, up to so long after it was created, as long as the facts that are waited for and are
/// wanting may still make another rule decide than the one that holds without them: one above it, or
/// not even that. What was routed once does not wait again.
pub(super) fn waits(
    facts: &Facts<'_>,
    before: Option<&RoutingState>,
    now: Timestamp,
) -> Option<Waits> {
    let for_facts = |before: &RoutingState| {
        let waits = before.waits.as_ref();
        waits.is_some_and(Waits::for_facts)
    };
    // A trial shows at once where it goes.
    if before.is_some_and(|before| !for_facts(before)) || facts.record.is_trial() {
        return None;
    }
    let terms = terms(facts)?;
    let until = until(facts, terms, now)?;
    let asking = Asking::of(facts, terms)?;
    let wanting = asking.unsettled().flat_map(|rule| asking.for_want_of(rule));
    let facts: BTreeSet<FieldRef> = wanting.cloned().collect();
    (!facts.is_empty()).then_some(Waits {
        facts,
        person: None,
        queue: None,
        until,
    })
}

fn terms<'a>(facts: &Facts<'a>) -> Option<&'a BeforeRouting> {
    let kind = facts.record.id.kind;
    facts.rules.model.before_routing.get(&kind)
}

/// When it is judged with what is there; none if that time has come.
///
/// It counts from the creation, since that is when the CRM begins to fill in the rest. A clock of
/// the CRM that is ahead of ours makes nobody wait longer.
fn until(facts: &Facts<'_>, terms: &BeforeRouting, now: Timestamp) -> Option<Timestamp> {
    let created = facts.record.created.min(now);
    let until = created.checked_add(wall(terms.up_to?)?).ok()?;
    (now < until).then_some(until)
}

/// A lead's rules before the facts that are wanting.
struct Asking<'a> {
    rules: &'a [RoutingRule],
    wanting: Wanting<'a>,
}

impl<'a> Asking<'a> {
    /// None if nothing is wanting.
    fn of(facts: &'a Facts<'a>, terms: &'a BeforeRouting) -> Option<Self> {
        let kind = facts.record.id.kind;
        let waited = facts.rules.waited.get(&kind)?;
        let wants = |fact: &&FieldRef| match waited.account.as_ref() == Some(*fact) {
            true => facts.record.account.is_none(),
            false => facts.look(fact) == FieldValue::Nothing,
        };
        let facts_wanting: BTreeSet<_> = terms.wait_for.iter().filter(wants).collect();
        let rules = facts.rules.model.routing.get(&kind)?;
        (!facts_wanting.is_empty()).then_some(Self {
            rules,
            wanting: Wanting {
                facts,
                waited,
                facts_wanting,
            },
        })
    }

    /// The rules that may come to decide once the facts have come: those above the one that decides
    /// without them, and that one if it may not hold then.
    fn unsettled(&self) -> impl Iterator<Item = &'a RoutingRule> {
        let Wanting { facts, waited, .. } = self.wanting;
        let deciding = choice::deciding_number(facts).unwrap_or(usize::MAX);
        let numbers = waited.rules.iter();
        let numbers = numbers.take_while(move |number| **number <= deciding);
        let rules = numbers.filter_map(|number| self.rules.get(*number));
        rules.filter(|rule| self.is_unsettled(rule))
    }

    fn is_unsettled(&self, rule: &RoutingRule) -> bool {
        let possible = match &rule.when {
            When::Holds(condition) => self.wanting.possible(condition),
            When::Otherwise => Possible::only(Verdict::Held),
            // Routing lists have no such entry.
            When::Unknown => return false,
        };
        let field = rule.to.field();
        let names_nobody_yet = field.is_some_and(|it| !self.wanting.under(it).is_empty());
        possible.may_be(Verdict::Held) && (names_nobody_yet || !possible.is_only(Verdict::Held))
    }

    /// The facts that are wanting on which a rule leans.
    fn for_want_of(&self, rule: &'a RoutingRule) -> BTreeSet<&'a FieldRef> {
        let Wanting { facts, waited, .. } = self.wanting;
        let under = waited.under_rule(&facts.rules.model, rule);
        let wanting = &self.wanting.facts_wanting;
        under
            .filter_map(|fact| wanting.get(fact).copied())
            .collect()
    }
}

/// It begins to wait, or for something else than before.
pub(super) fn wait(facts: &Facts<'_>, waits: Waits, now: Timestamp) -> Routed {
    let kind = facts.record.id.kind;
    let wanted = named(&waits.facts);
    let mut tested_facts = BTreeMap::new();
    let mut reasons = Vec::new();
    let before = terms(facts);
    let asking = before.and_then(|terms| Asking::of(facts, terms));
    if let Some(asking) = &asking {
        for rule in asking.unsettled().take(MOST_TOLD) {
            let reason = unsettled(facts, rule, &asking.for_want_of(rule));
            tested(&reason.findings, &mut tested_facts);
            reasons.push(reason);
        }
    }
    let until = said(facts, waits.until);
    let note = format!("{wanted} usually comes a moment after the record: it waits until {until}");
    let place = before.map(|before| before.place);
    reasons.push(Reason::note(format!("before_routing.{kind}"), place, note));
    Routed {
        draft: DecisionDraft {
            outcome: format!("waiting for {wanted} until {until}"),
            reasons,
            facts: tested_facts,
            emits: vec![EventData::RecordWaiting {
                rule: AWAITS_FACTS.to_owned(),
            }],
        },
        routing: RoutingState {
            waits: Some(waits),
            ..RoutingState::waiting(AWAITS_FACTS, now)
        },
        pool: None,
        left: None,
    }
}

/// Why a rule is not decided upon yet.
fn unsettled(facts: &Facts<'_>, rule: &RoutingRule, for_want_of: &BTreeSet<&FieldRef>) -> Reason {
    let findings = match &rule.when {
        When::Holds(condition) => evaluate(condition, facts).findings,
        When::Otherwise | When::Unknown => Vec::new(),
    };
    let for_want_of: BTreeSet<FieldRef> = for_want_of.iter().map(|it| (*it).clone()).collect();
    Reason {
        rule: format!("routing.{}.{}", facts.record.id.kind, rule.rule),
        place: Some(rule.place),
        verdict: Verdict::Unknown,
        findings,
        note: Some(format!(
            "not decided yet, for want of {}",
            named(&for_want_of)
        )),
    }
}

/// It was closed or deleted while it waited: nothing is waited for any more.
pub(super) fn gave_up(facts: &Facts<'_>, now: Timestamp) -> Routed {
    let kind = facts.record.id.kind;
    let note = "it is closed, so nothing is waited for any more";
    Routed {
        draft: DecisionDraft {
            outcome: "not routed: it was closed while it waited".to_owned(),
            reasons: vec![Reason::note(format!("before_routing.{kind}"), None, note)],
            ..DecisionDraft::default()
        },
        routing: RoutingState::waiting(AWAITS_FACTS, now),
        pool: None,
        left: None,
    }
}

/// What is said when it is judged after it waited.
pub(super) fn waited(facts: &Facts<'_>, before: Option<&RoutingState>) -> Option<Reason> {
    let before = before?;
    if let Some(reason) = filled::is_filled(facts, before) {
        return Some(reason);
    }
    let waits = before.waits.as_ref()?;
    let kind = facts.record.id.kind;
    let terms = terms(facts);
    let long = length(facts.now.duration_since(before.at));
    if let Some(person) = &waits.person {
        let note = format!("it waited {long} for {person} to be back");
        return Some(Reason::note(format!("people.{person}"), None, note));
    }
    if waits.queue.is_some() {
        return None;
    }
    let wanted = named(&waits.facts);
    let note = if facts.now < waits.until {
        format!("it waited {long} for {wanted}; now it can be decided")
    } else {
        format!(
            "it waited for {wanted} until {}, as long as the model says: it is decided with what is known",
            said(facts, waits.until)
        )
    };
    let place = terms.map(|terms| terms.place);
    Some(Reason::note(format!("before_routing.{kind}"), place, note))
}

/// An instant in the company's time.
fn said(facts: &Facts<'_>, at: Timestamp) -> String {
    let zone = facts.rules.company_zone().clone();
    at.to_zoned(zone).strftime("%a %d %b %H:%M:%S").to_string()
}

/// The names of facts as people say them.
fn named(facts: &BTreeSet<FieldRef>) -> String {
    let names: Vec<String> = facts.iter().map(ToString::to_string).collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.concat(),
    }
}
