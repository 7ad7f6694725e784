use std::collections::BTreeMap;

use contracts::Event;
use crm::SourceName;

use crate::routes::Lane;

/// The CRMs that a function calls, by source: what came in bulk has a way of its own to each, so that it
/// leaves a part of what the CRM allows to what comes alone.
#[derive(Debug)]
pub struct Crms<R> {
    express: BTreeMap<SourceName, R>,
    bulk: BTreeMap<SourceName, R>,
}

impl<R> Crms<R> {
    /// With a way to each CRM for each lane.
    #[must_use]
    pub const fn in_lanes(express: BTreeMap<SourceName, R>, bulk: BTreeMap<SourceName, R>) -> Self {
        Self { express, bulk }
    }

    /// The CRM of a source, for these events: the lane of bulk is theirs if all came in bulk.
    pub fn for_events<'e>(
        &self,
        source: &SourceName,
        mut events: impl Iterator<Item = &'e Event>,
    ) -> Option<&R> {
        let lane = if events.all(|event| event.bulk) {
            Lane::Bulk
        } else {
            Lane::Express
        };
        match lane {
            Lane::Express => self.express.get(source),
            Lane::Bulk => self.bulk.get(source),
        }
    }
}

impl<R: Clone> From<BTreeMap<SourceName, R>> for Crms<R> {
    /// One way for both lanes.
    fn from(crms: BTreeMap<SourceName, R>) -> Self {
        Self::in_lanes(crms.clone(), crms)
    }
}
