//! Values of a model, compared to the last leaf.

use serde_json::Value;

use super::line::Line;

/// What differs between two values, each with the way to it.
pub(super) fn lines(before: &Value, after: &Value) -> Vec<Line> {
    let mut found = Vec::new();
    walk(&mut Vec::new(), (before, after), &mut found);
    found
}

/// The parts of two values that are not the same.
pub(super) fn apart(before: &Value, after: &Value) -> Vec<Value> {
    match (before, after) {
        (Value::Object(one), Value::Object(other)) => {
            let keys: std::collections::BTreeSet<&String> =
                one.keys().chain(other.keys()).collect();
            let mut found = Vec::new();
            for key in keys {
                match (one.get(key), other.get(key)) {
                    (Some(one), Some(other)) => {
                        let inside = apart(one, other);
                        // Under a name whose value changed the name is concerned as well.
                        found.extend((!inside.is_empty()).then(|| Value::String(key.clone())));
                        found.extend(inside);
                    }
                    (one, other) => {
                        found.push(Value::String(key.clone()));
                        found.extend(one.or(other).cloned());
                    }
                }
            }
            found
        }
        (one, other) if one == other => Vec::new(),
        (one, other) => vec![one.clone(), other.clone()],
    }
}

fn walk(way: &mut Vec<String>, (before, after): (&Value, &Value), found: &mut Vec<Line>) {
    if before == after {
        return;
    }
    let line = |before: String, after: String| Line {
        what: if way.is_empty() {
            "it".to_owned()
        } else {
            way.join(" ")
        },
        before,
        after,
    };
    match (before, after) {
        (Value::Object(one), Value::Object(other)) => {
            let keys: std::collections::BTreeSet<&String> =
                one.keys().chain(other.keys()).collect();
            for key in keys {
                way.push(key.replace('_', " "));
                let none = Value::Null;
                let both = (
                    one.get(key).unwrap_or(&none),
                    other.get(key).unwrap_or(&none),
                );
                walk(way, both, found);
                way.pop();
            }
        }
        (Value::Array(one), Value::Array(other)) if is_flat(one) && is_flat(other) => {
            let without = |all: &[Value], those: &[Value]| {
                let rest = all.iter().filter(|it| !those.contains(it));
                rest.map(said).collect::<Vec<_>>().join(", ")
            };
            let (gone, new) = (without(one, other), without(other, one));
            if gone.is_empty() && new.is_empty() {
                let all = |values: &[Value]| values.iter().map(said).collect::<Vec<_>>().join(", ");
                found.push(line(all(one), all(other)));
                return;
            }
            let (before, after) = match (gone.is_empty(), new.is_empty()) {
                (true, _) => ("as before".to_owned(), format!("also {new}")),
                (false, true) => (format!("with {gone}"), "without".to_owned()),
                (false, false) => (format!("with {gone}"), format!("{new} in its place")),
            };
            found.push(line(before, after));
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for ((one, other), number) in one.iter().zip(other).zip(1..) {
                way.push(number.to_string());
                walk(way, (one, other), found);
                way.pop();
            }
        }
        (one, other) => found.push(line(said(one), said(other))),
    }
}

fn is_flat(values: &[Value]) -> bool {
    values.iter().all(|it| !it.is_array() && !it.is_object())
}

/// A value on one line, as YAML writes it in a row.
fn said(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(said).collect();
            format!("[{}]", values.join(", "))
        }
        Value::Object(map) => {
            let pairs = map.iter().filter(|(_, value)| !value.is_null());
            let pairs: Vec<String> = pairs
                .map(|(key, value)| format!("{key}: {}", said(value)))
                .collect();
            format!("{{ {} }}", pairs.join(", "))
        }
    }
}
