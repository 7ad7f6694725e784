//! Texts that take one of several forms: a word, a name, or a word and a name.

use crm::{FieldRef, FieldType, RecordKind};

use crate::grammar::{
    Form, Names,
    catalogue::{Catalogue, Holds, sees, written},
    names::Known,
    sites::Context,
};

/// What a text turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meant<'t> {
    Word(&'static str),
    Name(Names, &'t str),
    Field(FieldRef),
    /// Records, and the stage at which they are.
    InStage(&'t str, &'t str),
}

/// Which of the forms a text takes, whether or not its name exists. A form with a name in it
/// comes last in every list, so a fixed word is never taken for a name.
pub(crate) fn meant<'t>(forms: &[Form], text: &'t str) -> Option<Meant<'t>> {
    forms.iter().find_map(|form| match *form {
        Form::Word(word, _) | Form::Planned(word, _) => (word == text).then_some(Meant::Word(word)),
        Form::InStage => {
            let (records, stage) = text.split_once(" in ")?;
            Some(Meant::InStage(records.trim(), stage.trim()))
        }
        Form::With(word, names) => {
            let name = text.strip_prefix(word)?.strip_prefix(' ')?.trim();
            Some(Meant::Name(names, name))
        }
        Form::Field(_) | Form::Measured | Form::Fact => text.parse().ok().map(Meant::Field),
        Form::Name(names) => Some(Meant::Name(names, text)),
    })
}

/// Everything that could stand there, for suggestions.
pub(crate) fn choices(
    forms: &[Form],
    known: &Known<'_>,
    catalogue: &Catalogue,
    context: &Context<'_>,
) -> Vec<String> {
    let mut choices = Vec::new();
    let names = |names| {
        known
            .names_at(names, context)
            .unwrap_or_default()
            .into_iter()
    };
    for form in forms {
        match *form {
            Form::Word(word, _) | Form::Planned(word, _) => choices.push(word.to_owned()),
            Form::InStage => choices.extend(in_stages(known)),
            Form::With(word, family) => {
                choices.extend(names(family).map(|name| format!("{word} {name}")))
            }
            Form::Name(family) => choices.extend(names(family).map(str::to_owned)),
            Form::Field(wanted) => {
                choices.extend(fields(catalogue, context, |holds| fits(wanted, holds)));
            }
            Form::Measured => choices.extend(fields(catalogue, context, is_measured)),
            Form::Fact => choices.extend(fields(catalogue, context, |_| true)),
        }
    }
    choices
}

/// Every kind of records at each of its stages.
fn in_stages(known: &Known<'_>) -> Vec<String> {
    let of_kind = |kind: RecordKind| {
        let stages = known.names(Names::Stage, Some(kind)).unwrap_or_default();
        stages
            .into_iter()
            .map(move |stage| format!("{} in {stage}", kind.plural()))
    };
    RecordKind::ALL.into_iter().flat_map(of_kind).collect()
}

/// The fields at hand that hold what fits.
fn fields(
    catalogue: &Catalogue,
    context: &Context<'_>,
    fits: impl Fn(&Holds) -> bool,
) -> Vec<String> {
    catalogue
        .fields()
        .filter(|(field, entry)| {
            // A field with a dot in its name, such as `deviation.NAME`, stands in conditions only.
            !field.name.contains('.')
                && context.kind.is_none_or(|kind| sees(kind, field.kind))
                && fits(&entry.holds)
        })
        .map(|(field, _)| written(field))
        .collect()
}

/// Whether a field of this content can be measured: it holds a number or a length of time.
pub(crate) const fn is_measured(holds: &Holds) -> bool {
    matches!(holds, Holds::Number | Holds::Length(_))
}

/// Whether a field of this content is of the wanted type. Stages are words of a closed list too.
pub(crate) fn fits(wanted: FieldType, holds: &Holds) -> bool {
    match wanted {
        FieldType::Person => *holds == Holds::Person,
        FieldType::OneOf => matches!(holds, Holds::OneOf(_)),
        FieldType::Text => *holds == Holds::Text,
        FieldType::Number => *holds == Holds::Number,
        FieldType::Timestamp => *holds == Holds::Timestamp,
        FieldType::Date => *holds == Holds::Date,
        _ => false,
    }
}
