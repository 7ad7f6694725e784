//! What routing waits for, made ready once: which rules lean on the facts that are waited for, and
//! which field by way of which.

use std::collections::{BTreeMap, BTreeSet};

use crm::{FieldRef, FieldType, RecordKind};
use model::{BeforeRouting, Condition, Derived, FirstMatch, OperatingModel, RoutingRule, When};

/// Of one kind of record.
#[derive(Debug, Default)]
pub(crate) struct Waited {
    /// The rules that lean on a fact that is waited for, by their number.
    pub(crate) rules: Vec<usize>,
    /// The fact that means the record's account as a whole, if it is waited for.
    pub(crate) account: Option<FieldRef>,
    /// The facts on which each tested field leans.
    by_field: BTreeMap<FieldRef, BTreeSet<FieldRef>>,
}

impl Waited {
    /// By kind of record.
    pub(crate) fn of(model: &OperatingModel) -> BTreeMap<RecordKind, Self> {
        let kinds = model.before_routing.iter();
        let of_kind = |(kind, before): (&RecordKind, &BeforeRouting)| {
            let rules = model.routing.get(kind).map_or(&[][..], Vec::as_slice);
            (*kind, Self::of_kind(model, before, rules))
        };
        kinds.map(of_kind).collect()
    }

    fn of_kind(model: &OperatingModel, before: &BeforeRouting, rules: &[RoutingRule]) -> Self {
        let mut waited = Self {
            account: before
                .wait_for
                .iter()
                .find(|it| is_account(model, it))
                .cloned(),
            ..Self::default()
        };
        for field in every_tested(model) {
            let on = waited.facts_under(model, before, field);
            waited.by_field.insert(field.clone(), on);
        }
        for (number, rule) in rules.iter().enumerate() {
            let fields = fields_of(model, rule);
            if fields
                .iter()
                .any(|field| waited.under(field).next().is_some())
            {
                waited.rules.push(number);
            }
        }
        waited
    }

    /// For want of which facts a rule can change, at most.
    pub(crate) fn under_rule<'w>(
        &'w self,
        model: &'w OperatingModel,
        rule: &'w RoutingRule,
    ) -> impl Iterator<Item = &'w FieldRef> {
        let fields = fields_of(model, rule).into_iter();
        fields.flat_map(|field| self.under(field))
    }

    /// The facts that are waited for on which a field leans.
    fn facts_under(
        &self,
        model: &OperatingModel,
        before: &BeforeRouting,
        field: &FieldRef,
    ) -> BTreeSet<FieldRef> {
        let on = model.field_leans_on(field);
        let of_account = on.iter().any(|it| it.kind == RecordKind::Account);
        let facts = before.wait_for.iter().filter(|fact| {
            on.contains(*fact) || of_account && self.account.as_ref() == Some(*fact)
        });
        facts.cloned().collect()
    }

    /// The facts that are waited for on which a tested field leans.
    pub(crate) fn under(&self, field: &FieldRef) -> impl Iterator<Item = &FieldRef> {
        self.by_field.get(field).into_iter().flatten()
    }
}

/// Whether a field stands for the record's account.
fn is_account(model: &OperatingModel, field: &FieldRef) -> bool {
    let fields = model.records.get(&field.kind);
    let declared = fields.and_then(|fields| fields.get(&field.name));
    declared.is_some_and(|it| it.holds == FieldType::Account)
}

/// The fields that a rule tests or names the owner by.
fn fields_of<'m>(model: &'m OperatingModel, rule: &'m RoutingRule) -> BTreeSet<&'m FieldRef> {
    let mut fields = BTreeSet::new();
    if let When::Holds(condition) = &rule.when {
        tested(model, condition, &mut fields);
    }
    if let Some(field) = rule.to.field() {
        fields.insert(field);
    }
    fields
}

/// The fields that anything tests on which a rule can lean, near or far.
fn every_tested(model: &OperatingModel) -> BTreeSet<&FieldRef> {
    let mut fields = BTreeSet::new();
    for rule in model.routing.values().flatten() {
        fields.append(&mut fields_of(model, rule));
    }
    let mut conditions: Vec<&Condition> = model.icp.iter().map(|it| &it.when).collect();
    for list in [&model.segments, &model.territories] {
        conditions.extend(held_by(list));
    }
    for derived in model.derived.values() {
        match derived {
            Derived::FirstMatch(list) => conditions.extend(held_by(list)),
            Derived::Score(score) => {
                conditions.extend(score.lines.iter().map(|line| &line.when));
            }
            _ => {}
        }
    }
    for condition in conditions {
        tested(model, condition, &mut fields);
    }
    fields
}

fn held_by(list: &FirstMatch) -> impl Iterator<Item = &Condition> {
    list.entries.iter().filter_map(|entry| match &entry.when {
        When::Holds(condition) => Some(condition),
        When::Unknown | When::Otherwise => None,
    })
}

fn tested<'m>(
    model: &'m OperatingModel,
    condition: &'m Condition,
    fields: &mut BTreeSet<&'m FieldRef>,
) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) | Condition::None(parts) => {
            for part in parts {
                tested(model, part, fields);
            }
        }
        Condition::Is(name, _) => {
            if let Some(named) = model.conditions.get(name) {
                tested(model, named, fields);
            }
        }
        Condition::Test(test) => {
            fields.insert(&test.field);
        }
    }
}
