use super::{parts::place, stages};
use crate::{
    checks::check::Reading,
    grammar::conditions::{no_value, operator, tests},
    yaml::node::Node,
};
use model::{Condition, Criterion, ModelFile, Operator, Test, When};

/// Named conditions that are met or not met.
pub(super) fn criteria(
    reading: &Reading<'_>,
    file: ModelFile,
    node: &Node,
) -> Option<Vec<Criterion>> {
    criteria_beside(reading, file, node, "")
}

/// Named conditions that are met or not met, beside a word that is none of them.
pub(super) fn criteria_beside(
    reading: &Reading<'_>,
    file: ModelFile,
    node: &Node,
    word: &str,
) -> Option<Vec<Criterion>> {
    let build = |(name, key, when): (&str, &Node, &Node)| {
        Some(Criterion {
            name: name.to_owned(),
            when: condition(reading, file, when)?,
            place: place(file, key.span),
        })
    };
    let named = node.entries().filter(|(name, ..)| *name != word);
    named.map(build).collect()
}

/// When an entry of a first-match list wins.
pub(super) fn when(reading: &Reading<'_>, file: ModelFile, node: &Node) -> Option<When> {
    match node.text() {
        Some("otherwise") => Some(When::Otherwise),
        Some("unknown") => Some(When::Unknown),
        _ => condition(reading, file, node).map(When::Holds),
    }
}

/// A condition; a single part stands for itself.
pub(super) fn condition(reading: &Reading<'_>, file: ModelFile, node: &Node) -> Option<Condition> {
    let mut parts = Vec::new();
    for (text, key, value) in node.entries() {
        match text {
            "all" => parts.push(Condition::All(several(reading, file, value)?)),
            "any" => parts.push(Condition::Any(several(reading, file, value)?)),
            "none" => parts.push(Condition::None(several(reading, file, value)?)),
            "is" => parts.push(Condition::Is(
                value.text()?.to_owned(),
                place(file, key.span),
            )),
            _ => parts.extend(field_tests(reading, file, key, value)?),
        }
    }
    match parts.len() {
        0 => None,
        1 => parts.pop(),
        _ => Some(Condition::All(parts)),
    }
}

fn several(reading: &Reading<'_>, file: ModelFile, node: &Node) -> Option<Vec<Condition>> {
    node.items()
        .iter()
        .map(|item| condition(reading, file, item))
        .collect()
}

fn field_tests(
    reading: &Reading<'_>,
    file: ModelFile,
    key: &Node,
    value: &Node,
) -> Option<Vec<Condition>> {
    let field = reading.catalogue.field(key.text()?)?;
    let holds = &reading.catalogue.get(&field)?.holds;
    let test = |operator| {
        Condition::Test(Test {
            operator: stages::of_test(reading, &field, operator),
            field: field.clone(),
            place: place(file, key.span),
        })
    };
    let tests = tests(value).map(|part| {
        let operator = operator(holds, &part, reading.known, |name| reading.list(name));
        operator.ok().map(test)
    });
    let tests: Vec<Condition> = tests.collect::<Option<_>>()?;
    Some(match no_value(value) {
        None => tests,
        Some(false) => {
            let present = test(Operator::Present(true));
            std::iter::once(present).chain(tests).collect()
        }
        Some(true) => {
            let absent = test(Operator::Present(false));
            vec![Condition::Any(vec![absent, Condition::All(tests)])]
        }
    })
}
