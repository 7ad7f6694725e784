//! A layout proposed for each file: what its headings and first rows speak for. It is written down, with what is not
//! sure, and nothing is read by it that somebody could not have corrected.

mod fields;
mod forms;
mod log;
mod sample;

use std::collections::BTreeMap;

use crm::{FieldType, RecordKind};
use model::OperatingModel;

use crate::{
    error::AuditError,
    export::Export,
    layout::{Column, EventKind, Layout, Layouts},
    moments, numbers,
};
use log::Log;
use sample::Sample;

/// Layouts that were guessed, with remarks on what is not sure, by file.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The layouts.
    pub layouts: Layouts,
    /// What somebody should look at.
    pub remarks: BTreeMap<String, Vec<String>>,
}

impl Proposal {
    /// The mapping as a text of YAML.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        self.layouts.to_yaml(&self.remarks)
    }
}

/// Proposes how some files are read by a model.
///
/// # Errors
/// If a file cannot be opened or has no headings.
pub fn propose(exports: &[Export], model: &OperatingModel) -> Result<Proposal, AuditError> {
    let mut guesses = Vec::new();
    for export in exports {
        guesses.push((export.name().to_owned(), Guess::of(export, model)?));
    }
    join_accounts(&mut guesses);
    let mut proposal = Proposal {
        layouts: Layouts::default(),
        remarks: BTreeMap::new(),
    };
    for (name, guess) in guesses {
        let (layout, remarks) = guess.finish(model);
        proposal.layouts.files.insert(name.clone(), layout);
        proposal.remarks.insert(name, remarks);
    }
    Ok(proposal)
}

struct Guess {
    sample: Sample,
    kind: Option<RecordKind>,
    event: Option<EventKind>,
    id: usize,
    columns: BTreeMap<String, usize>,
    remarks: Vec<String>,
}

impl Guess {
    fn of(export: &Export, model: &OperatingModel) -> Result<Self, AuditError> {
        let sample = Sample::of(export)?;
        if let Some(log) = Log::of(export.name(), &sample) {
            return Ok(Self {
                kind: Some(log.kind),
                event: Some(log.event),
                id: log.id,
                columns: log.columns,
                remarks: Vec::new(),
                sample,
            });
        }
        let mut remarks = Vec::new();
        let kinds = [
            RecordKind::Opportunity,
            RecordKind::Account,
            RecordKind::Lead,
        ];
        let scored = kinds.map(|kind| (score(model, kind, export.name(), &sample), kind));
        let best = scored.into_iter().max_by_key(|(score, _)| *score);
        let kind = best.filter(|(score, _)| *score >= 3).map(|(_, kind)| kind);
        let mut guess = Self {
            id: 0,
            columns: BTreeMap::new(),
            kind,
            event: None,
            sample,
            remarks: Vec::new(),
        };
        let Some(kind) = kind else {
            guess.remarks.push(
                "no kind of record was recognised by its headings: it is left out".to_owned(),
            );
            return Ok(guess);
        };
        guess.columns = fields::columns(model, kind, &guess.sample);
        match fields::id(kind, &guess.sample) {
            Some((at, sure)) => {
                guess.id = at;
                if !sure {
                    remarks.push(format!(
                        "`{}` is taken for the id, since every row has another there",
                        guess.sample.heading(at)
                    ));
                }
            }
            None => remarks.push("no column is unique: say which is the id".to_owned()),
        }
        guess.remarks = remarks;
        Ok(guess)
    }

    /// The columns of fields of these types.
    fn of_type(&self, model: &OperatingModel, types: &[FieldType]) -> Vec<usize> {
        let Some(kind) = self.kind else {
            return Vec::new();
        };
        let fields = model.records.get(&kind);
        let holds = |name: &String| {
            let declared = fields.and_then(|it| it.get(name)).map(|it| it.holds);
            declared.unwrap_or(FieldType::Timestamp)
        };
        let columns = self
            .columns
            .iter()
            .filter(|(name, _)| types.contains(&holds(name)));
        columns.map(|(_, at)| *at).collect()
    }

    fn finish(mut self, model: &OperatingModel) -> (Layout, Vec<String>) {
        let Some(kind) = self.kind else {
            return (Layout::default(), self.remarks);
        };
        if !self.sample.sure_encoding {
            let name = self.sample.encoding.name().to_lowercase();
            self.remarks
                .push(format!("not sure: it is not UTF-8, and taken for {name}"));
        }
        let of_time = self.of_type(model, &[FieldType::Date, FieldType::Timestamp]);
        let of_numbers = self.of_type(
            model,
            &[FieldType::Number, FieldType::Integer, FieldType::Money],
        );
        let (dates, remark) = forms::dates(&self.sample, &of_time);
        self.remarks.extend(remark);
        let (decimal, remark) = forms::decimal(&self.sample, &of_numbers);
        self.remarks.extend(remark);
        let answers = self.of_type(model, &[FieldType::Boolean]);
        let (yes, no, remarks) = forms::answers(&self.sample, &answers);
        self.remarks.extend(remarks);
        for at in of_time {
            let fits = |it: &str| moments::moment(it, dates).is_some();
            self.remarks
                .extend(forms::no_values(&self.sample, at, fits));
        }
        for at in of_numbers {
            let fits = |it: &str| numbers::number(it, decimal).is_some();
            self.remarks
                .extend(forms::no_values(&self.sample, at, fits));
        }
        let columns = self.columns.clone().into_iter().map(|(name, at)| {
            let values = match name.as_str() {
                "stage" => self.stages(model, kind, at),
                _ => BTreeMap::new(),
            };
            let column = self.sample.heading(at).to_owned();
            (name, Column { column, values })
        });
        let columns = columns.collect();
        let layout = Layout {
            record: Some(kind),
            event: self.event,
            encoding: self.sample.encoding.name().to_lowercase(),
            separator: self.sample.separator,
            decimal,
            dates,
            time_zone: Some(model.company.time_zone.clone()),
            no_value: Vec::new(),
            yes,
            no,
            id: self.sample.heading(self.id).to_owned(),
            columns,
        };
        (layout, self.remarks)
    }

    /// The spellings of stages that are not the model's own.
    fn stages(
        &mut self,
        model: &OperatingModel,
        kind: RecordKind,
        at: usize,
    ) -> BTreeMap<String, String> {
        let stages: Vec<&str> = model.stages(kind).map(|it| it.name.as_str()).collect();
        let field = model.records.get(&kind).and_then(|it| it.get("stage"));
        let spelled = field.map(|it| &it.values);
        let mut values = BTreeMap::new();
        for text in self.sample.distinct(at) {
            let known = spelled.is_some_and(|it| it.contains_key(text));
            if known || stages.contains(&text) {
                continue;
            }
            match stage_meant(text, &stages) {
                Some(stage) => {
                    values.insert(text.to_owned(), stage.to_owned());
                }
                None => self.remarks.push(format!(
                    "`{text}` is no stage of the model ({}): records there are not judged until `values` of the stage \
                     says which it is",
                    stages.join(", ")
                )),
            }
        }
        values
    }
}

/// The stage that a text means: the same in other letters, or that it is won or lost.
fn stage_meant<'m>(text: &str, stages: &[&'m str]) -> Option<&'m str> {
    let word = fields::plain(text);
    let same = stages.iter().find(|it| fields::plain(it) == word);
    let ended = ["won", "lost"].into_iter().find(|it| word.contains(it));
    let ended = ended.and_then(|end| stages.iter().find(|it| fields::plain(it).contains(end)));
    same.or(ended).copied()
}

/// How much speaks for it that the rows of a file are of a kind.
fn score(model: &OperatingModel, kind: RecordKind, name: &str, sample: &Sample) -> usize {
    let columns = fields::columns(model, kind, sample);
    let staged = model.has_journey(kind);
    if staged && !columns.contains_key("stage") {
        return 0;
    }
    let words: &[&str] = match kind {
        RecordKind::Opportunity => &["opportunit", "deal", "pipeline"],
        RecordKind::Account => &["account", "compan", "organi"],
        RecordKind::Lead | RecordKind::Contact => &["lead", "contact"],
        RecordKind::Campaign => &["campaign"],
    };
    let name = name.to_lowercase();
    let named = words.iter().any(|it| name.contains(it));
    columns.len() + if named { 3 } else { 0 }
}

/// The id of the accounts is the column in which the others' accounts are found.
fn join_accounts(guesses: &mut [(String, Guess)]) {
    let named = |(_, guess): &(String, Guess)| {
        let of_others = guess.kind.is_some_and(|it| it != RecordKind::Account);
        let at = guess.columns.get("account").filter(|_| of_others)?;
        let cells = guess.sample.distinct(*at);
        Some(cells.into_iter().map(str::to_owned).collect::<Vec<_>>())
    };
    let Some(names) = guesses.iter().find_map(named).filter(|it| !it.is_empty()) else {
        return;
    };
    for (_, guess) in guesses
        .iter_mut()
        .filter(|(_, it)| it.kind == Some(RecordKind::Account))
    {
        let found = |at: usize| {
            let cells = guess.sample.distinct(at);
            names
                .iter()
                .filter(|it| cells.contains(it.as_str()))
                .count()
        };
        let unique = (0..guess.sample.headings.len()).filter(|at| guess.sample.is_unique(*at));
        let Some(best) = unique.max_by_key(|at| (found(*at), *at == guess.id)) else {
            continue;
        };
        if found(best) > found(guess.id) || found(best) > 0 && best == guess.id {
            let remark = format!(
                "accounts are found by `{}`: {} of the {} that the other files name are there",
                guess.sample.heading(best),
                found(best),
                names.len()
            );
            guess.id = best;
            guess
                .remarks
                .retain(|it| !it.contains("is taken for the id"));
            guess.remarks.push(remark);
        }
    }
}
