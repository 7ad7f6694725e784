//! The value of a field, as a scenario gives it.

use crm::{FieldType, PersonId, RecordKind, Value};

use super::reader::{Reader, a};
use crate::{
    fixes,
    yaml::{node::Node, scalars},
};
use model::Field;

pub(super) fn value(
    reader: &mut Reader<'_, '_>,
    kind: RecordKind,
    field: &Field,
    node: &Node,
) -> Option<Value> {
    let found = match field.holds {
        FieldType::Text => {
            return reader
                .text(node, "a text")
                .map(|it| Value::Text(it.to_owned()));
        }
        FieldType::OneOf => {
            let allowed = field.allowed.iter().map(String::as_str);
            let word = reader.name(node, "a value of this field", allowed)?;
            return Some(Value::Text(word.to_owned()));
        }
        FieldType::Stage => {
            return stage(reader, kind, node).map(Value::Text);
        }
        FieldType::Person => return person(reader, node).map(Value::Person),
        FieldType::Account => Err(
            "no value of its own: write the account's fields below `account:`, beside this record",
        ),
        FieldType::Boolean => reader.yes_no(node).map(Value::Boolean).ok_or("yes or no"),
        FieldType::Date => scalars::date(node)
            .map(Value::Date)
            .ok_or("a date such as 2026-12-24"),
        FieldType::Timestamp => return reader.instant(node).map(Value::Timestamp),
        // What is left is a number of some sort.
        _ => scalars::number(node)
            .map(Value::Number)
            .ok_or("a number without quotes"),
    };
    let meant = match field.holds {
        FieldType::Boolean => {
            fixes::values::yes_no(node).map(|word| format!("write `{word}`, without quotes"))
        }
        FieldType::Number | FieldType::Integer | FieldType::Money => {
            node.text().and_then(fixes::values::number)
        }
        _ => None,
    };
    found
        .map_err(|needed| {
            let found = node
                .text()
                .map_or_else(|| node.form().to_owned(), |it| format!("`{it}`"));
            let what = format!("here stands {found}, where the field needs {needed}");
            let fix = meant.unwrap_or_else(|| format!("write {needed}"));
            reader.problem(node.span, what, fix);
        })
        .ok()
}

/// The name in the model of the stage that is written.
pub(super) fn stage(reader: &mut Reader<'_, '_>, kind: RecordKind, node: &Node) -> Option<String> {
    let stages = reader.model.written_stages(kind);
    let names = stages.keys().map(String::as_str);
    let written = reader.name(node, &format!("a stage of {}", a(kind)), names)?;
    stages.get(written).map(|&name| name.to_owned())
}

/// A person of the model, or a source and an id, `crm:11003`, for somebody whom only the CRM knows.
pub(super) fn person(reader: &mut Reader<'_, '_>, node: &Node) -> Option<PersonId> {
    let stranger = node.text().map(PersonId::new).filter(PersonId::is_stranger);
    if stranger.is_some() {
        return stranger;
    }
    let people = reader.model.people.keys().map(PersonId::as_str);
    reader.name(node, "a person", people).map(PersonId::new)
}

/// A domain as a record is kept with it; none if there is nothing left of it, since a record would have no
/// value then.
pub(super) fn as_domain(reader: &mut Reader<'_, '_>, node: &Node, value: Value) -> Option<Value> {
    let Value::Text(text) = value else {
        return Some(value);
    };
    let domain = crm::domain(&text);
    if domain.is_none() {
        let what = format!("`{text}` is no domain");
        reader.problem(
            node.span,
            what,
            "write one such as `kranich.example`, or leave it out",
        );
    }
    domain.map(Value::Text)
}
