use contracts::{
    Key,
    state::{RecordState, RoutingState},
};
use crm::RecordId;
use store::{Store, StoreError, Versioned};

/// What is kept of the lead by now.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) copy: Option<RecordState>,
    pub(super) routing: Option<RoutingState>,
}

impl Seen {
    pub(super) async fn look<S: Store>(table: &S, record: &RecordId) -> Result<Self, StoreError> {
        let keys = [Key::of::<RecordState>(record), Key::routing(record)];
        let mut found = table.get(&keys).await?.into_iter();
        let mut next = || found.next().flatten();
        let (copy, routing) = (next(), next());
        let copy = copy.map(Versioned::<RecordState>::read).transpose()?;
        let routing = routing.map(Versioned::<RoutingState>::read).transpose()?;
        Ok(Self {
            copy: copy.map(|it| it.state),
            routing: routing.map(|it| it.state),
        })
    }
}
