//! Every fact that routing waits for is one on which a routing rule leans, near or far. Of another it could
//! only wait in vain, and it never does.

use std::collections::BTreeSet;

use crm::{FieldRef, FieldType, RecordKind};

use super::proving::Proving;
use crate::{
    checks::check::{Check, Problems, nothing},
    problems::problem::ProblemSeverity,
};
use model::{OperatingModel, When};

pub(crate) static CHECK: Check = Check {
    name: "idle-wait",
    about: "Some routing rule leans on every fact that routing waits for.",
    severity: ProblemSeverity::Error,
    run: nothing,
};

pub(super) fn run(proving: &Proving<'_>, problems: &mut Problems<'_>) {
    let model = proving.model;
    for (kind, before) in &model.before_routing {
        let on = leans_on(model, *kind);
        let of_account = on.iter().any(|field| field.kind == RecordKind::Account);
        for fact in &before.wait_for {
            if on.contains(fact) || is_account(model, fact) && of_account {
                continue;
            }
            let what = format!(
                "no routing rule of {kind} records leans on `{fact}`, so nothing waits for it"
            );
            let fix =
                format!("remove `{fact}` from `wait_for`, or write the field that a rule needs");
            proving.report(problems, &CHECK, before.place, what, fix);
        }
    }
}

/// The fields on which the routing rules of a kind of record lean.
fn leans_on(model: &OperatingModel, kind: RecordKind) -> BTreeSet<FieldRef> {
    let mut on = BTreeSet::new();
    for rule in model.routing.get(&kind).into_iter().flatten() {
        if let When::Holds(condition) = &rule.when {
            on.append(&mut model.condition_leans_on(condition));
        }
        if let Some(field) = rule.to.field() {
            on.append(&mut model.field_leans_on(field));
        }
    }
    on
}

fn is_account(model: &OperatingModel, fact: &FieldRef) -> bool {
    let fields = model.records.get(&fact.kind);
    let field = fields.and_then(|fields| fields.get(&fact.name));
    field.is_some_and(|field| field.holds == FieldType::Account)
}
