//! How the opportunities of a story stood at two times, as exports that the other commands read.

use std::{collections::BTreeMap, fs, path::Path};

use contracts::state::RecordState;
use crm::{RecordId, RecordKind};
use export_audit::{Column, Layout, Layouts, Proposal};
use jiff::Timestamp;
use simulator::Ending;

use crate::commands::CouldNotRun;

/// The fields of an opportunity by which a pipeline moves, as the columns are called.
const FIELDS: [&str; 3] = ["stage", "amount", "close_date"];

/// Writes both, and how they are read.
///
/// # Errors
/// If the folder or a file cannot be written.
pub(super) fn write(folder: &Path, ending: &Ending, since: Timestamp) -> Result<(), CouldNotRun> {
    fs::create_dir_all(folder)
        .map_err(|why| CouldNotRun(format!("{} cannot be made: {why}", folder.display())))?;
    let files = [
        ("opening.csv", rows(&as_of(ending, since))),
        ("closing.csv", rows(&as_of(ending, Timestamp::MAX))),
        ("audit-mapping.yaml", mapping()),
    ];
    for (name, text) in files {
        let path = folder.join(name);
        fs::write(&path, text)
            .map_err(|why| CouldNotRun(format!("{} cannot be written: {why}", path.display())))?;
    }
    Ok(())
}

/// The copies of the opportunities as they were kept last by then.
fn as_of(ending: &Ending, at: Timestamp) -> BTreeMap<RecordId, RecordState> {
    let mut copies = BTreeMap::new();
    for (key, _, body) in &ending.states {
        if !key.holds::<RecordState>() {
            continue;
        }
        let Ok(state) = body.read::<RecordState>() else {
            continue;
        };
        if state.record.id.kind == RecordKind::Opportunity && state.record.modified <= at {
            copies.insert(state.record.id.clone(), state);
        }
    }
    copies
}

/// What is there, a line each. Nothing in it needs quotes: ids, names of stages, numbers and days.
fn rows(copies: &BTreeMap<RecordId, RecordState>) -> String {
    let mut text = format!("id,{}\n", FIELDS.join(","));
    for copy in copies.values().filter(|it| !it.record.archived) {
        let record = &copy.record;
        let value = |field: &&str| {
            record
                .fields
                .get(*field)
                .map_or_else(String::new, ToString::to_string)
        };
        let values: Vec<String> = FIELDS.iter().map(value).collect();
        text += &format!("{},{}\n", record.id.id, values.join(","));
    }
    text
}

fn mapping() -> String {
    let column = |field: &str| {
        let column = Column {
            column: field.to_owned(),
            ..Column::default()
        };
        (field.to_owned(), column)
    };
    let layout = Layout {
        record: Some(RecordKind::Opportunity),
        id: "id".to_owned(),
        columns: FIELDS.map(column).into(),
        ..Layout::default()
    };
    let files = ["opening.csv", "closing.csv"].map(|name| (name.to_owned(), layout.clone()));
    let proposal = Proposal {
        layouts: Layouts {
            files: files.into(),
        },
        remarks: BTreeMap::new(),
    };
    proposal.to_yaml()
}
