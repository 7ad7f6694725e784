//! The text of a cell → a value of the model.

use std::collections::BTreeMap;

use crm::{FieldMapping, FieldType, PersonId, SourceName, Value};
use jiff::{Timestamp, tz::TimeZone};

use crate::{
    layout::{DateOrder, DecimalMark},
    moments, numbers,
};

/// How the cells of one file are written.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) decimal: DecimalMark,
    pub(crate) dates: DateOrder,
    pub(crate) zone: TimeZone,
    pub(crate) no_value: Vec<String>,
    pub(crate) yes: Vec<String>,
    pub(crate) no: Vec<String>,
}

/// Who is meant by a text in a column of people.
#[derive(Debug)]
pub(crate) struct People {
    source: SourceName,
    known: BTreeMap<String, PersonId>,
}

impl People {
    /// The people of a model, by their names in it, full names, mail addresses and ids in the sources.
    pub(crate) fn of(model: &model::OperatingModel, source: SourceName) -> Self {
        let mut known = BTreeMap::new();
        for (id, person) in &model.people {
            let texts = [id.as_str(), &person.name, &person.email];
            let ids = person.crm.values().map(String::as_str);
            for text in texts.into_iter().chain(ids) {
                known.insert(text.to_lowercase(), id.clone());
            }
        }
        Self { source, known }
    }

    /// Where no column holds people.
    pub(crate) const fn nobody(source: SourceName) -> Self {
        Self {
            source,
            known: BTreeMap::new(),
        }
    }

    fn who(&self, text: &str) -> PersonId {
        let known = self.known.get(&text.to_lowercase());
        known.map_or_else(|| PersonId::stranger(&self.source, text), Clone::clone)
    }
}

/// Why a cell has a text and no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unfit {
    /// It is not of the field's type.
    OtherType(FieldType),
    /// It is not in the field's list.
    NotInList,
    /// The lifecycle has no such stage.
    NoStage,
    /// The clocks were changed at that time, so that it is there twice or not at all.
    Ambiguous,
}

impl Unfit {
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::OtherType(FieldType::Boolean) => "is neither yes nor no",
            Self::OtherType(FieldType::Integer) => "is no whole number",
            Self::OtherType(FieldType::Number | FieldType::Money) => "is no number",
            Self::OtherType(FieldType::Date) => "is no date",
            Self::OtherType(FieldType::Timestamp) => "is no time",
            Self::OtherType(_) => "does not fit",
            Self::NotInList => "is not in the list of the field",
            Self::NoStage => "is no stage of the model",
            Self::Ambiguous => "is there twice or not at all, since the clocks were changed then",
        }
    }
}

/// Reads the text of a cell; nothing if it means that there is no value.
pub(crate) fn read(
    text: &str,
    field: &FieldMapping,
    form: &Form,
    people: &People,
) -> Result<Option<Value>, Unfit> {
    let text = text.trim();
    if text.is_empty() || form.no_value.iter().any(|it| it == text) {
        return Ok(None);
    }
    let text = field.in_our_words(text).ok_or(Unfit::NotInList)?;
    let other = Unfit::OtherType(field.holds);
    let value = match field.holds {
        FieldType::Text if field.domain => return Ok(crm::domain(text).map(Value::Text)),
        FieldType::Stage if !field.allowed.iter().any(|it| it == text) => {
            return Err(Unfit::NoStage);
        }
        FieldType::Text | FieldType::OneOf | FieldType::Stage | FieldType::Account => {
            Value::Text(text.to_owned())
        }
        FieldType::Number | FieldType::Money => {
            Value::Number(numbers::number(text, form.decimal).ok_or(other)?)
        }
        FieldType::Integer => {
            let number = numbers::number(text, form.decimal);
            Value::Number(number.filter(crm::Decimal::is_integer).ok_or(other)?)
        }
        FieldType::Boolean => Value::Boolean(boolean(text, form).ok_or(other)?),
        FieldType::Date => Value::Date(moments::day(text, form.dates).ok_or(other)?),
        FieldType::Timestamp => {
            if let Some((seconds, nanoseconds)) = moments::in_utc(text.as_bytes()) {
                let at = Timestamp::new(seconds, nanoseconds);
                return at.map(|at| Some(Value::Timestamp(at))).map_err(|_| other);
            }
            let moment = moments::moment(text, form.dates).ok_or(other)?;
            Value::Timestamp(moment.at(&form.zone).ok_or(Unfit::Ambiguous)?)
        }
        FieldType::Person => Value::Person(people.who(text)),
    };
    Ok(Some(value))
}

fn boolean(text: &str, form: &Form) -> Option<bool> {
    let is = |words: &[String]| {
        words
            .iter()
            .any(|it| it.to_lowercase() == text.to_lowercase())
    };
    if is(&form.yes) {
        Some(true)
    } else {
        is(&form.no).then_some(false)
    }
}
