use std::collections::BTreeSet;

use crm::{
    ActivityKind, FieldMapping, FieldRef, FieldType, ObjectMapping, PersonId, RecordId, RecordKind,
    RecordName, SourceName,
};

use crate::{
    operating_model::OperatingModel,
    people::Calendar,
    technology::{Derived, FoundBy},
};

/// The field of an account by which it is found for a domain.
pub const ACCOUNT_DOMAIN: &str = "domain";

/// The field of an account by which it is found for a name.
pub const ACCOUNT_NAME: &str = "name";

/// Why what somebody typed names no record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordNameError {
    /// No source has records of this kind.
    #[error("no source in technology.yaml has records of kind {0}")]
    None(RecordKind),
    /// Some have, but not the one that was typed.
    #[error(
        "technology.yaml has no source `{typed}` with records of kind {}: write {}",
        .name.kind,
        choices(.name, .there)
    )]
    NotThere {
        /// The source that was typed.
        typed: SourceName,
        /// What was typed.
        name: RecordName,
        /// The sources that have such records, in alphabetical order.
        there: Vec<SourceName>,
    },
    /// Several have.
    #[error("more than one source has such records: write `{one}:{name}` or `{other}:{name}`")]
    Several {
        /// What was typed.
        name: String,
        /// One of them.
        one: SourceName,
        /// Another.
        other: SourceName,
    },
}

/// The record as it could be typed instead.
fn choices(name: &RecordName, there: &[SourceName]) -> String {
    let RecordName { kind, id, .. } = name;
    let choices = there.iter().map(|source| format!("`{source}:{kind}:{id}`"));
    choices.collect::<Vec<_>>().join(" or ")
}

/// Questions that more than one decision asks of the model.
impl OperatingModel {
    /// What a source calls a kind of record and those of its fields that it has; none if there is
    /// no such source, or if it does not have such records.
    #[must_use]
    pub fn object_mapping(&self, source: &SourceName, kind: RecordKind) -> Option<ObjectMapping> {
        let object = self.sources.get(source)?.object_of(kind)?.to_owned();
        let fields = self.records.get(&kind).into_iter().flatten();
        let mapped = fields.filter_map(|(name, field)| {
            let tags = self.source_tags.as_ref().filter(|_| field.tagged);
            Some(FieldMapping {
                field: name.clone(),
                property: field.properties.get(source)?.clone(),
                holds: field.holds,
                values: tags.map_or(&field.values, |tags| &tags.spellings).clone(),
                otherwise: tags.and_then(|tags| tags.otherwise.clone()),
                allowed: field.allowed.clone(),
                domain: self.is_domain(&FieldRef::new(kind, name)),
                history: field.history,
            })
        });
        let ids = self
            .people
            .iter()
            .filter_map(|(id, person)| Some((person.crm.get(source)?.clone(), id.clone())));
        Some(ObjectMapping {
            source: source.clone(),
            kind,
            object,
            fields: mapped.collect(),
            owner_in: self.routed_into(kind).map(str::to_owned),
            people: ids.collect(),
            currency: self.company.currency.clone(),
        })
    }

    /// The kinds of activity that anything of the model asks for, of records of a kind: those that are read with them.
    #[must_use]
    pub fn activities_of(&self, kind: RecordKind) -> BTreeSet<ActivityKind> {
        let clocks = self.clocks.values().filter(|it| it.record == kind);
        let meets = clocks.flat_map(|terms| [&terms.meet].into_iter().chain(&terms.or_meet));
        meets.flat_map(|meet| meet.kinds.iter().copied()).collect()
    }

    /// Whether anything of the model watches records of a kind beyond routing: a clock, a deviation or an approval.
    #[must_use]
    pub fn watches(&self, kind: RecordKind) -> bool {
        let mut clocks = self.clocks.values();
        let mut deviations = self.deviations.values();
        let mut approvals = self.approvals.values();
        clocks.any(|it| it.record == kind)
            || deviations.any(|it| it.record == kind)
            || approvals.any(|it| it.record == kind)
    }

    /// Whether anything of the model writes into accounts: rules that give them to somebody, a change that is put back,
    /// or what a deviation sets.
    #[must_use]
    pub fn writes_accounts(&self) -> bool {
        let kind = RecordKind::Account;
        let mut deviations = self.deviations.values().filter(|it| it.record == kind);
        let mut approvals = self.approvals.values().filter(|it| it.record == kind);
        self.routing.contains_key(&kind)
            || deviations.any(|it| it.steps.iter().any(|step| !step.set.fields.is_empty()))
            || approvals.any(|it| it.of_change.is_some())
    }

    /// The field into which records of a kind are routed, if that is not `owner`. The checker lets all rules
    /// of a list name the same.
    #[must_use]
    pub fn routed_into(&self, kind: RecordKind) -> Option<&str> {
        let mut rules = self.routing.get(&kind)?.iter();
        let into = rules.find_map(|rule| rule.into.as_ref());
        into.map(|field| field.name.as_str())
    }

    /// Whether a field's values are personal: they stand in the copies and nowhere else.
    #[must_use]
    pub fn is_personal(&self, kind: RecordKind, name: &str) -> bool {
        let field = self.records.get(&kind).and_then(|it| it.get(name));
        field.is_some_and(|it| it.personal)
    }

    /// Whether the field holds a domain, which is kept in [one form](crm::domain): `account.domain`,
    /// and what is derived as the domain of a mail address.
    #[must_use]
    pub fn is_domain(&self, field: &FieldRef) -> bool {
        let declared = |name: &str| self.records.get(&RecordKind::Account)?.get(name);
        let of_account = field.kind == RecordKind::Account
            && field.name == ACCOUNT_DOMAIN
            && declared(ACCOUNT_DOMAIN).is_some_and(|it| it.holds == FieldType::Text);
        of_account || matches!(self.derived.get(field), Some(Derived::DomainOf(_)))
    }

    /// Whether a field holds one of a closed list: declared so, a stage, a first match, or a segment or territory.
    #[must_use]
    pub fn is_listed(&self, field: &FieldRef) -> bool {
        let declared = self.records.get(&field.kind);
        if let Some(declared) = declared.and_then(|it| it.get(&field.name)) {
            return matches!(declared.holds, FieldType::OneOf | FieldType::Stage)
                || declared.tagged;
        }
        let of_account = matches!(field.name.as_str(), "segment" | "territory");
        let of_lead = field.kind == RecordKind::Lead && field.name == "match";
        let computed = matches!(self.derived.get(field), Some(Derived::FirstMatch(_)));
        of_account || of_lead || computed
    }

    /// How the account of a record of this kind is found, in this order; by the CRM's association if the model
    /// does not say.
    pub fn account_found_by(&self, kind: RecordKind) -> &[FoundBy] {
        let fields = self.records.get(&kind).into_iter().flatten();
        let accounts = fields.filter(|(_, field)| field.holds == FieldType::Account);
        let said = accounts.map(|(_, field)| field.found_by.as_slice());
        said.into_iter()
            .find(|ways| !ways.is_empty())
            .unwrap_or(&[FoundBy::Association])
    }

    /// Whether an account is looked for that the CRM does not associate.
    #[must_use]
    pub fn matches(&self, kind: RecordKind) -> bool {
        let mut ways = self.account_found_by(kind).iter();
        ways.any(|way| *way != FoundBy::Association)
    }

    /// The sources that have records of a kind, in alphabetical order.
    pub fn sources_of(&self, kind: RecordKind) -> impl Iterator<Item = &SourceName> {
        let sources = self.sources.iter();
        sources
            .filter(move |(_, source)| source.records.contains_key(&kind))
            .map(|(name, _)| name)
    }

    /// The record that somebody means who typed `lead:123`: of the one source that has such
    /// records.
    ///
    /// # Errors
    /// If no source has such records, or not the one that was typed, or several have and none was
    /// typed.
    pub fn record_named(&self, name: &RecordName) -> Result<RecordId, RecordNameError> {
        let kind = name.kind;
        let with_source = |source: &SourceName| RecordId {
            source: source.clone(),
            kind,
            id: name.id.clone(),
        };
        let sources: Vec<SourceName> = self.sources_of(kind).cloned().collect();
        match (&name.source, sources.as_slice()) {
            (_, []) => Err(RecordNameError::None(kind)),
            (Some(typed), there) if there.contains(typed) => Ok(with_source(typed)),
            (Some(typed), there) => Err(RecordNameError::NotThere {
                typed: typed.clone(),
                name: name.clone(),
                there: there.to_vec(),
            }),
            (None, [one]) => Ok(with_source(one)),
            (None, [one, other, ..]) => Err(RecordNameError::Several {
                name: name.to_string(),
                one: one.clone(),
                other: other.clone(),
            }),
        }
    }

    /// A record as people write it: without its source, unless several sources have such records.
    #[must_use]
    pub fn name_of(&self, record: &RecordId) -> String {
        if self.sources_of(record.kind).nth(1).is_some() {
            record.to_string()
        } else {
            record.name()
        }
    }

    /// The person with this id in a source.
    #[must_use]
    pub fn person_of_crm_id(&self, source: &SourceName, crm_id: &str) -> Option<&PersonId> {
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
