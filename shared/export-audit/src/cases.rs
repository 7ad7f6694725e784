//! Records that no export has, from the log of what happened to them: each stands where its last event left it.

use std::{collections::BTreeMap, io::Cursor, sync::Arc};

use crm::RecordKind;
use jiff::Timestamp;

use crate::{
    error::AuditError,
    export::Export,
    layout::{Column, Layout},
    table::STAGE,
    text_map::TextMap,
};

/// The headings of what is made of a log.
const HEADINGS: [&str; 3] = ["id", STAGE, "created"];

/// The records of one log.
#[derive(Debug, Default)]
pub(crate) struct Cases {
    ids: TextMap<u32>,
    cases: Vec<Case>,
    stages: Vec<Vec<u8>>,
    places: BTreeMap<Vec<u8>, usize>,
}

#[derive(Debug)]
struct Case {
    id: Vec<u8>,
    first: Timestamp,
    /// The latest event that tells a stage, and which.
    latest: Option<(Timestamp, usize)>,
    /// The line of that event, or of the first.
    line: u64,
}

impl Cases {
    /// Takes an event up. Of events at one time the later row is the later event.
    pub(crate) fn take(&mut self, id: &[u8], at: Timestamp, stage: &[u8], line: u64) {
        let known = self.ids.get(id).and_then(|it| usize::try_from(it).ok());
        let place = known.unwrap_or_else(|| {
            let next = u32::try_from(self.cases.len()).unwrap_or(u32::MAX);
            self.ids.insert(id, next);
            self.cases.push(Case {
                id: id.to_vec(),
                first: at,
                latest: None,
                line,
            });
            self.cases.len() - 1
        });
        let stage = stage.trim_ascii();
        let stage = (!stage.is_empty()).then(|| self.stage(stage));
        let Some(case) = self.cases.get_mut(place) else {
            return;
        };
        case.first = at.min(case.first);
        let Some(stage) = stage else { return };
        if case.latest.is_none_or(|(latest, _)| at >= latest) {
            case.latest = Some((at, stage));
            case.line = line;
        }
    }

    fn stage(&mut self, text: &[u8]) -> usize {
        if let Some(known) = self.places.get(text) {
            return *known;
        }
        let next = self.stages.len();
        self.places.insert(text.to_vec(), next);
        self.stages.push(text.to_vec());
        next
    }

    /// The records as an export of the log's name, whose rows are told by the lines of the log, and how it is read.
    pub(crate) fn export(
        self,
        log: &Export,
        kind: RecordKind,
        layout: &Layout,
    ) -> Result<(Export, Layout), AuditError> {
        let cannot = |why: &dyn ToString| log.unreadable(why);
        let mut text = csv::Writer::from_writer(Vec::new());
        text.write_record(HEADINGS).map_err(|why| cannot(&why))?;
        let mut lines = Vec::with_capacity(self.cases.len());
        for case in &self.cases {
            let stage = case.latest.and_then(|(_, at)| self.stages.get(at));
            let row = [
                case.id.as_slice(),
                stage.map_or(&[], Vec::as_slice),
                case.first.to_string().as_bytes(),
            ]
            .map(<[u8]>::to_vec);
            text.write_record(&row).map_err(|why| cannot(&why))?;
            lines.push(case.line);
        }
        let text: Arc<[u8]> = text.into_inner().map_err(|why| cannot(&why))?.into();
        let export = Export::new(log.name(), move || Ok(Box::new(Cursor::new(text.clone()))));
        Ok((export.of_lines(lines), layout_of(kind, layout)))
    }
}

fn layout_of(kind: RecordKind, log: &Layout) -> Layout {
    let [id, columns @ ..] = HEADINGS;
    let columns = columns.map(|name| {
        let values = match name {
            STAGE => log.columns.get(STAGE).map(|it| it.values.clone()),
            _ => None,
        };
        let column = Column {
            column: name.to_owned(),
            values: values.unwrap_or_default(),
        };
        (name.to_owned(), column)
    });
    Layout {
        record: Some(kind),
        no_value: log.no_value.clone(),
        id: id.to_owned(),
        columns: columns.into(),
        ..Layout::default()
    }
}
