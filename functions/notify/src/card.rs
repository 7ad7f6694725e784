use contracts::state::{RecordState, RoutingState};
use crm::{PersonId, RecordId};
use decisions::{Facts, Rules, owner_of, shown};
use jiff::Timestamp;
use store::{Item, StoreError, Versioned};

/// What a mail shows of a record. It holds personal values: it goes into the mail and nowhere
/// else.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Card {
    pub(crate) id: RecordId,
    title: Option<String>,
    account: Option<String>,
    pub(crate) stage: Option<String>,
    pub(crate) owner: Option<PersonId>,
}

impl Card {
    /// What our copy of a record shows. Until the CRM's echo has reached the copy, the owner is
    /// the one that was decided.
    pub(crate) fn read(
        record: Item,
        routing: Option<Item>,
        rules: &Rules,
        at: Timestamp,
    ) -> Result<Self, StoreError> {
        let record = Versioned::<RecordState>::read(record)?.state.record;
        let routing = routing.map(Versioned::<RoutingState>::read).transpose()?;
        let routing = routing.map(|routing| routing.state);
        let stage = Facts::of(rules, &record, at).stage().map(str::to_owned);
        Ok(Self {
            title: shown::title(&record),
            account: shown::account(&record),
            stage,
            owner: owner_of(&record, routing.as_ref()).cloned(),
            id: record.id,
        })
    }

    /// What is known of a record of which we keep no copy.
    pub(crate) const fn unknown(id: RecordId) -> Self {
        Self {
            id,
            title: None,
            account: None,
            stage: None,
            owner: None,
        }
    }

    /// What people call it: "ada@acme.example, Acme GmbH"; "lead 123" if it has no name.
    pub(crate) fn name(&self) -> String {
        let named: Vec<&str> = [&self.title, &self.account]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        if named.is_empty() {
            self.number()
        } else {
            named.join(", ")
        }
    }

    /// Its name and which record it is: "ada@acme.example, Acme GmbH (lead 123)".
    pub(crate) fn name_and_number(&self) -> String {
        if self.title.is_none() && self.account.is_none() {
            self.number()
        } else {
            format!("{} ({})", self.name(), self.number())
        }
    }

    fn number(&self) -> String {
        format!("{} {}", self.id.kind, self.id.id)
    }
}
