//! Whether a record that was found through text patterns can be written: looks for a text that
//! fits the patterns it must and none that it must not.

use std::collections::BTreeSet;

use crm::Value;

use super::{circuit::Literal, encoder::Encoder, fields::Domain, needs::Pattern};

/// So many texts are tried for one field.
const MOST_TRIED: usize = 2_000;

/// Texts that hardly anything asks for.
const PLAIN: [&str; 4] = ["x", "0", "A b", "~"];

/// Whether every text that these facts speak of can be written. Of what cannot be told, no.
pub(super) fn can_be_written(encoder: &Encoder<'_>, facts: &[Literal]) -> bool {
    let facts: BTreeSet<Literal> = facts.iter().copied().collect();
    encoder.fields.values().all(|field| match &field.domain {
        Domain::Choice { values, free, .. } => {
            let asked: Vec<(&Pattern, bool)> = free
                .iter()
                .filter_map(|(pattern, literal)| {
                    let fits = facts.contains(literal);
                    (fits || facts.contains(&!*literal)).then_some((pattern, fits))
                })
                .collect();
            let fine = |text: String| {
                let value = Value::Text(text);
                !values.contains_key(&value)
                    && asked.iter().all(|(it, fits)| it.fits(&value) == *fits)
            };
            asked.is_empty() || texts(&asked).into_iter().take(MOST_TRIED).any(fine)
        }
        Domain::Order(_) | Domain::YesNo(_) => true,
    })
}

/// Texts made of what the patterns ask for: the beginning, the parts, the end.
fn texts(asked: &[(&Pattern, bool)]) -> Vec<String> {
    let (mut starts, mut parts, mut ends) = (String::new(), Vec::new(), String::new());
    let mut pieces: BTreeSet<String> = PLAIN.map(str::to_owned).into();
    for (pattern, fits) in asked {
        match (pattern, *fits) {
            (Pattern::Contains(text), true) => parts.push(text.clone()),
            // Of two beginnings that fit one text the longer has the shorter in it; so of ends.
            (Pattern::StartsWith(text), true) if text.len() > starts.len() => {
                starts.clone_from(text);
            }
            (Pattern::EndsWith(text), true) if text.len() > ends.len() => ends.clone_from(text),
            // What a pattern must not fit can be what it excludes by name, as `[^a]` does.
            (Pattern::Matches(text), _) => pieces.extend(words_of(text)),
            _ => {}
        }
    }
    let parts = parts.join(" ");
    let mut texts = vec![
        format!("{starts}{parts}{ends}"),
        format!("{starts} {parts} {ends}"),
    ];
    texts.extend(pieces.iter().cloned());
    for piece in &pieces {
        texts.push(format!("{starts}{parts}{piece}{ends}"));
        texts.push(format!("{starts}{piece}{parts}{ends}"));
        texts.push(format!("{starts} {piece} {parts} {ends}"));
    }
    texts.retain(|text| !text.trim().is_empty());
    texts
}

/// The letters and digits of a regular expression, without what has a meaning in it.
fn words_of(pattern: &str) -> impl Iterator<Item = String> + '_ {
    let words = pattern.split(|c: char| !c.is_alphanumeric() && c != ' ');
    words.filter(|word| !word.is_empty()).map(str::to_owned)
}
