use std::collections::{BTreeMap, BTreeSet};

use contracts::state::{
    Approval, ApprovalsState, Clock, ClocksState, DeviationsState, DigestState, Exception,
    ExceptionsState, GateState, LoadState, OpenDeviation, RoutingState, Span,
};
use crm::{Matched, PersonId, RecordId};
use engine::{OpenWork, RecordFacts};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use store::{Item, StoreError, Versioned};

/// What a record or a person is now. It holds no personal value: of our copy of a record, only its
/// stage, its owner and its times.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Now {
    /// A record.
    Record(Box<RecordNow>),
    /// A person.
    Person(PersonNow),
}

/// What a record is now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecordNow {
    /// The stage that our copy shows.
    pub stage: Option<String>,
    /// The owner that our copy shows.
    pub owner: Option<PersonId>,
    /// How many copies of it we have kept.
    pub sequence: u64,
    /// When the CRM says that it was changed last.
    pub modified: Timestamp,
    /// Whether the CRM has deleted it.
    pub archived: bool,
    /// The record that stays, if it was merged into that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<RecordId>,
    /// The records that were merged into it.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub merged: BTreeSet<RecordId>,
    /// Its account.
    pub account: Option<RecordId>,
    /// What came of looking for its account, if the CRM associates none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matched: Option<Matched>,
    /// When it was last contacted.
    pub last_contact: Option<Timestamp>,
    /// How it was routed.
    pub routing: Option<RoutingState>,
    /// Where its gate sees it.
    pub gate: Option<GateState>,
    /// The latest run of each of its clocks.
    pub clocks: BTreeMap<String, Clock>,
    /// Its open deviations.
    pub deviations: BTreeMap<String, OpenDeviation>,
    /// The deviations that cannot be judged.
    pub unjudged: Vec<String>,
    /// The exceptions that it was granted, and that were not noticed to be over, by their ids.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub exceptions: BTreeMap<String, Exception>,
    /// What was asked to be approved of it, the latest asking of each.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub approvals: BTreeMap<String, Approval>,
}

/// What is known of a person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PersonNow {
    /// For which day they last got each digest.
    pub digests: BTreeMap<String, Date>,
    /// The records with open work that they must see.
    pub open_work: Vec<RecordId>,
    /// When they are away, now or later.
    pub away: Vec<Span>,
    /// What they have in hand, if they have a capacity and ever had anything.
    pub load: Option<LoadState>,
}

impl RecordNow {
    /// What a record's partition says of it; none if we keep no copy.
    ///
    /// # Errors
    /// If an item cannot be read.
    pub(crate) fn read(items: Vec<Item>) -> Result<Option<Self>, StoreError> {
        RecordFacts::read(items)?
            .map(|facts| Self::of(&facts))
            .transpose()
    }

    fn of(facts: &RecordFacts) -> Result<Self, StoreError> {
        let kept = &facts.record.state;
        let record = &kept.record;
        let deviations = facts.state::<DeviationsState>()?.map(|it| it.state);
        let DeviationsState { open, unjudged, .. } = deviations.unwrap_or_default();
        let clocks = facts.state::<ClocksState>()?.map(|it| it.state);
        let ClocksState { clocks, .. } = clocks.unwrap_or_default();
        Ok(Self {
            stage: record
                .value("stage")
                .and_then(|value| value.text())
                .map(str::to_owned),
            owner: record.owner().cloned(),
            sequence: kept.sequence,
            modified: record.modified,
            archived: record.archived,
            merged_into: record.merged_into.clone(),
            merged: record.merged.clone(),
            matched: record.matched.clone(),
            account: record.account.as_ref().map(|account| account.id.clone()),
            last_contact: record.last_contact.as_ref().map(|contact| contact.at),
            routing: facts.state::<RoutingState>()?.map(|it| it.state),
            gate: facts.state::<GateState>()?.map(|it| it.state),
            clocks,
            deviations: open,
            unjudged: unjudged.into_iter().collect(),
            exceptions: facts
                .state::<ExceptionsState>()?
                .map(|it| it.state.granted)
                .unwrap_or_default(),
            approvals: facts
                .state::<ApprovalsState>()?
                .map(|it| it.state.asked)
                .unwrap_or_default(),
        })
    }
}

impl PersonNow {
    /// What a person's digests, the index of their work, their absences and their load say; none if
    /// nothing is kept.
    ///
    /// # Errors
    /// If an item cannot be read.
    pub(crate) fn read(
        digests: Vec<Item>,
        work: &OpenWork,
        away: Vec<Span>,
        load: Option<LoadState>,
    ) -> Result<Option<Self>, StoreError> {
        let mut days = BTreeMap::new();
        for item in digests {
            let name = item.key.sk.clone();
            days.insert(name, Versioned::<DigestState>::read(item)?.state.day);
        }
        let records = work.clocks.keys().chain(work.deviations.keys());
        let open_work: BTreeSet<RecordId> = records.cloned().collect();
        let nothing = days.is_empty() && open_work.is_empty() && away.is_empty() && load.is_none();
        Ok((!nothing).then_some(Self {
            digests: days,
            open_work: open_work.into_iter().collect(),
            away,
            load,
        }))
    }
}
