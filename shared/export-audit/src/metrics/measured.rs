//! The number or the length of time that a metric measures, read from a row.

use ::metrics::Quantity;
use crm::{FieldRef, FieldType, Value};
use decisions::{
    Rules,
    columns::Input,
    metrics::{in_millionths, of_field, of_number, of_value},
};
use jiff::Timestamp;

use crate::{
    cell::{self, Form, People},
    moments, numbers,
    row::Row,
    table::{Cell, Table},
};

/// Where a value is found.
#[derive(Debug)]
pub(crate) struct Measured {
    field: FieldRef,
    /// The input that it is read from, if it is no more than that.
    plain: Option<Input>,
}

impl Measured {
    pub(crate) fn of(rules: &Rules, field: &FieldRef) -> Self {
        let declared = rules.model.records.get(&field.kind);
        let declared = declared.is_some_and(|it| it.contains_key(&field.name));
        let plain = match field.name.as_str() {
            _ if declared => Some(Input::Field(field.clone())),
            "age" => Some(Input::Created),
            "time_in_stage" => Some(Input::StageSince),
            _ => None,
        };
        Self {
            field: field.clone(),
            plain,
        }
    }

    /// The value of a row; `made` makes a record of it where its cell alone does not tell.
    pub(crate) fn value(
        &self,
        row: &csv::ByteRecord,
        table: &Table,
        people: &People,
        rules: &Rules,
        now: Timestamp,
        made: impl FnOnce() -> Row,
    ) -> Option<Quantity> {
        let cell = self.plain.as_ref().and_then(|it| table.cells.get(it));
        match cell {
            Some(cell) => of_cell(
                row.get(cell.at).unwrap_or_default(),
                cell,
                &table.form,
                people,
                now,
            ),
            None => of_field(made().facts(rules, now).look(&self.field), now),
        }
    }
}

fn of_cell(
    text: &[u8],
    cell: &Cell,
    form: &Form,
    people: &People,
    now: Timestamp,
) -> Option<Quantity> {
    let spelled = !cell.mapping.values.is_empty() || cell.mapping.otherwise.is_some();
    if !spelled && form.no_value.is_empty() {
        match cell.mapping.holds {
            FieldType::Number | FieldType::Money => {
                if let Some(plain) = numbers::plain(text, form.decimal) {
                    return in_millionths(i128::from(plain.digits), plain.scale);
                }
            }
            FieldType::Timestamp => {
                if let Some((seconds, nanoseconds)) = moments::in_utc(text) {
                    let at = Timestamp::new(seconds, nanoseconds).ok()?;
                    return of_value(&Value::Timestamp(at), now);
                }
            }
            _ => {}
        }
    }
    let text = String::from_utf8_lossy(text);
    let value = cell::read(&text, &cell.mapping, form, people).ok()??;
    of_value(&value, now)
}

/// The number that a value is, if it is one.
pub(crate) fn number_of(value: &Value) -> Option<Quantity> {
    match value {
        Value::Number(number) => of_number(*number),
        _ => None,
    }
}
