use std::collections::BTreeMap;

use crm::{
    AccountFacts, Decimal, PersonId, Record, RecordId, RecordKind, RecordName, SourceName, Value,
};
use jiff::Timestamp;

/// The source of the example company's model.
///
/// # Panics
/// Never.
#[must_use]
pub fn source() -> SourceName {
    SourceName::new("hubspot").expect("a source")
}

/// A record of that source, as people write it: `lead:1`.
///
/// # Panics
/// If the text is none.
#[must_use]
pub fn record_id(text: &str) -> RecordId {
    let name: RecordName = text.parse().expect("a record");
    RecordId::new(&source(), name.kind, name.id).expect("a record id")
}

/// Somebody whom only that source knows.
#[must_use]
pub fn stranger(id: &str) -> PersonId {
    PersonId::stranger(&source(), id)
}

/// A record that grows word by word.
#[derive(Debug, Clone)]
pub struct Growing(Record);

/// A lead without any value, created at `created`.
#[must_use]
pub fn lead(id: &str, created: Timestamp) -> Growing {
    Growing::new(RecordKind::Lead, id, created)
}

/// An opportunity without any value, created at `created`.
#[must_use]
pub fn opportunity(id: &str, created: Timestamp) -> Growing {
    Growing::new(RecordKind::Opportunity, id, created)
}

/// An account without any value, created at `created`.
#[must_use]
pub fn account(id: &str, created: Timestamp) -> Growing {
    Growing::new(RecordKind::Account, id, created)
}

impl Growing {
    fn new(kind: RecordKind, id: &str, created: Timestamp) -> Self {
        Self(Record {
            matched: None,
            merged_into: None,
            found_at: None,
            erased: None,
            merged: std::collections::BTreeSet::new(),
            behaviour: None,
            latest: BTreeMap::new(),
            owner_in: None,
            others: None,
            id: RecordId::new(&source(), kind, id).expect("a record id"),
            created,
            modified: created,
            archived: false,
            fields: BTreeMap::new(),
            history: BTreeMap::new(),
            last_contact: None,
            activities: BTreeMap::new(),
            last_reply: None,
            account: None,
        })
    }

    /// With this text in a field.
    #[must_use]
    pub fn text(mut self, field: &str, value: &str) -> Self {
        self.0
            .fields
            .insert(field.to_owned(), Value::Text(value.to_owned()));
        self
    }

    /// A number in a field.
    #[must_use]
    pub fn number(self, name: &str, value: u32) -> Self {
        self.value(name, Value::Number(value.into()))
    }

    /// With yes or no in a field.
    #[must_use]
    pub fn boolean(mut self, field: &str, value: bool) -> Self {
        self.0
            .fields
            .insert(field.to_owned(), Value::Boolean(value));
        self
    }

    /// With any value in a field.
    #[must_use]
    pub fn value(mut self, field: &str, value: Value) -> Self {
        self.0.fields.insert(field.to_owned(), value);
        self
    }

    /// With this owner.
    #[must_use]
    pub fn owner(self, person: &str) -> Self {
        self.value("owner", Value::Person(PersonId::new(person)))
    }

    /// At this stage since `at`.
    #[must_use]
    pub fn stage(mut self, stage: &str, at: Timestamp) -> Self {
        self.0.modified = at;
        self.0.history.insert(
            "stage".to_owned(),
            vec![crm::Change {
                value: Some(Value::Text(stage.to_owned())),
                at,
                by: crm::Author::Unknown,
            }],
        );
        self.text("stage", stage)
    }

    /// It was this person who moved it to its stage.
    #[must_use]
    pub fn moved_by(mut self, person: &str) -> Self {
        let newest = self
            .0
            .history
            .get_mut("stage")
            .and_then(|it| it.first_mut());
        if let Some(newest) = newest {
            newest.by = crm::Author::Person(PersonId::new(person));
        }
        self
    }

    /// Of an account with these facts; no number of employees if it is 0.
    #[must_use]
    pub fn account(mut self, country: &str, industry: &str, employees: u32) -> Self {
        let mut fields = BTreeMap::from([
            ("country".to_owned(), Value::Text(country.to_owned())),
            ("industry".to_owned(), Value::Text(industry.to_owned())),
        ]);
        if employees > 0 {
            fields.insert(
                "employees".to_owned(),
                Value::Number(Decimal::from(employees)),
            );
        }
        self.0.account = Some(AccountFacts {
            others: None,
            behaviour: None,
            id: record_id("account:1"),
            modified: self.0.modified,
            fields,
        });
        self
    }

    /// The record.
    #[must_use]
    pub fn build(self) -> Record {
        self.0
    }
}
