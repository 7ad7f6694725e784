//! Every entry of a first-match list wins for some record. One that never does says something that
//! its author believes and the model does not do; so a segment or a territory that no account can
//! have, and a rule that no lead can reach, are mistakes.
//!
//! The `otherwise` of a routing list may be needless: it is a net.

use super::{
    proving::{Listed, Proven, Proving},
    walk::Dead,
};
use crate::{
    checks::check::{Check, Problems, nothing},
    problems::problem::ProblemSeverity,
};
use model::When;

pub(crate) static CHECK: Check = Check {
    name: "dead-entry",
    about: "Every entry of a first-match list wins for some record.",
    severity: ProblemSeverity::Error,
    run: nothing,
};

pub(super) fn run(proving: &Proving<'_>, problems: &mut Problems<'_>) {
    for list in &proving.lists {
        for dead in &list.walk.dead {
            let Some(entry) = list.entries.get(dead.entry) else {
                continue;
            };
            let by_unknown = *entry.when == When::Unknown && !list.routing;
            let net = *entry.when == When::Otherwise && list.routing;
            if net || by_unknown && list.walk.unknown {
                continue;
            }
            let (why, fix) = if *entry.when == When::Unknown {
                unknown(list)
            } else {
                hidden(list, dead)
            };
            let what = format!("`{}` can never win: {why}", entry.name);
            proving.report(problems, &CHECK, entry.place, what, fix);
        }
    }
}

fn unknown(list: &Proven<'_>) -> (String, String) {
    if list.routing {
        return (
            "a rule that cannot be known is passed over, and the next one is asked".to_owned(),
            "remove it, or test for the missing field with `present: no`".to_owned(),
        );
    }
    (
        "no record that comes to an entry leaves it unknown".to_owned(),
        "remove it".to_owned(),
    )
}

fn hidden(list: &Proven<'_>, dead: &Dead) -> (String, String) {
    let named = |entry: &Listed<'_>| format!("`{}` ({})", entry.name, entry.place);
    let by = dead
        .hidden_by
        .iter()
        .filter_map(|index| list.entries.get(*index));
    let by: Vec<String> = by.map(named).collect();
    let record = list.kind.word();
    match by.split_last() {
        None => (
            format!("no {record} can pass all of its tests"),
            "change one of its tests, or remove it".to_owned(),
        ),
        Some((only, [])) => (
            format!("{only} is asked before it and leaves no {record} for it"),
            format!("move it above {only}, narrow that one, or remove this one"),
        ),
        Some((last, before)) => (
            format!(
                "{} and {last} are asked before it and together leave no {record} for it",
                before.join(", ")
            ),
            "move it above one of them, narrow one of them, or remove it".to_owned(),
        ),
    }
}
