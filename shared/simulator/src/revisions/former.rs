use crm::{FieldRef, OWNER, RecordKind};
use jiff::SignedDuration;
use model::{Derived, LatestOfDomain, OperatingModel};

/// The field of leads that asks whose another of their domain was.
const FORMER: &str = "former_owner";

/// For how long it counts: longer than stories take.
pub(crate) const FORMER_HOURS: SignedDuration = SignedDuration::from_hours(24 * 120);

/// Leads ask whose another of their domain was.
pub(super) fn ask_whose(model: &mut OperatingModel) {
    let owner = FieldRef::new(RecordKind::Lead, OWNER);
    let leads = model.records.get(&RecordKind::Lead);
    let mut derived = model.derived.iter();
    let mail = derived.find_map(|(field, derived)| match derived {
        Derived::DomainOf(mail) if field.kind == RecordKind::Lead => Some(mail.clone()),
        _ => None,
    });
    let (Some(mail), Some(hours)) = (mail, u32::try_from(FORMER_HOURS.as_hours()).ok()) else {
        return;
    };
    if leads.is_some_and(|fields| fields.contains_key(OWNER)) {
        let latest = Derived::Latest(LatestOfDomain {
            person: owner,
            mail,
            hours,
        });
        let field = FieldRef::new(RecordKind::Lead, FORMER);
        model.derived.entry(field).or_insert(latest);
    }
}
