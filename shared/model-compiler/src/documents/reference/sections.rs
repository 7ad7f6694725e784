use super::{tables, values};
use crate::{
    Texts,
    grammar::{self, Rest, Shape, Word, spelling},
};
use model::ModelFile;

/// What can stand in a file: each section with an example, and tables of its words.
pub(super) fn of(file: ModelFile, example: &Texts) -> String {
    let mut text = format!("\n## {}: {}\n", file.name(), about(file));
    let Shape::Mapping { words, .. } = grammar::of(file) else {
        return text;
    };
    let example = example.of(file).unwrap_or_default();
    for word in *words {
        text += &section(word, example);
    }
    text
}

/// What a file is for.
const fn about(file: ModelFile) -> &'static str {
    match file {
        ModelFile::Strategy => "who we sell to, said once and used everywhere",
        ModelFile::Metrics => "what we count, and who answers for the number",
        ModelFile::Processes => "stages and gates, routing, clocks",
        ModelFile::Technology => "records and fields, and how the CRM calls them",
        ModelFile::Governance => "what counts as a deviation, who answers it, who reads what",
        ModelFile::People => "calendars, teams, people, pools",
    }
}

fn section(word: &Word, example: &str) -> String {
    let needed = if word.required {
        "It must be there."
    } else {
        "It may be left out."
    };
    let says = capital(word.about);
    let mut text = format!("\n### {}\n\n{says}. {needed}\n", word.key);
    if let Some(example) = cut(example, word.key) {
        text += &format!("\n```yaml\n{example}\n```\n");
    }
    if values::has_parts(word.shape) {
        parts(word.shape, word.key, &mut text);
    } else {
        text += &format!("\nIts value: {}.\n", values::in_words(word.shape));
    }
    text
}

/// A section of an example, with the comments in it.
fn cut(example: &str, key: &str) -> Option<String> {
    let begins = |line: &str| line.starts_with(|c: char| c.is_ascii_lowercase());
    let head = format!("{key}:");
    let mut lines = example.lines().skip_while(|line| !line.starts_with(&head));
    let first = lines.next()?;
    let rest = lines.take_while(|line| !begins(line) && !line.starts_with('#'));
    let all: Vec<&str> = std::iter::once(first).chain(rest).collect();
    Some(all.join("\n").trim_end().to_owned())
}

/// What stands below a key, and what stands below that.
fn parts(shape: &Shape, path: &str, text: &mut String) {
    match shape {
        Shape::Mapping { words, rest } => {
            if words.is_empty() {
                if let Some(rest) = rest {
                    let (keys, ..) = spelling::keys(rest.keys);
                    let value = values::in_words(rest.shape);
                    *text += &format!("\nIn `{path}` each key is {keys}; its value is {value}.\n");
                }
            } else {
                *text += &format!("\n`{path}`:\n\n{}", tables::words(words, rest.as_ref()));
            }
            below(words, rest.as_ref(), path, text);
        }
        Shape::List(inner) | Shape::MaybeEmpty(inner) => {
            parts(inner, &format!("{path}[]"), text);
        }
        Shape::ByForm {
            value,
            list,
            mapping,
        } => {
            for shape in [value, list, mapping].into_iter().copied().flatten() {
                parts(shape, path, text);
            }
        }
        _ => {}
    }
}

fn below(words: &[Word], rest: Option<&Rest>, path: &str, text: &mut String) {
    for word in words {
        parts(word.shape, &format!("{path}.{}", word.key), text);
    }
    if let Some(rest) = rest {
        let (_, name, _) = spelling::keys(rest.keys);
        parts(rest.shape, &format!("{path}.{name}"), text);
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().collect::<String>() + letters.as_str(),
        None => String::new(),
    }
}
