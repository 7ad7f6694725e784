use contracts::state::{Clock, ClocksState, DeviationsState, OpenDeviation, RoutingState};
use crm::{PersonId, Record};
use decisions::{Facts, Rules, owner_of, renamed, shown};
use engine::RecordFacts;
use jiff::Timestamp;
use store::StoreError;

/// How a record stands: what a page shows of it. It holds personal values: it goes onto the page and
/// nowhere else.
pub(crate) struct Standing {
    pub(crate) copy: Record,
    pub(crate) name: Option<String>,
    pub(crate) owner: Option<PersonId>,
    pub(crate) stage: Option<String>,
    pub(crate) clocks: Vec<(String, Clock)>,
    pub(crate) deviations: Vec<(String, OpenDeviation)>,
}

impl Standing {
    /// What our copy and the functions' states say at `now`.
    pub(crate) fn of(
        rules: &Rules,
        facts: &RecordFacts,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let record = &facts.record.state.record;
        let routing = facts.state::<RoutingState>()?;
        let routing = routing.as_ref().map(|routing| &routing.state);
        let clocks = facts.state::<ClocksState>()?.map(|mut it| {
            renamed::clocks(rules, &mut it.state);
            it.state.clocks
        });
        let deviations = facts.state::<DeviationsState>()?.map(|it| it.state.open);
        let open = |(_, clock): &(String, Clock)| clock.status.is_open();
        Ok(Self {
            copy: record.clone(),
            name: name(record),
            owner: owner_of(record, routing).cloned(),
            stage: Facts::of(rules, record, now).stage().map(str::to_owned),
            clocks: clocks.into_iter().flatten().filter(open).collect(),
            deviations: deviations.into_iter().flatten().collect(),
        })
    }
}

/// What people call a record: its name or a lead's address, and its account.
pub(crate) fn name(record: &Record) -> Option<String> {
    let names: Vec<String> = [shown::title(record), shown::account(record)]
        .into_iter()
        .flatten()
        .collect();
    (!names.is_empty()).then(|| names.join(", "))
}
