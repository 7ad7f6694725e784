//! What whoever has something open can do about it: words that follow "please".

use crm::{ActivityKind, FieldRef};
use model::{Condition, Meet, OperatingModel, Upon};

use super::labels::{approval_label, label_of, stage_label};

/// What to do about a clock that runs or has run out.
#[must_use]
pub fn advice_on_clock(model: &OperatingModel, clock: &str) -> String {
    let Some(terms) = model.clocks.get(clock) else {
        return "see to it".to_owned();
    };
    let stage = |stage: &str| stage_label(model, terms.record, stage);
    let of = |meet: &Meet| match &meet.upon {
        Upon::ActivityLogged if meet.kinds.is_empty() => {
            "get in touch and log it in the CRM".to_owned()
        }
        Upon::ActivityLogged => {
            let kinds = ActivityKind::any_of(meet.kinds.iter().copied());
            format!("log {kinds} in the CRM")
        }
        Upon::HandOffAccepted => "take it over".to_owned(),
        Upon::Routed => "give it an owner".to_owned(),
        Upon::StageEntered(to) => format!("move it to {}", stage(to)),
        Upon::StageLeft(from) => format!("move it on from {}", stage(from)),
        Upon::FieldChanged(field) => format!("update: {}", label_of(model, &field.to_string())),
    };
    let mut ways: Vec<String> = Vec::new();
    for meet in [&terms.meet].into_iter().chain(&terms.or_meet) {
        let way = of(meet);
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    ways.join(", or ")
}

/// What to do about a deviation, by what its condition looks at first.
#[must_use]
pub fn advice_on_deviation(model: &OperatingModel, deviation: &str) -> String {
    let rule = model.deviations.get(deviation);
    let field = rule.and_then(|rule| first_field(model, &rule.when, 0));
    let Some(field) = field else {
        return "see to it".to_owned();
    };
    let written = field.to_string();
    // How a clock stands is a field of its record: `lead.clock.first_response`.
    if let Some(clock) = field.name.strip_prefix("clock.") {
        return advice_on_clock(model, clock);
    }
    if let Some(approval) = field.name.strip_prefix("approval.") {
        return have_approved(model, approval);
    }
    let declared = model.records.get(&field.kind);
    if declared.is_some_and(|fields| fields.contains_key(&field.name)) && field.name != "owner" {
        return format!("put right in the CRM: {}", label_of(model, &written));
    }
    match field.name.as_str() {
        "last_contact" => "get in touch and log it in the CRM",
        "stage_criteria" => "fill in what its stage needs, or move it back",
        "time_in_stage" => "move it on, or close it",
        "age" => "bring it to a close, or say what it waits for",
        "routing" | "owner" => "give it an owner",
        _ => "see to it",
    }
    .to_owned()
}

/// Its owner cannot approve it: they ask who may, or change the values that are not approved.
fn have_approved(model: &OperatingModel, approval: &str) -> String {
    let label = approval_label(model, approval);
    let rule = model.approvals.get(approval).into_iter();
    let values = rule.flat_map(|rule| {
        let field = |name: &String| FieldRef::new(rule.record, name.as_str()).to_string();
        rule.binds
            .iter()
            .map(move |name| label_of(model, &field(name)))
    });
    let values: Vec<String> = values.collect();
    match values.is_empty() {
        true => format!("have it approved: {label}"),
        false => format!(
            "have it approved: {label}; or change: {}",
            values.join(", ")
        ),
    }
}

/// How deep named conditions are followed: a circle is refused by the check, and here it only ends.
const DEEPEST: u8 = 8;

fn first_field<'m>(
    model: &'m OperatingModel,
    condition: &'m Condition,
    depth: u8,
) -> Option<&'m FieldRef> {
    if depth > DEEPEST {
        return None;
    }
    match condition {
        Condition::Test(test) => Some(&test.field),
        Condition::Is(name, _) => {
            let named = model.conditions.get(name)?;
            first_field(model, named, depth.saturating_add(1))
        }
        Condition::All(of) | Condition::Any(of) | Condition::None(of) => {
            let mut fields = of.iter();
            fields.find_map(|it| first_field(model, it, depth.saturating_add(1)))
        }
    }
}
