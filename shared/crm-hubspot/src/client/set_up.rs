use std::collections::BTreeMap;

use crm::{Holds, ObjectSetUp, PipelineSetUp, PropertySetUp};
use engine::{Budget, CrmError};
use serde_json::Value;

use super::{HubSpot, VERSION, results};

/// The objects that have pipelines, with the properties that hold the pipeline and the stage.
const WITH_PIPELINES: [(&str, &str, &str); 2] = [
    ("deals", "pipeline", "dealstage"),
    ("tickets", "hs_pipeline", "hs_pipeline_stage"),
];

impl<B: Budget> HubSpot<B> {
    /// How the portal is set up for one type of object, by its plural name: its properties, and the pipelines of
    /// what has some, whose stages are the options of the property that holds the stage.
    ///
    /// # Errors
    /// A [`CrmError`] if a request fails.
    pub async fn set_up(&self, object: &str) -> Result<ObjectSetUp, CrmError> {
        let answer = self.look(&["crm", "properties", VERSION, object]).await?;
        let mut set_up = ObjectSetUp {
            properties: results(&answer)?.iter().filter_map(property).collect(),
            pipelines: Vec::new(),
        };
        let known = WITH_PIPELINES.iter().find(|(name, ..)| *name == object);
        let Some((_, of_pipeline, of_stage)) = known else {
            return Ok(set_up);
        };
        let answer = self.look(&["crm", "pipelines", VERSION, object]).await?;
        set_up.pipelines = results(&answer)?.iter().filter_map(pipeline).collect();
        let all = set_up.pipelines.iter();
        let pipelines: BTreeMap<String, String> = all
            .clone()
            .map(|it| (it.id.clone(), it.label.clone()))
            .collect();
        let stages = all.flat_map(|it| it.stages.iter().cloned()).collect();
        for (name, options) in [(of_pipeline, pipelines), (of_stage, stages)] {
            if let Some(property) = set_up.properties.get_mut(*name) {
                property.options = Some(options);
            }
        }
        Ok(set_up)
    }
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

fn is(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool) == Some(true)
}

/// A definition; none of what has no name.
fn property(definition: &Value) -> Option<(String, PropertySetUp)> {
    let name = text(definition, "name")?;
    let (kind, field) = (text(definition, "type"), text(definition, "fieldType"));
    let holds = match (kind, field) {
        (Some("number"), _) => Holds::Number,
        (Some("bool"), _) | (_, Some("booleancheckbox")) => Holds::Boolean,
        (Some("date" | "datetime"), _) => Holds::Time,
        (Some("enumeration"), Some("checkbox")) => Holds::Several,
        _ => Holds::Text,
    };
    let listed = definition.get("options").and_then(Value::as_array);
    // Those of owners, for one, are kept elsewhere.
    let listed =
        listed.filter(|_| kind == Some("enumeration") && !is(definition, "externalOptions"));
    let option = |option: &Value| {
        let value = text(option, "value")?;
        Some((
            value.to_owned(),
            text(option, "label").unwrap_or(value).to_owned(),
        ))
    };
    let read_only = definition.get("modificationMetadata");
    Some((
        name.to_owned(),
        PropertySetUp {
            label: text(definition, "label").unwrap_or(name).to_owned(),
            holds,
            options: listed.map(|options| options.iter().filter_map(option).collect()),
            unique: is(definition, "hasUniqueValue"),
            read_only: read_only.is_some_and(|it| is(it, "readOnlyValue")),
        },
    ))
}

fn pipeline(pipeline: &Value) -> Option<PipelineSetUp> {
    let id = text(pipeline, "id")?;
    let stages = pipeline.get("stages").and_then(Value::as_array);
    let stage = |stage: &Value| {
        let id = text(stage, "id")?;
        Some((id.to_owned(), text(stage, "label").unwrap_or(id).to_owned()))
    };
    Some(PipelineSetUp {
        id: id.to_owned(),
        label: text(pipeline, "label").unwrap_or(id).to_owned(),
        stages: stages.into_iter().flatten().filter_map(stage).collect(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use serde_json::json;

    use super::*;

    #[test]
    fn a_definition_says_what_it_holds_and_which_options_there_are() {
        let definition = |kind: &str, field: &str| {
            json!({
                "name": "p", "label": "P", "type": kind, "fieldType": field,
                "options": [{ "value": "a", "label": "A" }], "externalOptions": false,
                "modificationMetadata": { "readOnlyValue": true },
            })
        };
        let read = |kind: &str, field: &str| property(&definition(kind, field)).unwrap().1;
        assert_eq!(read("enumeration", "booleancheckbox").holds, Holds::Boolean);
        assert_eq!(read("enumeration", "checkbox").holds, Holds::Several);
        assert_eq!(read("datetime", "date").holds, Holds::Time);
        let select = read("enumeration", "select");
        let options = BTreeMap::from([("a".to_owned(), "A".to_owned())]);
        assert_eq!((select.holds, select.options), (Holds::Text, Some(options)));
        assert!(select.read_only);
        assert_eq!(read("number", "number").options, None);
    }
}
