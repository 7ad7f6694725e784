use contracts::{
    DecisionDraft, EventData, Reason,
    state::{PoolState, RoutingState},
};
use jiff::Timestamp;

use super::routed::Routed;
use crate::facts::Facts;

/// What stands for the rule of a record that nobody owned when a load of the whole CRM found it, and that has not
/// been changed since.
pub const FOUND: &str = "found_by_load";

/// It is left as it was found: a CRM that is loaded on the first day holds what nobody has cared for in years,
/// and no pool is to get all of it at once. It is routed as soon as something about it changes.
pub(super) fn left_as_found(facts: &Facts<'_>, now: Timestamp) -> Routed {
    let kind = facts.record.id.kind;
    let zone = facts.rules.company_zone().clone();
    let found = facts.record.found_at.unwrap_or(now).to_zoned(zone);
    let note = format!(
        "it was there without an owner when the CRM was loaded on {}, and has not been changed since: it is left \
         as it is, and routed as soon as it changes",
        found.strftime("%a %-d %b %Y")
    );
    Routed {
        draft: DecisionDraft {
            outcome: "left as it was found, without an owner".to_owned(),
            reasons: vec![Reason::note(format!("routing.{kind}.{FOUND}"), None, note)],
            emits: vec![EventData::RecordWaiting {
                rule: FOUND.to_owned(),
            }],
            ..DecisionDraft::default()
        },
        routing: RoutingState::waiting(FOUND, now),
        pool: None::<(String, PoolState)>,
        left: None,
    }
}
