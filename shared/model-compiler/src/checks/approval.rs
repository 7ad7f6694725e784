//! An approval can be given, and something asks for it: a criterion of a gate, or a deviation. Nowhere else is it
//! known. Whoever may approve up to a limit comes before whoever may beyond it, and the last may approve anything. At
//! each limit somebody is left who does not own the record, since nobody approves their own. The values that it is
//! for are fields of the record that the CRM fills, and not its stage, which the move itself changes. Whether it is
//! needed, and of whom, is said by values that it is for: one that grows unseen would be approved unseen.

use std::collections::BTreeSet;

use crm::{Decimal, RecordKind};

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::journeys::journeys,
    problems::problem::ProblemSeverity,
    yaml::{node::Node, scalars, span::Span},
};
use model::{ModelFile, approval_field};

pub(super) static CHECK: Check = Check {
    name: "approval",
    about: "An approval is asked for by a gate or a deviation, and somebody else than the owner can give it.",
    severity: ProblemSeverity::Error,
    run,
};

const FILE: ModelFile = ModelFile::Governance;

/// An approval as it is written.
struct Written<'t> {
    name: &'t str,
    node: &'t Node,
}

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let asked = asked_for(reading, problems);
    let root = reading.trees.get(&FILE);
    let all = root.and_then(|root| root.get("approvals"));
    for (name, key, node) in all.into_iter().flat_map(Node::entries) {
        let written = Written { name, node };
        let mut say = |span: Span, what: String, fix: &str| {
            problems.at(&CHECK, FILE, span, what, fix.to_owned());
        };
        if !asked.contains(&approval_field(name))
            && node.get("of_change").is_none()
            && reading.trees.contains_key(&ModelFile::Processes)
        {
            let what = format!("nothing asks for `{name}`, so nobody would ever be asked for it");
            let fix = format!(
                "let a stage ask for it, as in `enter: {{ {name}: {{ approval.{name}: given }} }}`, or remove it"
            );
            say(key.span, what, &fix);
        }
        bound(&mut say, reading, &written);
        unbound(&mut say, reading, &written);
        limits(&mut say, &written);
        people(&mut say, reading, &written);
        in_time(&mut say, reading, &written);
    }
}

/// The approvals that gates and deviations ask for; what asks for one elsewhere is reported.
fn asked_for(reading: &Reading<'_>, problems: &mut Problems<'_>) -> BTreeSet<String> {
    let gates = journeys(reading.trees).flat_map(|journey| journey.stages());
    let criteria = gates.flat_map(|(_, _, stage)| [stage.get("enter"), stage.get("leave")]);
    let mut places = BTreeSet::new();
    for node in criteria.flatten() {
        spans(node, &mut places);
    }
    let mut asked = BTreeSet::new();
    for site in &reading.sites.tests {
        let field = reading.field(site);
        let Some(field) = field.filter(|field| field.name.starts_with("approval.")) else {
            continue;
        };
        let at = (site.field.span.line, site.field.span.column);
        let of_gate = site.context.section == "lifecycles" && places.contains(&at);
        let of_deviation = site.context.file == FILE && site.context.section == "deviations";
        if of_gate || of_deviation {
            asked.insert(field.name.to_string());
            continue;
        }
        let what = format!("`{}` is not known where this is decided", field.name);
        let fix = "ask for it in `enter` or `leave` of a stage, or in `deviations`";
        problems.at(
            &CHECK,
            site.context.file,
            site.field.span,
            what,
            fix.to_owned(),
        );
    }
    asked
}

/// Where the keys of a tree stand.
fn spans(node: &Node, found: &mut BTreeSet<(u32, u32)>) {
    for (_, key, value) in node.entries() {
        found.insert((key.span.line, key.span.column));
        spans(value, found);
    }
    for item in node.items() {
        spans(item, found);
    }
}

/// The values that it is for.
fn bound(say: &mut impl FnMut(Span, String, &str), reading: &Reading<'_>, of: &Written<'_>) {
    let kind = of.node.text_of("record");
    let technology = reading.trees.get(&ModelFile::Technology);
    let (Some(kind), Some(technology)) = (kind, technology) else {
        return;
    };
    if kind.parse::<RecordKind>().is_err() {
        return;
    }
    let declared = technology.get("records").and_then(|it| it.get(kind));
    let binds = of.node.get("binds").into_iter().flat_map(Node::items);
    for field in binds {
        let Some((other, name)) = field.text().and_then(|text| text.split_once('.')) else {
            continue;
        };
        let what = if other != kind {
            format!("`{other}.{name}` is no field of {kind} records, whose values are approved")
        } else if name == "stage" {
            "the move that waits for it changes the stage, so it would lapse by being used"
                .to_owned()
        } else if declared.is_some_and(|fields| fields.get(name).is_none()) {
            format!("`{other}.{name}` is worked out of others, and nobody approves that")
        } else {
            continue;
        };
        let fix = format!("name fields that technology.yaml declares for {kind}");
        say(field.span, what, &fix);
    }
}

/// The values by which it is needed, or somebody may give it, and for which it is not.
fn unbound(say: &mut impl FnMut(Span, String, &str), reading: &Reading<'_>, of: &Written<'_>) {
    let Some(list) = of.node.get("binds") else {
        return;
    };
    let binds: BTreeSet<&str> = list.items().iter().filter_map(Node::text).collect();
    let (kind, technology) = (
        of.node.text_of("record"),
        reading.trees.get(&ModelFile::Technology),
    );
    let declared = technology.and_then(|it| it.get("records")?.get(kind?));
    let mut places = BTreeSet::new();
    if let Some(when) = of.node.get("when") {
        spans(when, &mut places);
    }
    let tests = reading.sites.tests.iter().map(|site| site.field);
    let tests = tests.filter(|it| places.contains(&(it.span.line, it.span.column)));
    let levels = of.node.get("by").map(Node::items).unwrap_or_default();
    let limits = levels.iter().filter_map(|level| level.get("of_field"));
    let mut said = BTreeSet::new();
    for field in tests.chain(limits) {
        let Some((text, (other, name))) =
            field.text().and_then(|it| Some((it, it.split_once('.')?)))
        else {
            continue;
        };
        let fills = Some(other) == kind && declared.is_some_and(|it| it.get(name).is_some());
        if fills && name != "stage" && !binds.contains(text) && said.insert(text) {
            let what = format!(
                "whether `{}` is needed, or who gives it, depends on `{text}`, and it is not for its value",
                of.name
            );
            let fix =
                format!("add {text} to `binds`: what grows after it was given is asked for anew");
            say(field.span, what, &fix);
        }
    }
}

/// Who may up to which limit, in their order.
fn limits(say: &mut impl FnMut(Span, String, &str), of: &Written<'_>) {
    let levels = of.node.get("by").map(Node::items).unwrap_or_default();
    let mut above: Option<(&str, Decimal)> = None;
    for (index, level) in levels.iter().enumerate() {
        let last = index + 1 == levels.len();
        let (up_to, field) = (level.get("up_to"), level.get("of_field"));
        let (Some(up_to), Some(field)) = (up_to, field) else {
            if let Some(alone) = up_to.or(field) {
                let what = "a limit says up to what, and of which field".to_owned();
                say(
                    alone.span,
                    what,
                    "write both `up_to` and `of_field`, or neither",
                );
            } else if !last {
                let what =
                    "whoever has this right may approve anything, so nobody below is ever asked";
                let fix = "add `up_to: …, of_field: …`, or put it at the end";
                say(level.span, what.to_owned(), fix);
            }
            continue;
        };
        if last {
            let what = format!("beyond this limit nobody could give `{}`", of.name);
            let fix = "add a last one without `up_to`, as in `{ right: … }`";
            say(up_to.span, what, fix);
        }
        let (Some(limit), Some(field)) = (scalars::number(up_to), field.text()) else {
            continue;
        };
        if above.is_some_and(|(other, before)| other == field && limit <= before) {
            let what = "the limit above is not exceeded by anything that this one allows";
            say(up_to.span, what.to_owned(), "put smaller limits first");
        }
        above = Some((field, limit));
    }
}

/// Whoever has a right.
fn holders<'t>(reading: &Reading<'t>, right: &str) -> Option<BTreeSet<&'t str>> {
    let people = reading.trees.get(&ModelFile::People)?;
    let right = people.get("decision_rights")?.get(right)?;
    let people = right.get("people")?.items();
    Some(people.iter().filter_map(Node::text).collect())
}

/// From each limit on somebody is left who does not own the record.
fn people(say: &mut impl FnMut(Span, String, &str), reading: &Reading<'_>, of: &Written<'_>) {
    let levels = of.node.get("by").map(Node::items).unwrap_or_default();
    let mut left: BTreeSet<&str> = BTreeSet::new();
    for level in levels.iter().rev() {
        let right = level.get("right");
        let Some((node, right)) = right.and_then(|it| Some((it, it.text()?))) else {
            return;
        };
        // Of a right that is not there another check speaks.
        let Some(holders) = holders(reading, right) else {
            return;
        };
        left.extend(holders);
        if let [only] = left.iter().copied().collect::<Vec<_>>().as_slice() {
            let what = format!(
                "only {only} may give `{}` here, and nobody approves their own: of a record of theirs nobody could",
                of.name
            );
            let fix = format!("give `{right}` to somebody else as well, in people.yaml");
            say(node.span, what, &fix);
        }
    }
}

/// Who is asked besides, after how long.
fn in_time(say: &mut impl FnMut(Span, String, &str), reading: &Reading<'_>, of: &Written<'_>) {
    let (within, finally) = (of.node.get("within"), of.node.get("finally"));
    let (Some(_), Some(finally)) = (within, finally) else {
        if let Some(alone) = within.or(finally) {
            let what = "a time to answer says what follows when it is up";
            say(
                alone.span,
                what.to_owned(),
                "write both `within` and `finally: ask …`, or neither",
            );
        }
        return;
    };
    let person = finally.text().and_then(|text| text.strip_prefix("ask "));
    let levels = of.node.get("by").map(Node::items).unwrap_or_default();
    let mut rights = levels.iter().filter_map(|it| it.text_of("right"));
    let Some(person) = person.map(str::trim) else {
        return;
    };
    let always = rights.all(|right| holders(reading, right).is_some_and(|it| it.contains(person)));
    if always && !levels.is_empty() {
        let what =
            format!("{person} is asked from the start, so nothing follows when the time is up");
        say(
            finally.span,
            what,
            "name somebody who is not asked before, or leave out `within` and `finally`",
        );
    }
}
