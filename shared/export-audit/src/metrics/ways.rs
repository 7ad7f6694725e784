//! The ways of records through the stages, by a log of their moves.

use ::metrics::Journey;
use jiff::Timestamp;

use crate::text_map::TextMap;

/// When each record entered which stage, by the places of stages in the lifecycle.
#[derive(Debug, Default)]
pub(crate) struct Ways {
    ids: TextMap<u32>,
    entries: Vec<Vec<(Timestamp, u8)>>,
}

impl Ways {
    pub(crate) fn take(&mut self, id: &[u8], at: Timestamp, stage: u8) {
        let known = self.ids.get(id).and_then(|it| usize::try_from(it).ok());
        if let Some(entries) = known.and_then(|it| self.entries.get_mut(it)) {
            // Logs mostly stand in order; what happened at the same time stays in the order of the file.
            let later = entries.iter().rposition(|(before, _)| *before <= at);
            entries.insert(later.map_or(0, |it| it + 1), (at, stage));
            return;
        }
        let next = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        self.ids.insert(id, next);
        self.entries.push(vec![(at, stage)]);
    }

    /// The way of a record, by what has happened since; empty if the log does not tell of it.
    pub(crate) fn of(&self, id: &[u8], since: Option<Timestamp>) -> Journey<'_> {
        let known = self.ids.get(id).and_then(|it| usize::try_from(it).ok());
        let entries = known.and_then(|it| self.entries.get(it));
        Journey {
            entries: entries.map_or(&[], Vec::as_slice),
            since,
        }
    }
}
