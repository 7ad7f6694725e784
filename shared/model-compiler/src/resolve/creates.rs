use crm::FieldRef;

use super::{
    follows::setting,
    parts::{place, texts, yes},
};
use crate::{checks::check::Reading, grammar::journeys::journeys, yaml::node::Node};
use model::{CreatedWith, Creates, FieldToCreate, ModelFile};

/// The record that follows a stage.
pub(super) fn creates(reading: &Reading<'_>, key: &Node, node: &Node) -> Option<Creates> {
    let journey = node.text_of("journey")?;
    let record = journeys(reading.trees)
        .find(|it| it.name == journey)?
        .kind?;
    let set = node.get("set").into_iter().flat_map(Node::entries);
    let set = set.map(|(name, _, value)| {
        let field = FieldRef::new(record, name);
        Some(FieldToCreate {
            name: name.to_owned(),
            from: given(reading, &field, value)?,
        })
    });
    Some(Creates {
        journey: journey.to_owned(),
        record,
        by: unique(reading, record)?.to_owned(),
        copy: texts(node.get("copy")),
        set: set.collect::<Option<_>>()?,
        place: place(ModelFile::Processes, key.span),
    })
}

/// The field of a kind that no two records share.
pub(crate) fn unique<'t>(reading: &Reading<'t>, kind: crm::RecordKind) -> Option<&'t str> {
    let technology = reading.trees.get(&ModelFile::Technology)?;
    let mut fields = technology.get("records")?.get(kind.word())?.entries();
    let found = fields.find(|(_, _, field)| yes(field, "unique"));
    found.map(|(name, ..)| name)
}

/// What a field of a record that follows is given: what another field holds, or a value of its type.
pub(crate) fn given(reading: &Reading<'_>, field: &FieldRef, node: &Node) -> Option<CreatedWith> {
    let named: Option<FieldRef> = node.text().and_then(|text| text.parse().ok());
    if let Some(other) = named.filter(|it| reading.declaration(it).is_some()) {
        return Some(CreatedWith::Field(other));
    }
    setting(reading, field, node).map(CreatedWith::This)
}
