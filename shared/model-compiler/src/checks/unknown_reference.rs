//! Every name that is used is given somewhere. Of a section that could not be read nothing is
//! said here; its own mistake is enough.

use crm::FieldRef;

use super::check::{Check, Problems, Reading};
use crate::{
    fixes,
    grammar::{
        Form, Keys, Names, Shape,
        catalogue::sees,
        conditions::tests,
        phrases::{Meant, fits, is_measured, meant},
        population,
        sites::Context,
    },
    problems::problem::ProblemSeverity,
    yaml::span::Span,
};

pub(super) static CHECK: Check = Check {
    name: "unknown-reference",
    about: "Every name that is used is given somewhere.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    // What else could stand in the same place, as a list.
    let mut several: &[Form] = &[];
    for site in &reading.sites.values {
        if let (Shape::Phrase(forms), Some(text)) = (site.shape, site.node.text()) {
            let at = (text, site.node.span);
            phrase(reading, problems, &site.context, (forms, several), at);
        }
        several = match site.shape {
            Shape::ByForm {
                list: Some(Shape::List(Shape::Phrase(forms))),
                ..
            } => forms,
            _ => &[],
        };
    }
    keys(reading, problems);
    in_conditions(reading, problems);
}

fn keys(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.keys {
        let names = match site.keys {
            Keys::Known(names) => names,
            Keys::Kinds => Names::Kind,
            _ => continue,
        };
        let Some(text) = site.key.text().filter(|text| *text != "<<") else {
            continue;
        };
        phrase(
            reading,
            problems,
            &site.context,
            (&[Form::Name(names)], &[]),
            (text, site.key.span),
        );
    }
}

/// The lists and the named conditions that conditions speak of.
fn in_conditions(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.tests {
        for part in tests(site.test).filter(|part| part.word == "in_list") {
            if let Some(name) = part.value.text() {
                phrase(
                    reading,
                    problems,
                    &site.context,
                    (&[Form::Name(Names::List)], &[]),
                    (name, part.value.span),
                );
            }
        }
    }
    for site in &reading.sites.named {
        if let Some(text) = site.name.text() {
            phrase(
                reading,
                problems,
                &site.context,
                (&[Form::Name(Names::Condition)], &[]),
                (text, site.name.span),
            );
        } else {
            let what = format!(
                "here stands {}, where the name of a condition is needed",
                site.name.form()
            );
            problems.at(
                &CHECK,
                site.context.file,
                site.name.span,
                what,
                "write one name of `conditions` in strategy.yaml".to_owned(),
            );
        }
    }
}

fn phrase(
    reading: &Reading<'_>,
    problems: &mut Problems<'_>,
    context: &Context<'_>,
    (forms, several): (&[Form], &[Form]),
    (text, span): (&str, Span),
) {
    let what = match meant(forms, text) {
        Some(Meant::Word(_)) => return,
        Some(Meant::Name(family, name)) => {
            if reading.known.has_at(family, context, name) {
                return;
            }
            match family {
                // A family of one kind of record that has no lifecycle is not known as a whole.
                Names::Stage => format!("there is no stage `{name}`"),
                _ if forms.len() > 1 && prefix(forms, family).is_empty() => {
                    format!("`{text}` is nothing that can stand here")
                }
                _ => format!(
                    "there is no {} `{name}`",
                    family.a().trim_start_matches("a ")
                ),
            }
        }
        Some(Meant::InStage(records, stage)) => match population::kind(records) {
            None => format!("there are no records called `{records}`"),
            Some(kind) if reading.known.has(Names::Stage, Some(kind), stage) => return,
            Some(kind) => format!("{kind} records have no stage `{stage}`"),
        },
        Some(Meant::Field(field)) => match field_fault(reading, context, forms, &field) {
            Some(fault) => fault,
            None => return,
        },
        None => format!("`{text}` is nothing that can stand here"),
    };
    let fix = fixes::names::name(reading, context, (forms, several), text);
    problems.at(&CHECK, context.file, span, what, fix);
}

fn prefix(forms: &[Form], family: Names) -> &'static str {
    forms
        .iter()
        .find_map(|form| match form {
            Form::With(word, names) if *names == family => Some(*word),
            _ => None,
        })
        .unwrap_or_default()
}

fn field_fault(
    reading: &Reading<'_>,
    context: &Context<'_>,
    forms: &[Form],
    field: &FieldRef,
) -> Option<String> {
    let Some(entry) = reading.catalogue.get(field) else {
        let missing = !reading.catalogue.has(field);
        return missing.then(|| format!("there is no field `{field}`"));
    };
    if let Some(kind) = context.kind.filter(|kind| !sees(*kind, field.kind)) {
        return Some(format!(
            "what is said of {kind} records cannot see `{field}`"
        ));
    }
    let fine = |form: &Form| match form {
        Form::Field(wanted) => fits(*wanted, &entry.holds),
        Form::Measured => is_measured(&entry.holds),
        Form::Fact => true,
        _ => false,
    };
    (!forms.iter().any(fine)).then(|| {
        format!(
            "`{field}` holds {}, which does not fit here",
            entry.holds.word()
        )
    })
}
