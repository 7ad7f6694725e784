//! The grammar as JSON Schema, one for each file, so that editors complete, explain and underline
//! while somebody types. Draft 7, which the YAML language server reads.
//!
//! A schema knows the words of the language, not the names of one model: it lets everything through
//! that [`check`](crate::check) lets through, and more.

mod conditions;
mod json;

use crm::RecordKind;

use crate::grammar::{
    self, Form, Keys, Rest, Shape, Word,
    spelling::{self, ReadAs, Spoken},
};
use json::{Json, described, object, reference, text};
use model::ModelFile;

/// The schema of a file: JSON, ending with a line break, the same bytes at each call.
#[must_use]
pub fn of(file: ModelFile) -> String {
    let mut schema = Schema::default();
    let Json::Object(root) = schema.shape(grammar::of(file), "") else {
        return String::new();
    };
    let mut all = vec![
        (
            "$schema".to_owned(),
            text("http://json-schema.org/draft-07/schema#"),
        ),
        ("title".to_owned(), text(file.name())),
    ];
    all.extend(root);
    conditions::define(&mut schema.definitions);
    schema.definitions.sort_by(|(a, _), (b, _)| a.cmp(b));
    all.push(("definitions".to_owned(), Json::Object(schema.definitions)));
    Json::Object(all).pretty()
}

/// The name of a file's schema, for example `strategy.json`.
#[must_use]
pub fn name(file: ModelFile) -> String {
    file.name().replace(".yaml", ".json")
}

/// What has been described once and is referred to from several places.
#[derive(Debug, Default)]
struct Schema {
    definitions: Vec<(String, Json)>,
}

impl Schema {
    fn shape(&mut self, shape: &'static Shape, path: &str) -> Json {
        if let Some(spelling) = spelling::of(shape) {
            return scalar(&spelling.read_as);
        }
        match shape {
            Shape::Phrase(forms) => phrase(forms),
            Shape::List(inner) => object([
                ("type", text("array")),
                ("minItems", Json::Number(1)),
                ("items", self.shape(inner, path)),
            ]),
            Shape::MaybeEmpty(inner) => {
                object([("type", text("array")), ("items", self.shape(inner, path))])
            }
            Shape::Mapping { words, rest } => self.mapping(words, rest.as_ref(), path),
            Shape::Catch => object([("anyOf", Json::List(vec![phrase(CATCH_ALL), condition()]))]),
            Shape::ByForm {
                value,
                list,
                mapping,
            } => {
                let forms = [value, list, mapping].into_iter().copied().flatten();
                let forms: Vec<Json> = forms.map(|shape| self.shape(shape, path)).collect();
                object([("anyOf", Json::List(forms))])
            }
            _ => condition(),
        }
    }

    fn mapping(&mut self, words: &'static [Word], rest: Option<&Rest>, path: &str) -> Json {
        let mut properties = Vec::new();
        let mut patterns = Vec::new();
        for word in words {
            let path = format!(
                "{path}{}{}",
                if path.is_empty() { "" } else { "." },
                word.key
            );
            let schema = self.shape(word.shape, &path);
            properties.push((word.key.to_owned(), described(schema, word.about)));
        }
        if let Some(rest) = rest {
            let (says, _, pattern) = spelling::keys(rest.keys);
            let schema = self.shape(rest.shape, path);
            if rest.keys == Keys::Kinds {
                let schema = self.shared(path, schema);
                let kinds = RecordKind::ALL.map(RecordKind::word);
                properties.extend(kinds.map(|kind| (kind.to_owned(), schema.clone())));
            } else {
                patterns.push((other_than(words, &pattern), described(schema, &says)));
            }
        }
        let required = words.iter().filter(|word| word.required);
        let required: Vec<Json> = required.map(|word| text(word.key)).collect();
        let mut mapping = vec![("type", text("object"))];
        if rest.is_some_and(|rest| rest.needed) {
            mapping.push(("minProperties", Json::Number(1)));
        }
        if !required.is_empty() {
            mapping.push(("required", Json::List(required)));
        }
        if !properties.is_empty() {
            mapping.push(("properties", Json::Object(properties)));
        }
        if !patterns.is_empty() {
            // Some validators take an empty pattern for none.
            for (pattern, _) in &mut patterns {
                if pattern.is_empty() {
                    "^".clone_into(pattern);
                }
            }
            mapping.push(("patternProperties", Json::Object(patterns)));
        }
        mapping.push(("additionalProperties", Json::YesNo(false)));
        object(mapping)
    }

    /// A reference to a schema that is the same for several keys.
    fn shared(&mut self, path: &str, schema: Json) -> Json {
        self.definitions.push((path.to_owned(), schema));
        reference(path)
    }
}

/// A pattern of keys that does not fit the known words.
fn other_than(words: &[Word], pattern: &str) -> String {
    let known: Vec<&str> = words.iter().map(|word| word.key).collect();
    match pattern.strip_prefix('^') {
        Some(rest) if !known.is_empty() => format!("^(?!({})$){rest}", known.join("|")),
        None if !known.is_empty() && pattern.is_empty() => format!("^(?!({})$)", known.join("|")),
        _ => pattern.to_owned(),
    }
}

/// What catches everything in a first-match list.
const CATCH_ALL: &[Form] = &[
    Form::Word("otherwise", "whatever no entry above has caught"),
    Form::Word(
        "unknown",
        "what cannot be known, because a field has no value",
    ),
];

fn condition() -> Json {
    reference("condition")
}

fn scalar(read_as: &ReadAs) -> Json {
    match read_as {
        ReadAs::Text(None) => object([("type", text("string"))]),
        ReadAs::Text(Some(pattern)) => {
            object([("type", text("string")), ("pattern", text(pattern))])
        }
        ReadAs::TextOrNumber => {
            object([("type", Json::List(vec![text("string"), text("number")]))])
        }
        ReadAs::Whole(least, most) => object([
            ("type", text("integer")),
            ("minimum", Json::Number(*least)),
            ("maximum", Json::Number(*most)),
        ]),
        ReadAs::Number(None) => object([("type", text("number"))]),
        ReadAs::Number(Some((least, most))) => object([
            ("type", text("number")),
            ("minimum", Json::Number(*least)),
            ("maximum", Json::Number(*most)),
        ]),
        ReadAs::Words(words) => object([(
            "enum",
            Json::List(words.iter().map(|it| text(it)).collect()),
        )]),
    }
}

/// One of several forms: words are offered as they are, names by a pattern.
fn phrase(forms: &[Form]) -> Json {
    let one = |spoken: Spoken| {
        let description = ("description", text(&spoken.says));
        if spoken.fixed {
            object([("const", text(&spoken.written)), description])
        } else {
            object([
                ("type", text("string")),
                ("pattern", text(&spoken.pattern)),
                description,
            ])
        }
    };
    let mut forms: Vec<Json> = spelling::spoken(forms).into_iter().map(one).collect();
    match forms.len() {
        1 => forms.remove(0),
        _ => object([("anyOf", Json::List(forms))]),
    }
}
