//! Where an approval is asked for: by the gates of a record's journey, and by deviations.

use crm::FieldRef;
use model::{Condition, approval_field};

use crate::facts::Facts;

/// Whether a gate of the record's journey asks for an approval, or a deviation of such records.
pub(super) fn is_asked_for(facts: &Facts<'_>, name: &str) -> bool {
    let field = FieldRef::new(facts.record.id.kind, approval_field(name));
    let stages = facts.lifecycle().into_iter().flat_map(|it| &it.stages);
    let mut criteria = stages.flat_map(|stage| stage.enter.iter().chain(&stage.leave.criteria));
    let mut deviations = facts.model().deviations.values();
    criteria.any(|it| asks(&it.when, &field)) || deviations.any(|it| asks(&it.when, &field))
}

/// Whether a condition asks for a field itself. No named condition asks for an approval.
fn asks(condition: &Condition, field: &FieldRef) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) | Condition::None(parts) => {
            parts.iter().any(|part| asks(part, field))
        }
        Condition::Is(..) => false,
        Condition::Test(test) => test.field == *field,
    }
}

/// Whether a gate that the record has not passed asks for it, or a deviation. What it has passed it has passed: the
/// journey goes on from where it rightly stands, and where the CRM shows it a gate was asked just now.
pub(super) fn is_ahead(facts: &Facts<'_>, name: &str) -> bool {
    let field = FieldRef::new(facts.record.id.kind, approval_field(name));
    let stages = facts.lifecycle().into_iter().flat_map(|it| &it.stages);
    let (stands, shown) = (facts.rightful_stage(), facts.stage());
    let mut passed = stands.is_some();
    let mut ahead = stages.filter(|stage| {
        let here = stands == Some(stage.name.as_str());
        let enters = !passed || (!here && shown == Some(stage.name.as_str()));
        passed = passed && !here;
        let mut entering = stage.enter.iter().filter(|_| enters);
        let mut leaving = stage.leave.criteria.iter().filter(|_| !passed);
        entering.any(|it| asks(&it.when, &field)) || leaving.any(|it| asks(&it.when, &field))
    });
    let mut deviations = facts.model().deviations.values();
    ahead.next().is_some() || deviations.any(|it| asks(&it.when, &field))
}
