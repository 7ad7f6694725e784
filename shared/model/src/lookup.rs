use crm::{FieldMapping, ObjectMapping, PersonId, RecordKind};

use crate::{operating_model::OperatingModel, people::Calendar};

/// Questions that more than one decision asks of the model.
impl OperatingModel {
    /// How a kind of record is spelt in a source; none if the source does not have it.
    #[must_use]
    pub fn object_mapping(&self, source: &str, kind: RecordKind) -> Option<ObjectMapping> {
        let object = self.sources.get(source)?.records.get(&kind)?.clone();
        let fields = self.records.get(&kind).into_iter().flatten();
        let mapped = fields.filter_map(|(name, field)| {
            let tags = self.source_tags.as_ref().filter(|_| field.tagged);
            Some(FieldMapping {
                field: name.clone(),
                property: field.property.clone()?,
                holds: field.holds,
                values: tags.map_or(&field.values, |tags| &tags.spellings).clone(),
                otherwise: tags.and_then(|tags| tags.otherwise.clone()),
                history: field.history,
            })
        });
        let ids = self
            .people
            .iter()
            .filter_map(|(id, person)| Some((person.crm.get(source)?.clone(), id.clone())));
        Some(ObjectMapping {
            kind,
            object,
            fields: mapped.collect(),
            people: ids.collect(),
        })
    }

    /// The person with this id in a source.
    #[must_use]
    pub fn person_of_crm_id(&self, source: &str, crm_id: &str) -> Option<&PersonId> {
        let has = |id: Option<&String>| id.is_some_and(|id| id == crm_id);
        self.people
            .iter()
            .find(|(_, person)| has(person.crm.get(source)))
            .map(|(id, _)| id)
    }

    /// The manager of a person, if they have one.
    #[must_use]
    pub fn manager_of(&self, person: &PersonId) -> Option<&PersonId> {
        self.people.get(person)?.reports_to.as_ref()
    }

    /// The members of a team, in alphabetical order; its lead is one of them only if `people.yaml`
    /// says that they are in it.
    pub fn team_members<'m>(&'m self, team: &str) -> impl Iterator<Item = &'m PersonId> {
        let in_team = move |name: &Option<String>| name.as_deref() == Some(team);
        self.people
            .iter()
            .filter(move |(_, person)| in_team(&person.team))
            .map(|(id, _)| id)
    }

    /// The teams that a person leads, in alphabetical order.
    pub fn led_by<'m>(&'m self, person: &PersonId) -> impl Iterator<Item = &'m str> {
        self.teams
            .iter()
            .filter(move |(_, team)| team.lead == *person)
            .map(|(name, _)| name.as_str())
    }

    /// The calendar of a person.
    #[must_use]
    pub fn calendar_of(&self, person: &PersonId) -> Option<&Calendar> {
        self.calendars.get(&self.people.get(person)?.calendar)
    }
}
