use crm::{FieldRef, RecordKind};
use model::{BehaviourCount, Derived, KnownBy, OperatingModel};

/// What is done in stories.
const BEHAVIOUR: &str = "viewed_pricing";
/// The field of leads that counts it, and that of accounts, which counts it of all their people.
pub(crate) const COUNTED: &str = "pricing_views";
/// For how many hours it counts: less than most stories take.
pub(crate) const HOURS: u32 = 24;

/// By what people are known to whoever tells of what they do.
pub(crate) fn known_by() -> FieldRef {
    FieldRef::new(RecordKind::Lead, "email")
}

/// What people do outside the CRM is counted for their leads.
pub(super) fn count_behaviour(model: &mut OperatingModel) {
    let leads = model.records.get(&RecordKind::Lead);
    if !leads.is_some_and(|fields| fields.contains_key(&known_by().name)) {
        return;
    }
    let called = format!("invalid.fairlead.{BEHAVIOUR}");
    model.behaviours.insert(BEHAVIOUR.to_owned(), called);
    model.known_by = KnownBy {
        mail: None,
        id: Some(known_by()),
    };
    let count = BehaviourCount {
        behaviour: BEHAVIOUR.to_owned(),
        hours: HOURS,
    };
    for kind in [RecordKind::Lead, RecordKind::Account] {
        let field = FieldRef::new(kind, COUNTED);
        let counted = Derived::Behaviour(count.clone());
        model.derived.insert(field, counted);
    }
}
