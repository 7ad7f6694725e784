use std::collections::BTreeMap;

use contracts::Function;
use crm::RecordId;

use super::seen::Seen;

/// Nothing is decided about a copy of a record that was replaced before the decision was committed, and
/// nothing twice.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut newest: BTreeMap<&RecordId, u64> = BTreeMap::new();
    let mut found = Vec::new();
    for (record, function, sequence) in &seen.ending.decided {
        match function {
            Function::CrmSync => {
                newest.insert(record, *sequence);
            }
            Function::LeadRouting
            | Function::SlaTimers
            | Function::StageGates
            | Function::DeviationWatch => {
                let newest = newest.get(record).copied().unwrap_or(0);
                if *sequence < newest {
                    found.push(format!(
                        "{function} decided about copy {sequence} of {record} when copy {newest} was there"
                    ));
                }
            }
            _ => {}
        }
    }
    let changed = seen.ending.items.iter();
    let changed = changed.filter(|item| item.key.is_audit() && item.version > 1);
    found.extend(changed.map(|item| format!("audit record {} was written twice", item.key.pk)));
    found
}
