//! What a model needs of a portal: what somebody sets up there by hand.

use std::collections::BTreeSet;

use crm::{ActivityKind, FieldMapping, FieldType, ObjectMapping, RecordKind, SourceName};
use engine::Needs;
use model::{Mappings, OperatingModel, Source};

use crate::{
    object::{LAST_CONTACTED, LAST_LOGGED, LAST_REPLIED},
    object_type::ObjectType,
};

/// What the model needs of a source that is a portal: the app's scopes and webhook subscriptions, and each property
/// with what it must hold. What of the properties the portal brings along is not told apart here.
#[must_use]
pub fn needs(model: &OperatingModel, name: &SourceName) -> Needs {
    let mut needs = Needs::new();
    let Some(source) = model.sources.get(name) else {
        return needs;
    };
    let mappings = Mappings::of(model);
    let mapped: Vec<&ObjectMapping> = source
        .records
        .keys()
        .filter_map(|kind| mappings.get(name, *kind))
        .collect();
    needs.insert("scopes of the app", scopes(model, source, &mapped));
    needs.insert("webhook subscriptions", subscriptions(model, &mapped));
    // Of contacts that are counted with the record they belong to, no webhook has to tell.
    let contacts = model.object_mapping(name, RecordKind::Contact);
    let contacts = contacts.filter(|_| !source.records.contains_key(&RecordKind::Contact));
    let read = mapped.iter().copied().chain(&contacts);
    let properties = read.flat_map(|mapping| {
        let named = mapping.fields.iter().filter(|it| !it.property.is_empty());
        named.map(|field| property(model, mapping, field))
    });
    let properties: BTreeSet<String> = properties.collect();
    needs.insert("properties", properties.into_iter().collect());
    needs
}

/// The least that the app may do (the vendor's pages on the objects' endpoints name the scope of each).
fn scopes(model: &OperatingModel, source: &Source, mapped: &[&ObjectMapping]) -> Vec<String> {
    let mut scopes: BTreeSet<String> = BTreeSet::new();
    for mapping in mapped {
        let object = &mapping.object;
        scopes.insert(format!("crm.objects.{object}.read"));
        scopes.insert(format!("crm.schemas.{object}.read"));
        let write = &source.write;
        let worked_on = match mapping.kind {
            RecordKind::Lead | RecordKind::Opportunity => true,
            RecordKind::Account => model.writes_accounts(),
            RecordKind::Contact | RecordKind::Campaign => false,
        };
        if worked_on && (write.owner || write.stage || write.fields) {
            scopes.insert(format!("crm.objects.{object}.write"));
        }
    }
    scopes.insert("crm.objects.owners.read".to_owned());
    // When they are out of office.
    scopes.insert("crm.objects.users.read".to_owned());
    if source.write.tasks {
        // Tasks are read and written by the scopes of contacts.
        scopes.insert("crm.objects.contacts.read".to_owned());
        scopes.insert("crm.objects.contacts.write".to_owned());
    }
    let kinds = mapped.iter().flat_map(|it| model.activities_of(it.kind));
    let kinds: BTreeSet<ActivityKind> = kinds.collect();
    if !kinds.is_empty() {
        // Calls, meetings, notes and tasks are read by the scope of contacts, mails by one of their own.
        scopes.insert("crm.objects.contacts.read".to_owned());
    }
    if kinds.contains(&ActivityKind::Email) {
        scopes.insert("sales-email-read".to_owned());
    }
    scopes.into_iter().collect()
}

fn subscriptions(model: &OperatingModel, mapped: &[&ObjectMapping]) -> Vec<String> {
    let mut subscriptions = Vec::new();
    for mapping in mapped {
        let Some(object) = ObjectType::named(&mapping.object) else {
            continue;
        };
        let object = object.singular();
        let kinds = [
            "creation",
            "deletion",
            "merge",
            "restore",
            "associationChange",
        ];
        let kinds = kinds.into_iter();
        subscriptions.extend(kinds.map(|kind| format!("{object}.{kind}")));
        if object == "contact" {
            subscriptions.push("contact.privacyDeletion".to_owned());
        }
        let properties = mapping.fields.iter().map(|field| field.property.as_str());
        // By these it is heard of calls, mails and replies, whatever is mapped.
        let replies = (object == "contact").then_some(LAST_REPLIED);
        // By this, of what is no contact.
        let kinds = model.activities_of(mapping.kind);
        let logged = kinds.iter().any(|kind| !kind.is_contact());
        let logged = logged.then_some(LAST_LOGGED);
        let heard = std::iter::once(LAST_CONTACTED).chain(replies).chain(logged);
        let properties = properties.filter(|it| !it.is_empty()).chain(heard);
        let properties: BTreeSet<&str> = properties.collect();
        let properties = properties.into_iter();
        subscriptions.extend(properties.map(|it| format!("{object}.propertyChange {it}")));
    }
    subscriptions
}

fn property(model: &OperatingModel, mapping: &ObjectMapping, field: &FieldMapping) -> String {
    let holds = match field.holds {
        FieldType::Text => "single-line text",
        FieldType::Number | FieldType::Integer | FieldType::Money => "number",
        FieldType::Boolean => "single checkbox",
        FieldType::Date => "date picker",
        FieldType::Timestamp => "date and time picker",
        FieldType::Person => "HubSpot user",
        FieldType::OneOf | FieldType::Stage => "dropdown",
        FieldType::Account => "association",
    };
    let journeys = model.lifecycles.values();
    let journeys =
        journeys.filter(|it| field.holds == FieldType::Stage && it.record == mapping.kind);
    let stages =
        journeys.flat_map(|journey| journey.stages.iter().map(|stage| stage.name.as_str()));
    let ours = field.allowed.iter().map(String::as_str).chain(stages);
    let options: Vec<&str> = ours.map(|ours| field.in_crm_words(ours)).collect();
    let options = match options.is_empty() {
        true => String::new(),
        false => format!(" of {}", options.join(", ")),
    };
    let declared = model.records.get(&mapping.kind);
    let declared = declared.and_then(|fields| fields.get(&field.field));
    let unique = match declared.is_some_and(|it| it.unique) {
        true => ", unique",
        false => "",
    };
    format!(
        "{}.{}: {holds}{options}{unique}    ({}.{})",
        mapping.object, field.property, mapping.kind, field.field
    )
}
