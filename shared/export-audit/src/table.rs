//! Which column of a file holds what.

use std::collections::BTreeMap;

use crm::{FieldMapping, FieldRef, FieldType, RecordKind, SourceName};
use decisions::{Rules, columns::Input};
use jiff::tz::TimeZone;
use model::OperatingModel;
use model_compiler::nearest;

use crate::{
    cell::Form,
    error::AuditError,
    layout::{EventKind, Layout},
};

/// The column of an event log that says when it happened.
pub(crate) const AT: &str = "at";

/// The column of a log of stage moves that says which stage was entered.
pub(crate) const STAGE: &str = "stage";

/// The columns of a log of changes that say what changed.
pub(crate) const CHANGES: [&str; 3] = [STAGE, "amount", "close_date"];

/// What it holds.
const HOLDS: FieldType = FieldType::Timestamp;

impl EventKind {
    /// What the latest event of this kind says of a record; of a change only if it is one of the stage.
    pub(crate) const fn input(self) -> Input {
        match self {
            Self::Activity => Input::LastContact,
            Self::StageMove | Self::Change => Input::StageSince,
        }
    }
}

/// The columns of one file, found in its headings.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) kind: RecordKind,
    pub(crate) form: Form,
    /// How many headings there are.
    pub(crate) width: usize,
    pub(crate) id: usize,
    /// The column of the account's id.
    pub(crate) account: Option<usize>,
    pub(crate) cells: BTreeMap<Input, Cell>,
}

/// One column that is read.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) at: usize,
    pub(crate) mapping: FieldMapping,
    pub(crate) personal: bool,
}

/// The times that have a column without being declared.
pub(crate) const TIMES: [(&str, Input); 3] = [
    ("created", Input::Created),
    ("last_contact", Input::LastContact),
    ("stage_since", Input::StageSince),
];

/// The column that says when anything of a record last changed.
pub(crate) const MODIFIED: &str = "modified";

/// What stands before the name of a field whose last change a column tells.
const CHANGED: &str = "changed.";

impl Table {
    /// Finds the columns.
    ///
    /// # Errors
    /// If a column, a field or a zone is not there, or a kind of record with stages has no column for them.
    pub(crate) fn of(
        rules: &Rules,
        file: &str,
        kind: RecordKind,
        layout: &Layout,
        headings: &csv::ByteRecord,
    ) -> Result<Self, AuditError> {
        let finding = Finding {
            file,
            headings,
            rules,
            kind,
        };
        let mut table = Self {
            kind,
            form: finding.form(layout)?,
            width: headings.len(),
            id: finding.column("id", &layout.id)?,
            account: None,
            cells: BTreeMap::new(),
        };
        for (name, column) in &layout.columns {
            let at = finding.column(name, &column.column)?;
            let found = match layout.event {
                Some(event) => finding.of_event(name, event)?,
                None => finding.field(name)?,
            };
            match found {
                None => table.account = Some(at),
                Some((input, mut mapping, personal)) => {
                    mapping.values.extend(column.values.clone());
                    if mapping.holds == FieldType::Stage {
                        mapping.allowed = stages(&rules.model, kind);
                    }
                    let cell = Cell {
                        at,
                        mapping,
                        personal,
                    };
                    table.cells.insert(input, cell);
                }
            }
        }
        let staged = layout.event.is_none() && rules.model.has_journey(kind);
        let stage = Input::Field(FieldRef::new(kind, "stage"));
        if staged && !table.cells.contains_key(&stage) {
            let what = format!(
                "no column is named for the stage, by which it is known which {} are open",
                kind.plural()
            );
            return Err(finding.unfit(what, "add `stage: { column: … }` to its columns"));
        }
        Ok(table)
    }
}

struct Finding<'a> {
    file: &'a str,
    headings: &'a csv::ByteRecord,
    rules: &'a Rules,
    kind: RecordKind,
}

impl Finding<'_> {
    fn unfit(&self, what: String, fix: impl Into<String>) -> AuditError {
        AuditError::Unfit {
            file: self.file.to_owned(),
            what,
            fix: fix.into(),
        }
    }

    fn form(&self, layout: &Layout) -> Result<Form, AuditError> {
        let zone = match &layout.time_zone {
            None => self.rules.company_zone().clone(),
            Some(name) => TimeZone::get(name).map_err(|_| {
                let what = format!("`{name}` is no time zone");
                self.unfit(what, "write one like Europe/Berlin")
            })?,
        };
        Ok(Form {
            decimal: layout.decimal,
            dates: layout.dates,
            zone,
            no_value: layout.no_value.clone(),
            yes: layout.yes.clone(),
            no: layout.no.clone(),
        })
    }

    /// The number of a column by its heading.
    fn column(&self, field: &str, heading: &str) -> Result<usize, AuditError> {
        let is = |it: &[u8]| it.trim_ascii() == heading.trim().as_bytes();
        let mut found = self.headings.iter().enumerate().filter(|(_, it)| is(it));
        let first = found.next().map(|(at, _)| at).ok_or_else(|| {
            let all: Vec<_> = self.headings.iter().map(String::from_utf8_lossy).collect();
            let what = format!("there is no column `{heading}`, which is to hold `{field}`");
            self.unfit(what, format!("name one of these: {}", all.join(", ")))
        })?;
        if found.next().is_some() {
            let what = format!("two columns are called `{heading}`");
            return Err(self.unfit(what, "give them different headings"));
        }
        Ok(first)
    }

    /// What a column of an event log is to the questions.
    fn of_event(
        &self,
        name: &str,
        event: EventKind,
    ) -> Result<Option<(Input, FieldMapping, bool)>, AuditError> {
        if name == AT {
            return Ok(Some((event.input(), mapping(name, HOLDS), false)));
        }
        if name == STAGE && event == EventKind::StageMove {
            return self.field(name);
        }
        if CHANGES.contains(&name) && event == EventKind::Change {
            return self.field(name);
        }
        let what = format!("a log of events has no `{name}`");
        let fix = format!(
            "name the columns of the id, of `{AT}`, of a stage move `{STAGE}`, and of a change {}",
            CHANGES.map(|it| format!("`{it}`")).join(", ")
        );
        Err(self.unfit(what, fix))
    }

    /// What a field is to the questions; none for the account's id.
    fn field(&self, name: &str) -> Result<Option<(Input, FieldMapping, bool)>, AuditError> {
        if let Some(changed) = self.changed(name)? {
            return Ok(Some(changed));
        }
        if let Some((_, input)) = TIMES.into_iter().find(|(time, _)| *time == name) {
            return Ok(Some((input, mapping(name, FieldType::Timestamp), false)));
        }
        let of_account = name
            .strip_prefix("account.")
            .filter(|_| self.kind != RecordKind::Account);
        let field = match of_account {
            Some(name) => FieldRef::new(RecordKind::Account, name),
            None => FieldRef::new(self.kind, name),
        };
        let model = &self.rules.model;
        let fields = model.records.get(&field.kind);
        let declared = fields.and_then(|fields| fields.get(&field.name));
        match declared {
            Some(declared) if declared.holds == FieldType::Account => Ok(None),
            None if name == "account" => Ok(None),
            None => Err(self.no_field(&field)),
            Some(declared) => {
                let mapping = mapped(model, &field, declared);
                Ok(Some((Input::Field(field), mapping, declared.personal)))
            }
        }
    }

    /// When a field, or anything of the record, last changed.
    fn changed(&self, name: &str) -> Result<Option<(Input, FieldMapping, bool)>, AuditError> {
        let at = |input| Some((input, mapping(name, FieldType::Timestamp), false));
        let declared = self.rules.model.records.get(&self.kind);
        let has = |name: &str| declared.is_some_and(|it| it.contains_key(name));
        if name == MODIFIED && !has(name) {
            return Ok(at(Input::Modified(self.kind)));
        }
        match name.strip_prefix(CHANGED) {
            Some(field) if has(field) => Ok(at(Input::Changed(FieldRef::new(self.kind, field)))),
            Some(field) => Err(self.no_field(&FieldRef::new(self.kind, field))),
            None => Ok(None),
        }
    }

    fn no_field(&self, field: &FieldRef) -> AuditError {
        let declared = self.rules.model.records.get(&field.kind);
        let names = declared
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str());
        let names: Vec<&str> = names.chain(TIMES.iter().map(|(name, _)| *name)).collect();
        let near = nearest(&field.name, names.iter().copied());
        let fix = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("name one of these: {}", names.join(", ")),
        };
        self.unfit(format!("the model declares no field `{field}`"), fix)
    }
}

fn stages(model: &OperatingModel, kind: RecordKind) -> Vec<String> {
    let mut stages: Vec<String> = model.stages(kind).map(|stage| stage.name.clone()).collect();
    // What two journeys call alike, the pipeline tells apart.
    for journey in model.journeys(kind) {
        for stage in &journey.stages {
            let called = journey.called_here(stage);
            if !stages.iter().any(|it| it == called) {
                stages.push(called.to_owned());
            }
        }
    }
    stages
}

/// The field's mapping of the first source that has one, with its spellings.
fn mapped(model: &OperatingModel, field: &FieldRef, declared: &model::Field) -> FieldMapping {
    let mut sources = model.sources.keys();
    let found = sources.find_map(|source| {
        let object = model.object_mapping(source, field.kind)?;
        object.field(&field.name).cloned()
    });
    found.unwrap_or_else(|| FieldMapping {
        values: declared.values.clone(),
        allowed: declared.allowed.clone(),
        domain: model.is_domain(field),
        ..mapping(&field.name, declared.holds)
    })
}

fn mapping(name: &str, holds: FieldType) -> FieldMapping {
    FieldMapping {
        field: name.to_owned(),
        property: name.to_owned(),
        holds,
        values: BTreeMap::new(),
        otherwise: None,
        allowed: Vec::new(),
        domain: false,
        history: false,
    }
}

/// The source whose records an export holds: the model's first that has such records.
pub(crate) fn source_of(model: &OperatingModel) -> Result<SourceName, AuditError> {
    let first = model.sources.keys().next().cloned();
    first.map_or_else(
        || SourceName::new("export").map_err(|why| AuditError::Nothing(why.to_string())),
        Ok,
    )
}
