//! What the checks look at: the first-match lists of a model, and what is proven of each.

use std::collections::BTreeMap;

use crm::{RecordKind, Value};

use super::{
    circuit::Literal,
    encoder::Encoder,
    needs::Needs,
    steps::Step,
    walk::{self, Walk},
};
use crate::{
    checks::check::{Check, Problems},
    yaml::{span::Span, texts::Texts},
};
use model::{Derived, Destination, FirstMatch, OperatingModel, Place, RoutingRule, When};

/// What the proofs look at.
#[derive(Debug)]
pub(super) struct Proving<'m> {
    pub(super) model: &'m OperatingModel,
    pub(super) texts: &'m Texts,
    pub(super) lists: Vec<Proven<'m>>,
}

/// A first-match list and what is proven of it.
#[derive(Debug)]
pub(super) struct Proven<'m> {
    /// Of which kind of record.
    pub(super) kind: RecordKind,
    /// Whether it is a routing list.
    pub(super) routing: bool,
    pub(super) entries: Vec<Listed<'m>>,
    pub(super) walk: Walk,
}

/// An entry of a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listed<'m> {
    pub(super) name: &'m str,
    pub(super) when: &'m When,
    pub(super) place: Place,
}

impl<'m> Proving<'m> {
    /// What can be proven of the lists of a model.
    pub(super) fn of(model: &'m OperatingModel, texts: &'m Texts) -> Self {
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
        Self {
            model,
            texts,
            lists,
        }
    }

    /// Reports a problem at a place of the model, with the word that stands there marked.
    pub(super) fn report(
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

/// A list that gives names: the segments, the territories, or a derived field.
fn named_list<'m>(model: &'m OperatingModel, kind: RecordKind, list: &'m FirstMatch) -> Proven<'m> {
    let mut needs = Needs::new(model, kind);
    for entry in &list.entries {
        if let When::Holds(condition) = &entry.when {
            needs.gather(0, condition);
        }
    }
    let mut encoder = Encoder::new(model, kind, needs);
    let steps = encoder.steps(list, 0);
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
        match &rule.to {
            Destination::Field(field) | Destination::PartnerOf { person: field, .. } => {
                needs.people(field);
            }
            _ => {}
        }
    }
    let mut encoder = Encoder::new(model, kind, needs);
    let steps = steps(&mut encoder, rules);
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

/// The steps of a routing list, one for each rule. What cannot be known is passed over, and so is
/// a rule that names the person of a field in which there is nobody.
///
/// Whether a table has a row for a record, nobody knows before it comes: it may and it may not, but is the
/// same for every rule that asks the same.
fn steps<'r>(encoder: &mut Encoder<'_>, rules: &'r [RoutingRule]) -> Vec<Step> {
    let mut rows = BTreeMap::new();
    let people = encoder.model.people.keys().cloned().map(Value::Person);
    let people: Vec<Value> = people.collect();
    let mut step = |rule: &'r RoutingRule| {
        let holds = match &rule.when {
            When::Holds(condition) => encoder.held(0, condition),
            When::Otherwise => Literal::TRUE,
            When::Unknown => Literal::FALSE,
        };
        let take = match &rule.to {
            Destination::Field(field) => {
                let somebody = encoder.is_one_of(field, &people);
                encoder.circuit.and([holds, somebody])
            }
            Destination::Table { table, by } => {
                let row = *rows
                    .entry((table, by))
                    .or_insert_with(|| encoder.free_with(by));
                encoder.circuit.and([holds, row])
            }
            Destination::PartnerOf { person, pairs } => {
                let pairs = encoder.model.pairs.get(pairs).map(|it| &it.partners);
                let paired = pairs.into_iter().flat_map(BTreeMap::keys);
                let paired: Vec<Value> = paired.cloned().map(Value::Person).collect();
                let somebody = encoder.is_one_of(person, &paired);
                encoder.circuit.and([holds, somebody])
            }
            _ => holds,
        };
        Step::sure(take)
    };
    rules.iter().map(&mut step).collect()
}
