use super::{conditions, values};
use crate::{
    checks::check::Reading,
    fixes::nearest::listed,
    grammar::{
        Form, Keys, Names, Rest, Shape, Word,
        phrases::{Meant, choices, meant},
        sites::{Context, Site},
        spelling,
    },
    yaml::{node::Node, scalars},
};

/// How to fix a value that does not have the form of its place.
pub(crate) fn shape(reading: &Reading<'_>, site: &Site<'_>) -> String {
    let Site {
        context,
        node,
        shape,
        ..
    } = *site;
    let text = node.text();
    let special = match shape {
        Shape::YesNo => values::yes_no(node).map(|word| format!("write `{word}`, without quotes")),
        Shape::Whole { .. } | Shape::Points => text.and_then(whole),
        Shape::Number => text.and_then(values::number),
        Shape::Percent { .. } => text.and_then(values::percent),
        Shape::Value => text.and_then(values::number),
        Shape::List(inner) | Shape::MaybeEmpty(inner) => listed_as(reading, &context, inner, node),
        Shape::ByForm {
            value: None,
            list: Some(Shape::List(inner)),
            ..
        } => listed_as(reading, &context, inner, node),
        Shape::Mapping { words, rest } => text
            .and_then(|text| under_word(reading, &context, words, text))
            .or_else(|| rest.as_ref().and_then(|rest| shares(reading, rest, node))),
        Shape::Phrase(forms)
        | Shape::ByForm {
            value: Some(Shape::Phrase(forms)),
            list: None,
            ..
        } if node.is_list() => one_of_many(&context, forms, node.items()),
        _ => None,
    };
    special.unwrap_or_else(|| by_example(reading, site))
}

fn by_example(reading: &Reading<'_>, site: &Site<'_>) -> String {
    let is_hollow =
        site.node.items().is_empty() && site.node.pairs().is_empty() && site.node.text().is_none();
    let or_not = if site.optional && is_hollow {
        ", or remove the line"
    } else {
        ""
    };
    if let Shape::Phrase(forms) = site.shape {
        let choices = choices(forms, reading.known, reading.catalogue, &site.context);
        return format!("write {}{or_not}", super::names::short(&choices));
    }
    let none = if matches!(site.shape, Shape::MaybeEmpty(_)) {
        ", or `[]` for none"
    } else {
        ""
    };
    let examples = match site.shape {
        Shape::ByForm {
            value,
            list,
            mapping,
        } => {
            let forms = [value, list, mapping].into_iter().copied().flatten();
            let examples = forms.filter_map(|shape| example(reading, &site.context, shape, 0));
            examples.collect::<Vec<_>>()
        }
        shape => example(reading, &site.context, shape, 0)
            .into_iter()
            .collect(),
    };
    let examples: Vec<String> = examples.iter().map(|it| format!("`{it}`")).collect();
    if examples.is_empty() {
        return format!("write what the reference says of this place{or_not}");
    }
    format!("write for example {}{none}{or_not}", examples.join(" or "))
}

/// A whole number that is written as people write it elsewhere.
fn whole(text: &str) -> Option<String> {
    if let Some((whole, part)) = text
        .split_once('.')
        .filter(|_| scalars::has_doubtful_point(text))
    {
        return Some(format!("write `{whole}{part}`"));
    }
    values::number(text).filter(|fix| !fix.contains('.'))
}

/// What stands alone where a list is needed, as a list.
fn listed_as(
    reading: &Reading<'_>,
    context: &Context<'_>,
    inner: &Shape,
    node: &Node,
) -> Option<String> {
    let item = match (inner, &node.text()) {
        (Shape::Mapping { .. }, None) if !node.pairs().is_empty() => {
            let entry = node.in_one_line().unwrap_or_else(|| "{ … }".to_owned());
            return Some(format!(
                "make it an entry of a list, with a hyphen before it: `- {entry}`"
            ));
        }
        (Shape::Hours, Some(text)) => format!("\"{}\"", values::hours(text)?),
        (Shape::Phrase(_), Some(text)) if takes(reading, context, inner, text) => text.to_string(),
        (Shape::Value | Shape::Text, Some(_)) => node.in_one_line()?,
        _ => return None,
    };
    Some(format!("write `[{item}]`"))
}

/// One value where a mapping is needed, behind each word whose value it could be.
fn under_word(
    reading: &Reading<'_>,
    context: &Context<'_>,
    words: &'static [Word],
    text: &str,
) -> Option<String> {
    let taking = |required: bool| -> Vec<String> {
        let words = words.iter().filter(|word| word.required || !required);
        let taking = words.filter(|word| takes(reading, context, word.shape, text));
        taking
            .map(|word| format!("`{{ {}: {text} }}`", word.key))
            .collect()
    };
    let needed = taking(true);
    let written = if needed.is_empty() {
        taking(false)
    } else {
        needed
    };
    let one = (1..=3).contains(&written.len());
    one.then(|| format!("write {}", written.join(" or ")))
}

/// Whether this text is surely a value of the shape.
fn takes(reading: &Reading<'_>, context: &Context<'_>, shape: &Shape, text: &str) -> bool {
    match shape {
        Shape::Phrase(forms) => match meant(forms, text) {
            Some(Meant::Word(_)) => true,
            Some(Meant::Name(family, name)) => {
                let names = reading.known.names(family, context.kind);
                names.is_some_and(|names| names.contains(&name))
            }
            _ => false,
        },
        Shape::Amount(_) => text.parse::<business_time::BusinessAmount>().is_ok(),
        Shape::ByForm {
            value: Some(value), ..
        } => takes(reading, context, value, text),
        _ => false,
    }
}

/// Names in a list where each needs its share: `[anna, ben]` for `{ anna: 1, ben: 1 }`.
fn shares(reading: &Reading<'_>, rest: &Rest, node: &Node) -> Option<String> {
    if let (Keys::Days, true, Some(list)) = (rest.keys, node.is_list(), node.in_one_line()) {
        return Some(format!("write `{{ mon-fri: {list} }}`"));
    }
    // One length for all: the same behind each name.
    if let (Keys::Known(family), Shape::Amount(_), Some(text)) =
        (rest.keys, rest.shape, node.text())
    {
        let names = reading.known.names(family, None).unwrap_or_default();
        let fine = (1..=12).contains(&names.len())
            && text.parse::<business_time::BusinessAmount>().is_ok();
        let pairs: Vec<String> = names.iter().map(|name| format!("{name}: {text}")).collect();
        return fine.then(|| format!("write `{{ {} }}`", pairs.join(", ")));
    }
    let (Keys::Known(_), Shape::Whole { .. }) = (rest.keys, rest.shape) else {
        return None;
    };
    let names: Option<Vec<&str>> = match node.text() {
        Some(one) => Some(vec![one]),
        None => node.items().iter().map(Node::text).collect(),
    };
    let names = names.filter(|names| (1..=12).contains(&names.len()))?;
    let shares: Vec<String> = names.iter().map(|name| format!("{name}: 1")).collect();
    Some(format!("write `{{ {} }}`", shares.join(", ")))
}

/// Several values where there is room for one.
fn one_of_many(context: &Context<'_>, forms: &[Form], items: &[Node]) -> Option<String> {
    let texts: Option<Vec<&str>> = items.iter().map(Node::text).collect();
    let texts = texts.filter(|texts| !texts.is_empty() && texts.len() <= 12)?;
    if let [one] = texts.as_slice() {
        return Some(format!("write `{one}`, without brackets"));
    }
    let has = |wanted: &str| {
        forms
            .iter()
            .any(|form| matches!(form, Form::Word(word, _) if *word == wanted))
    };
    let each = |word: &str| {
        let steps: Vec<String> = texts
            .iter()
            .map(|it| format!("`{{ {word}: {it} }}`"))
            .collect();
        steps.join(" and ")
    };
    Some(match context.section {
        "clocks" if has("manager") => {
            format!(
                "write a step for each, one below the other: {}",
                each("tell")
            )
        }
        "routing" if has("nobody") => {
            let weights: Vec<String> = texts.iter().map(|it| format!("{it}: 1")).collect();
            format!(
                "make a pool of them in people.yaml, `weights: {{ {} }}`, and write `pool` and its name",
                weights.join(", ")
            )
        }
        "digests" | "reviews" if has("working_day") => format!(
            "write one of them, and the same again under another name for each other: {}",
            each("every")
        ),
        _ => format!("only one can stand here: write {}", listed(texts)),
    })
}

/// A value of this shape as it could stand here, if a short one can be told.
fn example(
    reading: &Reading<'_>,
    context: &Context<'_>,
    shape: &'static Shape,
    depth: u8,
) -> Option<String> {
    const DEEPEST: u8 = 2;
    const LONGEST: usize = 120;
    if let Some(spelling) = spelling::of(shape) {
        return Some(spelling.example.to_owned());
    }
    let written = match shape {
        Shape::Phrase(forms) => choices(forms, reading.known, reading.catalogue, context)
            .into_iter()
            .next()?,
        Shape::Condition | Shape::Catch => conditions::example(reading, context),
        _ if depth >= DEEPEST => "…".to_owned(),
        Shape::List(inner) | Shape::MaybeEmpty(inner) => {
            format!("[{}]", example(reading, context, inner, depth + 1)?)
        }
        Shape::Mapping { words, rest } => {
            let required = words.iter().filter(|word| word.required);
            let mut pairs: Vec<(String, &'static Shape)> = required
                .map(|word| (word.key.to_owned(), word.shape))
                .collect();
            if let Some(rest) = rest {
                pairs.push((key(reading, rest.keys)?, rest.shape));
            }
            if pairs.is_empty() {
                pairs.extend(words.first().map(|word| (word.key.to_owned(), word.shape)));
            }
            let pair = |(key, shape): &(String, &'static Shape)| {
                Some(format!(
                    "{key}: {}",
                    example(reading, context, shape, depth + 1)?
                ))
            };
            let pairs: Option<Vec<String>> = pairs.iter().map(pair).collect();
            format!("{{ {} }}", pairs?.join(", "))
        }
        Shape::ByForm {
            value,
            list,
            mapping,
        } => {
            let first = value.or(*list).or(*mapping)?;
            example(reading, context, first, depth)?
        }
        _ => return None,
    };
    (written.chars().count() <= LONGEST).then_some(written)
}

/// A key of this family.
fn key(reading: &Reading<'_>, keys: Keys) -> Option<String> {
    let name = |names: Names| {
        reading
            .known
            .names(names, None)?
            .first()
            .map(|&name| name.to_owned())
    };
    Some(match keys {
        Keys::Known(names) => name(names)?,
        Keys::Kinds => "lead".to_owned(),
        Keys::Days => "mon-fri".to_owned(),
        Keys::Dates => "\"2026-12-24\"".to_owned(),
        Keys::New(_) | Keys::Fields | Keys::Spellings | Keys::Values | Keys::Set => {
            spelling::keys(keys).1.to_owned()
        }
    })
}
