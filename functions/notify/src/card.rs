use std::{collections::BTreeMap, sync::Arc};

use contracts::state::{RecordState, RoutingState};
use crm::{PersonId, Record, RecordId};
use decisions::{
    Facts, Rules,
    approvals::{Bound, bound_values},
    hand_offs::carried,
    owner_of, shown,
};
use jiff::Timestamp;
use model::OperatingModel;
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
    /// What goes along with a record that is handed over at its stage, by [`carried`].
    pub(crate) carried: Vec<String>,
    /// The values that are to be approved of such records, by the approval.
    bound: BTreeMap<String, Vec<Bound>>,
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
        let copy = Versioned::<Arc<RecordState>>::read_shared(record)?.state;
        let record = &copy.record;
        let routing = routing.map(Versioned::<RoutingState>::read).transpose()?;
        let routing = routing.map(|routing| routing.state);
        let facts = Facts::of(rules, record, at);
        let stage = facts.stage().map(str::to_owned);
        let carried = stage.as_deref().map(|stage| carried(&facts, stage));
        Ok(Self {
            title: shown::title(record),
            account: shown::account(record),
            stage,
            carried: carried.unwrap_or_default(),
            bound: bound(&rules.model, record),
            owner: owner_of(record, routing.as_ref()).cloned(),
            id: record.id.clone(),
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
            carried: Vec::new(),
            bound: BTreeMap::new(),
        }
    }

    /// The values that an approval is for, as they are now.
    pub(crate) fn bound(&self, approval: &str) -> &[Bound] {
        self.bound.get(approval).map_or(&[], Vec::as_slice)
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

fn bound(model: &OperatingModel, record: &Record) -> BTreeMap<String, Vec<Bound>> {
    let own = model.approvals.iter();
    let own = own.filter(|(_, rule)| rule.record == record.id.kind);
    own.map(|(name, rule)| (name.clone(), bound_values(model, record, rule)))
        .collect()
}
