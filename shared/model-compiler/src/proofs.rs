//! What is proven of a model that has no other mistake: every record is caught, no entry is dead,
//! every stage can be reached and left, no gate contradicts another, no escalation ends with
//! nobody.
//!
//! The way through: `needs` gathers what conditions compare each field with, `fields` says what a
//! field can be as far as that can tell, `encoder` makes conditions into gates of a `circuit`, and
//! `steps` first-match lists. `samples` sends example records through it, and `solver` decides what
//! no example shows. `walk` goes down a list with both, and `witness` says in words what it found.
//!
//! What is proven holds for every record: a dead entry is dead, a caught record is caught. A text
//! that is searched for a part or a pattern is taken to fit or not to fit freely, so a record that
//! is shown through one may be a text that nobody can write: `spelling` looks for one that can be
//! written, and without it the record is a warning only.

mod circuit;
mod dead_entry;
mod doubtful_record;
mod encoder;
mod escalation;
mod fields;
mod gate_conflict;
mod lonely_escalation;
mod needs;
mod samples;
mod solver;
mod spelling;
mod steps;
mod stuck_stage;
mod uncaught_record;
mod unreached_pool;
mod unreached_stage;
mod walk;
mod witness;

use crm::RecordKind;

use crate::{
    Check, Texts,
    problems::problem::{Problems, Span},
};
use encoder::Encoder;
use model::{Derived, Destination, FirstMatch, OperatingModel, Place, RoutingRule, When};
use needs::Needs;
use walk::Walk;

pub(crate) use {
    dead_entry::CHECK as DEAD_ENTRY, doubtful_record::CHECK as DOUBTFUL_RECORD,
    escalation::CHECK as ESCALATION, gate_conflict::CHECK as GATE_CONFLICT,
    lonely_escalation::CHECK as LONELY_ESCALATION, stuck_stage::CHECK as STUCK_STAGE,
    uncaught_record::CHECK as UNCAUGHT_RECORD, unreached_pool::CHECK as UNREACHED_POOL,
    unreached_stage::CHECK as UNREACHED_STAGE,
};

/// What the proofs look at.
#[derive(Debug)]
struct Proving<'m> {
    model: &'m OperatingModel,
    texts: &'m Texts,
    lists: Vec<Proven<'m>>,
}

/// A first-match list and what is proven of it.
#[derive(Debug)]
struct Proven<'m> {
    /// Of which kind of record.
    kind: RecordKind,
    /// Whether it is a routing list.
    routing: bool,
    entries: Vec<Listed<'m>>,
    walk: Walk,
}

/// An entry of a list.
#[derive(Debug, Clone, Copy)]
struct Listed<'m> {
    name: &'m str,
    when: &'m When,
    place: Place,
}

/// Proves what can be proven of a model, and reports the rest.
pub(crate) fn prove(model: &OperatingModel, texts: &Texts, problems: &mut Problems<'_>) {
    let mut lists = vec![
        named_list(model, RecordKind::Account, &model.segments),
        named_list(model, RecordKind::Account, &model.territories),
    ];
    for (field, derived) in &model.derived {
        if let Derived::FirstMatch(list) = derived {
            lists.push(named_list(model, field.kind, list));
        }
    }
    for (kind, rules) in &model.routing {
        lists.push(routing_list(model, *kind, rules));
    }
    let proving = Proving {
        model,
        texts,
        lists,
    };
    dead_entry::run(&proving, problems);
    uncaught_record::run(&proving, problems);
    doubtful_record::run(&proving, problems);
    unreached_pool::run(&proving, problems);
    unreached_stage::run(&proving, problems);
    stuck_stage::run(&proving, problems);
    gate_conflict::run(&proving, problems);
    escalation::run(&proving, problems);
    lonely_escalation::run(&proving, problems);
}

/// A list that gives names: the segments, the territories, or a derived field.
fn named_list<'m>(model: &'m OperatingModel, kind: RecordKind, list: &'m FirstMatch) -> Proven<'m> {
    let mut needs = Needs::new(model, kind);
    for entry in &list.entries {
        if let When::Holds(condition) = &entry.when {
            needs.gather(0, condition);
        }
    }
    let mut encoder = Encoder::new(model, kind, needs);
    let steps = steps::of_list(&mut encoder, list, 0);
    let listed = |entry: &'m model::Entry| Listed {
        name: &entry.name,
        when: &entry.when,
        place: entry.place,
    };
    Proven {
        kind,
        routing: false,
        entries: list.entries.iter().map(listed).collect(),
        walk: walk::walk(&encoder, &steps),
    }
}

fn routing_list<'m>(
    model: &'m OperatingModel,
    kind: RecordKind,
    rules: &'m [RoutingRule],
) -> Proven<'m> {
    let mut needs = Needs::new(model, kind);
    for rule in rules {
        if let When::Holds(condition) = &rule.when {
            needs.gather(0, condition);
        }
        if let Destination::Field(field) = &rule.to {
            needs.people(field);
        }
    }
    let mut encoder = Encoder::new(model, kind, needs);
    let steps = steps::of_rules(&mut encoder, rules);
    let listed = |rule: &'m RoutingRule| Listed {
        name: &rule.rule,
        when: &rule.when,
        place: rule.place,
    };
    Proven {
        kind,
        routing: true,
        entries: rules.iter().map(listed).collect(),
        walk: walk::walk(&encoder, &steps),
    }
}

impl Proving<'_> {
    /// Reports a problem at a place of the model, with the word that stands there marked.
    fn report(
        &self,
        problems: &mut Problems<'_>,
        check: &Check,
        place: Place,
        what: String,
        fix: String,
    ) {
        let line = self.texts.line(place.file.name(), place.line);
        let before = usize::try_from(place.column).unwrap_or(1).saturating_sub(1);
        let word = line.unwrap_or_default().chars().skip(before);
        let part = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let length = u32::try_from(word.take_while(part).count())
            .unwrap_or(1)
            .max(1);
        let span = Span {
            line: place.line,
            column: place.column,
            length,
        };
        problems.at(check, place.file, span, what, fix);
    }
}
