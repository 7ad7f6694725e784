//! Who brought a record to a stage whose criteria it does not meet, and when: a criterion that was emptied since, a
//! gate that only observes, an import. A deviation that asks for the criteria names them.

use std::collections::BTreeMap;

use crm::{Author, Value};
use model::{DeviationRule, OperatingModel, Operator};

use crate::{facts::Facts, gates::MOVED_BY};

/// The fact by which a decision says when a move was made that did not meet its gate.
const MOVED_AT: &str = "moved_at";

/// Whether a rule asks whether the criteria of stages are met: what deviates by it came past a gate, or would not get
/// through it any more.
#[must_use]
pub fn asks_for_criteria(model: &OperatingModel, rule: &DeviationRule) -> bool {
    let tests = model.condition_tests(&rule.when);
    let mut operators = tests.iter().map(|test| &test.operator);
    operators.any(|it| matches!(it, Operator::CriteriaMet(_)))
}

/// What is said of the move, and kept as facts, of a rule that asks for the criteria of stages; nothing of another
/// rule, or where the CRM does not tell of a move to the stage at which the record stands.
pub(super) fn named(
    rule: &DeviationRule,
    facts: &Facts<'_>,
    told: &mut BTreeMap<String, String>,
) -> Option<String> {
    if !asks_for_criteria(facts.model(), rule) {
        return None;
    }
    let record = facts.record;
    let newest = record.history.get("stage")?.first()?;
    let shown = newest.value.as_ref().and_then(Value::text)?;
    let (_, stage) = facts.model().stage(record.id.kind, facts.stage()?)?;
    let read = facts.lifecycle()?.stage_read_as(shown);
    if read.map_or(shown, |it| it.name.as_str()) != stage.name {
        return None;
    }
    let by = match &newest.by {
        Author::Person(person) => person.to_string(),
        Author::App(app) => format!("the app {app}"),
        Author::Unknown => "somebody whom the CRM does not name".to_owned(),
    };
    told.insert(MOVED_BY.to_owned(), by.clone());
    told.insert(MOVED_AT.to_owned(), newest.at.to_string());
    let at = newest.at.to_zoned(facts.rules.company_zone().clone());
    Some(format!(
        "{by} moved it to {} on {}",
        stage.name,
        at.strftime("%a %d %b %Y, %H:%M")
    ))
}
