use crate::{
    checks::check::Reading,
    fixes::nearest::{listed, nearest},
    grammar::{Form, Names, phrases::choices, sites::Context},
    yaml::node::Node,
};
use model::ModelFile;

/// How to fix a text that is none of the forms that can stand here, alone or in a list.
pub(crate) fn name(
    reading: &Reading<'_>,
    context: &Context<'_>,
    (forms, several): (&[Form], &[Form]),
    text: &str,
) -> String {
    if let Some(meant) = written_otherwise(reading, context, forms, text) {
        return format!("write `{meant}`");
    }
    if let Some(meant) = written_otherwise(reading, context, several, text) {
        return format!("write `[{meant}]`");
    }
    let choices = choices(forms, reading.known, reading.catalogue, context);
    // A field without its kind of record.
    let fields = choices.iter().map(String::as_str);
    let fields = fields.filter(|it| it.split_once('.').is_some_and(|(_, name)| name == text));
    let fields: Vec<&str> = fields.collect();
    if !fields.is_empty() {
        return format!("write {}", listed(fields));
    }
    match nearest(text, choices.iter().map(String::as_str)) {
        Some(near) => format!("write `{near}`"),
        None if forms
            .iter()
            .any(|it| matches!(it, Form::Field(_) | Form::Measured | Form::Fact))
            && text.contains('.') =>
        {
            let fields = choices.iter().filter(|it| it.contains('.'));
            format!(
                "of fields, {} can stand here",
                listed(fields.map(String::as_str))
            )
        }
        None => match home(forms) {
            Some(home) if choices.is_empty() => format!("add the name to {home}"),
            Some(home) => format!(
                "what can stand here is {}; or add the name to {home}",
                short(&choices)
            ),
            None => format!("what can stand here is {}", short(&choices)),
        },
    }
}

/// What was meant by a name that is there, but is not written so.
fn written_otherwise(
    reading: &Reading<'_>,
    context: &Context<'_>,
    forms: &[Form],
    text: &str,
) -> Option<String> {
    let is_known = |family, name: &str| {
        reading
            .known
            .names_at(family, context)
            .is_some_and(|names| names.contains(&name))
    };
    let behind = text.rsplit_once(' ').map(|(_, name)| name);
    let person = person(reading, text);
    forms.iter().find_map(|form| match *form {
        // `manager` for `ask manager`.
        Form::Word(word, _) => {
            let last = word.rsplit_once(' ').map(|(_, last)| last);
            (last == Some(text)).then(|| word.to_owned())
        }
        Form::With(word, family) if is_known(family, text) => Some(format!("{word} {text}")),
        Form::With(word, Names::Person) => person.map(|name| format!("{word} {name}")),
        Form::Name(family) if is_known(family, text) => Some(text.to_owned()),
        // `person jonas` for `jonas`.
        Form::Name(Names::Person) => person
            .or(behind.filter(|name| is_known(Names::Person, name)))
            .map(str::to_owned),
        _ => None,
    })
}

/// The name in the model of somebody who is called so, or has this address.
fn person<'r>(reading: &'r Reading<'_>, text: &str) -> Option<&'r str> {
    let people = reading.trees.get(&ModelFile::People)?.get("people")?;
    let is = |node: &Node| {
        let words = ["name", "email"]
            .into_iter()
            .filter_map(|word| node.text_of(word));
        words.into_iter().any(|it| it.eq_ignore_ascii_case(text))
    };
    people
        .entries()
        .find(|(_, _, node)| is(node))
        .map(|(name, ..)| name)
}

/// The choices; of those that differ in the day of the week only, those of one day.
pub(crate) fn short(choices: &[String]) -> String {
    const OTHERS: [&str; 6] = [
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let of_others = |text: &&str| text.split(' ').any(|word| OTHERS.contains(&word));
    let all = || choices.iter().map(String::as_str);
    if all().any(|text| text == "monday") && all().any(|text| of_others(&text)) {
        let one = all().filter(|text| !of_others(text));
        return format!("{}, and the same with another day of the week", listed(one));
    }
    listed(all())
}

/// Where a new name would be given.
fn home(forms: &[Form]) -> Option<String> {
    let [Form::Name(names)] = forms else {
        return None;
    };
    let (file, word) = names.home()?;
    Some(format!("`{word}` in {}", file.name()))
}
