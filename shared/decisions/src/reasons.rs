use std::collections::BTreeMap;

use contracts::{Finding, Found};

/// Adds what tests found to the facts of a decision. Personal values never get here: a finding
/// does not carry them.
pub(crate) fn tested(findings: &[Finding], facts: &mut BTreeMap<String, String>) {
    for finding in findings {
        let found = match &finding.found {
            Found::Value(value) => value.clone(),
            Found::NoValue => "no value".to_owned(),
            Found::Personal => "a personal value".to_owned(),
        };
        facts.insert(finding.field.clone(), found);
    }
}
