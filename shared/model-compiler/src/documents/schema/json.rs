use serde::{Serialize, Serializer, ser::SerializeMap};

/// JSON whose members keep the order in which they were said.
#[derive(Debug, Clone)]
pub(super) enum Json {
    Text(String),
    Number(i64),
    YesNo(bool),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::YesNo(yes) => serializer.serialize_bool(*yes),
            Self::List(items) => items.serialize(serializer),
            Self::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (key, value) in members {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

impl Json {
    /// The text for a file.
    pub(super) fn pretty(&self) -> String {
        // Texts, numbers and their lists can always be written.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

pub(super) fn text(text: &str) -> Json {
    Json::Text(text.to_owned())
}

pub(super) fn object<'k>(members: impl IntoIterator<Item = (&'k str, Json)>) -> Json {
    let members = members.into_iter();
    Json::Object(
        members
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    )
}

/// What stands under this name in the definitions.
pub(super) fn reference(name: &str) -> Json {
    object([("$ref", text(&format!("#/definitions/{name}")))])
}

/// A schema with what it says for people. What stands beside a reference is not read, so a
/// reference is put one level deeper.
pub(super) fn described(schema: Json, about: &str) -> Json {
    let Json::Object(mut parts) = schema else {
        return schema;
    };
    if parts.iter().any(|(key, _)| key == "$ref") {
        return object([
            ("description", text(about)),
            ("allOf", Json::List(vec![Json::Object(parts)])),
        ]);
    }
    let described = parts.iter_mut().find(|(key, _)| key == "description");
    match described {
        Some((_, Json::Text(described))) => *described = format!("{about}: {described}"),
        _ => parts.insert(0, ("description".to_owned(), text(about))),
    }
    Json::Object(parts)
}
