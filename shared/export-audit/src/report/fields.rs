//! How sure the fields are: filled, empty, stale, and who answers for them.

use ::metrics::Rate;
use decisions::columns::Input;
use model::{OperatingModel, Recipient};
use serde::Serialize;

use crate::{audited::OfKind, grouped::grouped, judging::name_of};

/// A field, and how sure it is.
#[derive(Debug, Clone, Serialize)]
pub struct FieldReport {
    /// The field.
    pub field: String,
    /// Who answers for its values, in words, if the model says.
    pub owner: Option<String>,
    /// For how many days a value is taken to be true after it was last changed, if the model says.
    pub fresh_for: Option<u16>,
    /// Whether any file tells it; if not, nothing is known of its values.
    pub told: bool,
    /// Open records without a value.
    pub empty: Rate,
    /// Open records with a value that is stale.
    pub stale: u64,
    /// Open records with a value of which it is not told since when.
    pub undated: u64,
}

impl FieldReport {
    /// `186 without a value`, `12 not changed for 90 days`, `of 40 it is not told when they were`; the last two where the model
    /// says how long a value is true.
    pub(crate) fn words(&self) -> Vec<String> {
        if !self.told {
            return vec!["no column tells it".to_owned()];
        }
        let mut words = vec![format!("{} without a value", grouped(self.empty.count))];
        if let Some(days) = self.fresh_for {
            let stale = grouped(self.stale);
            words.push(format!("{stale} not changed for {days} days"));
            if self.undated > 0 {
                let undated = grouped(self.undated);
                words.push(format!("of {undated} it is not told when they were"));
            }
        }
        words
    }
}

pub(super) fn fields(model: &OperatingModel, of_kind: &OfKind) -> Vec<FieldReport> {
    let tally = &of_kind.tally;
    let counts = tally.empty.iter().zip(&tally.told);
    let inputs = of_kind.plan.inputs.iter().zip(counts);
    let reports = inputs.filter_map(|((input, _), (empty, told))| {
        let field = match input {
            Input::Field(field) => Some(field),
            Input::Changed(_) | Input::Modified(_) => return None,
            Input::Created | Input::LastContact | Input::StageSince => None,
        };
        let declared = field.and_then(|it| model.records.get(&it.kind)?.get(&it.name));
        let places = of_kind.questions.fields.iter().zip(&tally.fields);
        let mut places = places.filter(|((it, _), _)| Some(it) == field);
        let (stale, undated) = places.next().map_or((0, 0), |(_, it)| (it.1, it.2));
        let report = FieldReport {
            field: name_of(input),
            owner: declared
                .and_then(|it| it.owner.as_ref())
                .map(Recipient::words),
            fresh_for: declared.and_then(|it| it.fresh_for),
            told: *told,
            empty: Rate::of(*empty, tally.open),
            stale,
            undated,
        };
        let is_told = *empty > 0 || report.owner.is_some() || report.fresh_for.is_some();
        is_told.then_some(report)
    });
    reports.collect()
}
