use business_time::BusinessAmount;
use crm::{FieldRef, FieldType, Value};

use super::{
    conditions,
    parts::{optional_amount, place, recipient, yes},
};
use crate::{
    checks::check::Reading,
    grammar::catalogue::{Holds, field_type},
    yaml::{node::Node, scalars},
};
use model::{Acts, DeviationStep, FieldToSet, FieldsToSet, Follow, ModelFile, Recipient, SetTo};

/// What follows upon entering or leaving a stage.
pub(super) fn follows(
    reading: &Reading<'_>,
    file: ModelFile,
    node: Option<&Node>,
) -> Option<Vec<Follow>> {
    let entries = node.into_iter().flat_map(Node::items);
    let build = |node: &Node| {
        let when = node.get("when");
        Some(Follow {
            when: when.map_or(Some(None), |when| {
                conditions::condition(reading, file, when).map(Some)
            })?,
            tell: told(node)?,
            set: to_set(reading, file, node)?,
            place: place(file, node.span),
        })
    };
    entries.map(build).collect()
}

/// What follows when a deviation lasts.
pub(super) fn steps(
    reading: &Reading<'_>,
    file: ModelFile,
    node: &Node,
) -> Option<(Acts, Vec<DeviationStep>)> {
    let acts = match node.text_of("acts") {
        Some("act") => Acts::Act,
        Some("warn") => Acts::Warn,
        _ => Acts::Observe,
    };
    let steps = node.get("steps").into_iter().flat_map(Node::items);
    let build = |node: &Node| {
        let previous = node.get("after_previous");
        let after: Option<BusinessAmount> =
            optional_amount(previous.or_else(|| node.get("after")))?;
        Some(DeviationStep {
            after,
            after_previous: previous.is_some(),
            tell: told(node)?,
            move_to: node.text_of("move_to").map(str::to_owned),
            set: to_set(reading, file, node)?,
            place: place(file, node.span),
        })
    };
    Some((acts, steps.map(build).collect::<Option<_>>()?))
}

fn told(node: &Node) -> Option<Vec<Recipient>> {
    let people = node.get("tell").into_iter().flat_map(Node::items);
    people.map(recipient).collect()
}

fn to_set(reading: &Reading<'_>, file: ModelFile, node: &Node) -> Option<FieldsToSet> {
    let entries = node.get("set").into_iter().flat_map(Node::entries);
    let build = |(name, key, value): (&str, &Node, &Node)| {
        let field: FieldRef = name.parse().ok()?;
        Some(FieldToSet {
            to: setting(reading, &field, value)?,
            name: field.name,
            place: place(file, key.span),
        })
    };
    Some(FieldsToSet {
        fields: entries.map(build).collect::<Option<_>>()?,
        over: yes(node, "over"),
    })
}

/// What a field is set to, if that is a value of its type.
pub(crate) fn setting(reading: &Reading<'_>, field: &FieldRef, node: &Node) -> Option<SetTo> {
    let value = match reading.declared(field)? {
        FieldType::Text => Value::Text(node.text()?.to_owned()),
        FieldType::OneOf => {
            let Holds::OneOf(Some(allowed)) = &reading.catalogue.get(field)?.holds else {
                return None;
            };
            let text = node.text()?;
            let listed = allowed.iter().any(|value| value == text);
            Value::Text(listed.then(|| text.to_owned())?)
        }
        FieldType::Boolean => Value::Boolean(scalars::yes_no(node)?),
        FieldType::Integer => Value::Number(scalars::whole(node)?.into()),
        FieldType::Date if node.text() == Some("today") => return Some(SetTo::Today),
        FieldType::Date => Value::Date(scalars::date(node)?),
        _ => return None,
    };
    Some(SetTo::Value(value))
}

impl Reading<'_> {
    /// What a field is declared to hold; none if it is not declared.
    pub(crate) fn declared(&self, field: &FieldRef) -> Option<FieldType> {
        field_type(self.declaration(field)?.text_of("type")?)
    }

    /// How a field is declared.
    pub(crate) fn declaration(&self, field: &FieldRef) -> Option<&Node> {
        let technology = self.trees.get(&ModelFile::Technology)?;
        let kind = technology.get("records")?.get(field.kind.word())?;
        kind.get(&field.name)
    }
}
