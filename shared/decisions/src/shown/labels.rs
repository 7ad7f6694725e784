//! How people call what the model names: by its label, else by its name in words.

use crm::{FieldRef, RecordKind, Value};
use model::OperatingModel;

use super::{name_of, one_line, spoken};

/// How people call a field that conditions write `opportunity.close_date`: as the model says, else its name in
/// words, "close date"; of another kind of record than leads and opportunities with the kind, "account country".
#[must_use]
pub fn label_of(model: &OperatingModel, field: &str) -> String {
    let Some((kind, name)) = field.split_once('.') else {
        return spoken(field);
    };
    if let Some(approval) = name.strip_prefix("approval.") {
        return format!("approval \"{}\"", approval_label(model, approval));
    }
    let records = model.records.iter();
    let mut declared = records.filter(|(it, _)| it.word() == kind);
    let declared = declared.find_map(|(_, fields)| fields.get(name)?.label.clone());
    declared.unwrap_or_else(|| match kind {
        "lead" | "opportunity" => spoken(name),
        _ => format!("{kind} {}", spoken(name)),
    })
}

/// A value of a field as people read it: somebody by name, one of a closed list as the CRM calls it, else its own text
/// on one line.
#[must_use]
pub fn value_label(model: &OperatingModel, field: &FieldRef, value: &Value) -> String {
    if let Some(person) = value.person() {
        return name_of(model, person);
    }
    let text = value.to_string();
    called_in_crm(model, field, &text).unwrap_or_else(|| one_line(&text))
}

/// One of the values of a field that the model itself names, as people read it: as the CRM calls it, else in words.
#[must_use]
pub fn option_label(model: &OperatingModel, field: &FieldRef, option: &str) -> String {
    called_in_crm(model, field, option).unwrap_or_else(|| spoken(option))
}

fn called_in_crm(model: &OperatingModel, field: &FieldRef, text: &str) -> Option<String> {
    let known = model.records.get(&field.kind)?.get(&field.name)?;
    known.called.get(text).cloned()
}

/// How people call a stage of a kind of record.
#[must_use]
pub fn stage_label(model: &OperatingModel, kind: RecordKind, stage: &str) -> String {
    let known = model.stage(kind, stage);
    called(known.and_then(|(_, known)| known.label.as_deref()), stage)
}

/// How people call a routing rule of a kind of record.
#[must_use]
pub fn rule_label(model: &OperatingModel, kind: RecordKind, rule: &str) -> String {
    let mut rules = model.routing.get(&kind).into_iter().flatten();
    let known = rules.find(|known| known.rule == rule);
    called(known.and_then(|known| known.label.as_deref()), rule)
}

/// How people call a metric.
#[must_use]
pub fn metric_label(model: &OperatingModel, metric: &str) -> String {
    let known = model.metrics.get(metric);
    called(known.and_then(|known| known.label.as_deref()), metric)
}

/// How people call a clock; that of a hand-off by the stage at which it runs.
#[must_use]
pub fn clock_label(model: &OperatingModel, clock: &str) -> String {
    let known = model.clocks.get(clock);
    match known.and_then(|known| Some((known.record, known.hand_off.as_ref()?))) {
        Some((kind, hand_off)) => {
            format!(
                "taking over at {}",
                stage_label(model, kind, &hand_off.stage)
            )
        }
        None => called(known.and_then(|known| known.label.as_deref()), clock),
    }
}

/// How people call a deviation.
#[must_use]
pub fn deviation_label(model: &OperatingModel, deviation: &str) -> String {
    let known = model.deviations.get(deviation);
    called(known.and_then(|known| known.label.as_deref()), deviation)
}

/// How people call a pool.
#[must_use]
pub fn pool_label(model: &OperatingModel, pool: &str) -> String {
    let known = model.pools.get(pool);
    called(known.and_then(|known| known.label.as_deref()), pool)
}

/// How people call a queue.
#[must_use]
pub fn queue_label(model: &OperatingModel, queue: &str) -> String {
    let known = model.queues.get(queue);
    called(known.and_then(|known| known.label.as_deref()), queue)
}

/// How people call an approval.
#[must_use]
pub fn approval_label(model: &OperatingModel, approval: &str) -> String {
    let known = model.approvals.get(approval);
    called(known.and_then(|known| known.label.as_deref()), approval)
}

/// From what an exception excuses: `sql.budget` is a criterion, with its stage; a deviation has no dot.
#[must_use]
pub fn excused_from(model: &OperatingModel, kind: RecordKind, of: &str) -> String {
    match of.rsplit_once('.') {
        Some((stage, criterion)) => format!(
            "{} of {}",
            spoken(criterion),
            stage_label(model, kind, stage)
        ),
        None => format!("\"{}\"", deviation_label(model, of)),
    }
}

fn called(label: Option<&str>, name: &str) -> String {
    label.map_or_else(|| spoken(name), one_line)
}
