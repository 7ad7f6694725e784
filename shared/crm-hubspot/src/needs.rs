//! What a model needs of a portal: what somebody sets up there by hand.

use std::collections::BTreeSet;

use crm::{ActivityKind, FieldMapping, FieldType, ObjectMapping, RecordKind, SourceName};
use engine::{NeededOwner, NeededPipeline, NeededProperty, NeededStage, Needs};
use model::{Mappings, OperatingModel, Source, Stage, Which};

use crate::{
    currency,
    object::{LAST_CONTACTED, LAST_LOGGED, LAST_REPLIED},
    object_type::ObjectType,
};

/// The pipeline in which every portal has its deals from the beginning.
const FIRST_PIPELINE: &str = "default";

/// What the model needs of a source that is a portal: the app's scopes and webhook subscriptions, each property with
/// what it must hold, the pipelines of its journeys, and the users who own records. What of it the portal brings along
/// is not told apart here. Nothing of a source that the model does not name.
#[must_use]
pub fn needs(model: &OperatingModel, name: &SourceName) -> Needs {
    let mappings = Mappings::of(model);
    let source = model.sources.get(name);
    let kinds = source.into_iter().flat_map(|it| it.records.keys());
    let mapped: Vec<&ObjectMapping> = kinds.filter_map(|kind| mappings.get(name, *kind)).collect();
    // Of contacts that are counted with the record they belong to, no webhook has to tell.
    let contacts = model.object_mapping(name, RecordKind::Contact);
    let contacts = contacts.filter(|_| {
        source.is_some_and(|source| !source.records.contains_key(&RecordKind::Contact))
    });
    let read = mapped.iter().copied().chain(&contacts);
    let properties = read.flat_map(|mapping| {
        let named = mapping.fields.iter().filter(|it| !it.property.is_empty());
        named.map(|field| property(model, mapping, field))
    });
    let properties: BTreeSet<NeededProperty> = properties.collect();
    Needs {
        scopes: source.map_or_else(Vec::new, |source| scopes(model, source, &mapped)),
        subscriptions: subscriptions(model, &mapped),
        properties: properties.into_iter().collect(),
        pipelines: pipelines(model, &mapped),
        owners: owners(model, name),
    }
}

/// Of deals alone: what is no deal has its stage in a property like any other.
fn pipelines(model: &OperatingModel, mapped: &[&ObjectMapping]) -> Vec<NeededPipeline> {
    let deals = mapped.iter().find(|it| it.kind == RecordKind::Opportunity);
    let stage = deals.and_then(|deals| {
        let fields = deals.fields.iter();
        let mut stages = fields.filter(|it| it.holds == FieldType::Stage);
        stages.next().map(|stage| (deals, stage))
    });
    let Some((deals, field)) = stage else {
        return Vec::new();
    };
    let mut pipelines: Vec<NeededPipeline> = Vec::new();
    let journeys = model.lifecycles.values();
    for journey in journeys.filter(|it| it.record == deals.kind) {
        let id = match &journey.which {
            Which::Pipeline(id) => id.as_str(),
            Which::All | Which::When(_) => FIRST_PIPELINE,
        };
        let stages = journey.stages.iter().map(|stage| NeededStage {
            id: field.in_crm_words(&stage.name).to_owned(),
            label: stage_label(stage),
        });
        // Journeys that are told apart by a condition share a pipeline.
        match pipelines.iter_mut().find(|it| it.id == id) {
            Some(there) => there.stages.extend(stages),
            None => pipelines.push(NeededPipeline {
                object: deals.object.clone(),
                id: id.to_owned(),
                stages: stages.collect(),
            }),
        }
    }
    for pipeline in &mut pipelines {
        let mut seen = BTreeSet::new();
        pipeline.stages.retain(|it| seen.insert(it.id.clone()));
    }
    pipelines
}

fn stage_label(stage: &Stage) -> String {
    let label = stage.label.clone();
    label.unwrap_or_else(|| stage.name.replace(['_', '.'], " "))
}

/// Who has left is not asked for: the portal may have archived them.
fn owners(model: &OperatingModel, name: &SourceName) -> Vec<NeededOwner> {
    let there = model.people.values().filter(|it| it.left.is_none());
    let owners: BTreeSet<NeededOwner> = there
        .filter_map(|person| {
            Some(NeededOwner {
                id: person.crm.get(name)?.clone(),
                name: person.name.clone(),
                email: person.email.clone(),
            })
        })
        .collect();
    owners.into_iter().collect()
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
        let heard = heard.chain(currency::heard(mapping));
        let properties = properties.filter(|it| !it.is_empty()).chain(heard);
        let properties: BTreeSet<&str> = properties.collect();
        let properties = properties.into_iter();
        subscriptions.extend(properties.map(|it| format!("{object}.propertyChange {it}")));
    }
    subscriptions
}

fn property(
    model: &OperatingModel,
    mapping: &ObjectMapping,
    field: &FieldMapping,
) -> NeededProperty {
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
    let declared = model.records.get(&mapping.kind);
    let declared = declared.and_then(|fields| fields.get(&field.field));
    NeededProperty {
        object: mapping.object.clone(),
        name: field.property.clone(),
        holds,
        options: ours
            .map(|ours| field.in_crm_words(ours).to_owned())
            .collect(),
        unique: declared.is_some_and(|it| it.unique),
        field: format!("{}.{}", mapping.kind, field.field),
    }
}

#[cfg(test)]
mod tests {
    use testkit::{example_model, source};

    use super::*;

    #[test]
    fn every_part_says_what_somebody_sets_up() {
        let needs = needs(&example_model(), &source());
        let property = |name: &str| {
            let mut all = needs.properties.iter();
            all.find(|it| it.field == name).expect("a property")
        };
        let close = property("opportunity.close_date");
        assert_eq!(
            (close.object.as_str(), close.holds),
            ("deals", "date picker")
        );
        let stage = property("opportunity.stage");
        let default = &needs.pipelines[0];
        assert_eq!(
            (default.object.as_str(), default.id.as_str()),
            ("deals", "default")
        );
        let ids: Vec<&str> = default.stages.iter().map(|it| it.id.as_str()).collect();
        assert!(ids.contains(&"qualifiedtobuy"), "{ids:?}");
        assert!(ids.iter().all(|id| stage.options.iter().any(|it| it == id)));
        let anna = NeededOwner {
            id: "11002".to_owned(),
            name: "Anna Vogel".to_owned(),
            email: "anna@northwind.example".to_owned(),
        };
        assert!(needs.owners.contains(&anna));
        assert!(needs.scopes.contains(&"crm.objects.owners.read".to_owned()));
    }

    #[test]
    fn nothing_is_needed_of_a_source_that_the_model_does_not_name() {
        let other = SourceName::new("elsewhere").expect("a name");
        let needs = needs(&example_model(), &other);
        assert!(needs.scopes.is_empty() && needs.properties.is_empty() && needs.owners.is_empty());
    }
}
