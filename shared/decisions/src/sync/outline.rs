use std::collections::{BTreeMap, BTreeSet};

use contracts::state::{Outline, OutlineOfAccount, RecordState};
use crm::{Counted, Others, RecordKind, Value};
use model::{Derived, OperatingModel};

use crate::derived::domain_in;

/// What may be recorded of a copy: all but the values of fields that the model calls personal, which of
/// these have a value, and their domains where a derived field holds them.
#[must_use]
pub fn outline(state: &RecordState, model: &OperatingModel) -> Outline {
    let record = &state.record;
    let kind = record.id.kind;
    let is_open = |name: &str| !model.is_personal(kind, name);
    let history = record.history.iter().filter(|(name, _)| is_open(name));
    let names = record.fields.keys().filter(|name| !is_open(name));
    Outline {
        sequence: state.sequence,
        created: record.created,
        archived: record.archived,
        fields: open(&record.fields, kind, model),
        history: history
            .map(|(name, past)| (name.clone(), past.clone()))
            .collect(),
        last_contact: record.last_contact.clone(),
        activities: record.activities.clone(),
        last_reply: record.last_reply,
        account: record.account.as_ref().map(|account| OutlineOfAccount {
            id: account.id.clone(),
            fields: open(&account.fields, account.id.kind, model),
            counts: counts(account.others.as_ref()),
            behaviour: account.behaviour.clone(),
        }),
        matched: record.matched.clone(),
        merged_into: record.merged_into.clone(),
        merged: record.merged.clone(),
        found_at: record.found_at,
        erased: record.erased,
        counts: counts(record.others.as_ref()),
        behaviour: record.behaviour.clone(),
        latest: record.latest.clone(),
        owner_in: record.owner_in.clone(),
        personal: names.cloned().collect::<BTreeSet<String>>(),
        domains: domains(state, model),
    }
}

fn counts(others: Option<&Others>) -> BTreeMap<String, Counted> {
    others.map_or_else(BTreeMap::new, |it| it.counts.clone())
}

fn open(
    fields: &BTreeMap<String, Value>,
    kind: RecordKind,
    model: &OperatingModel,
) -> BTreeMap<String, Value> {
    let open = fields
        .iter()
        .filter(|(name, _)| !model.is_personal(kind, name));
    open.map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// The derived fields of this kind of record that hold the domain of a personal field.
fn domains(state: &RecordState, model: &OperatingModel) -> BTreeMap<String, String> {
    let record = &state.record;
    let of_kind = model
        .derived
        .iter()
        .filter(|(field, _)| field.kind == record.id.kind);
    let domains = of_kind.filter_map(|(field, derived)| {
        let Derived::DomainOf(of) = derived else {
            return None;
        };
        if !model.is_personal(of.kind, &of.name) {
            return None;
        }
        let value = if of.kind == record.id.kind {
            record.value(&of.name)
        } else {
            record
                .account
                .as_ref()
                .and_then(|it| it.fields.get(&of.name))
        };
        Some((field.name.clone(), domain_in(value?)?))
    });
    domains.collect()
}
