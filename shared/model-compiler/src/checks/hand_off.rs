//! A hand-off says which team takes over, and everything that follows from it can be done: the stage to which a
//! record moves that is refused, or accepted by nobody in time, is one to which it may move from there, and records
//! do not go round in a circle of stages that hand them back to each other. Of what the first stage would carry
//! nobody is asked, since records begin there. Two kinds of record do not hand over at stages of one name, since
//! the clock of a hand-off is called by its stage.

use std::collections::BTreeMap;

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::{
        Word,
        hand_off::is_former,
        journeys::{hand_offs, journeys},
        sites::Site,
    },
    problems::problem::ProblemSeverity,
    yaml::{node::Node, span::Span},
};
use model::{CARRIED, ModelFile, hand_off_clock, stage_name};

pub(super) static CHECK: Check = Check {
    name: "hand-off",
    about: "A hand-off goes to a team, and what is not accepted can move on and does not go round in circles.",
    severity: ProblemSeverity::Error,
    run,
};

/// Whether a word that is missing stands there as what it once was.
pub(super) fn replaced_by_former(site: &Site<'_>, words: &[Word], missing: &str) -> bool {
    missing == "finally" && is_former(words, "otherwise") && site.node.get("otherwise").is_some()
}

/// A hand-off as it is written.
struct HandedOver<'t> {
    stage: (&'t str, &'t Node),
    /// Whether records begin at the stage.
    first: bool,
    key: &'t Node,
    node: &'t Node,
}

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let mut say = |span: Span, what: String, fix: &str| {
        problems.at(&CHECK, ModelFile::Processes, span, what, fix.to_owned());
    };
    for journey in journeys(reading.trees) {
        let mut leads: BTreeMap<&str, (&str, &Node)> = BTreeMap::new();
        for (index, (name, _, stage)) in journey.stages().enumerate() {
            let found = stage.entries().find(|(word, ..)| *word == "hand_off");
            let Some((_, key, node)) = found.filter(|(_, _, node)| node.is_mapping()) else {
                continue;
            };
            let handed = HandedOver {
                stage: (name, stage),
                first: index == 0,
                key,
                node,
            };
            former(&mut say, &handed);
            said_whole(&mut say, &handed);
            filled(&mut say, reading, &handed);
            moves(&mut say, &handed);
            if let Some(kind) = journey.kind {
                let clock = hand_off_clock(&stage_name(journey.name, kind, name));
                let mut others = hand_offs(reading.trees);
                if let Some((other, _)) = others.find(|(of, it)| *of < kind && *it == clock) {
                    let what = format!(
                        "the clock of this hand-off would be called `{clock}`, as that of {other} records is"
                    );
                    say(key.span, what, "give one of the two stages another name");
                }
            }
            if let Some(to) = moved_to(node.get("finally")) {
                leads.insert(name, to);
            }
        }
        circles(&mut say, &leads);
    }
}

/// The words that hand-offs had before they were enforced.
fn former(say: &mut impl FnMut(Span, String, &str), handed: &HandedOver<'_>) {
    for (word, key, value) in handed.node.entries() {
        let (what, fix) = match word {
            "accept_by" => (
                "`accept_by` is no word of a hand-off any more",
                match value.text() {
                    Some("activity.logged") => "write `accept: { upon: activity.logged }`".to_owned(),
                    _ => "remove it: that one of the team says so, with `fairlead hand-off`, always counts".to_owned(),
                },
            ),
            "otherwise" => (
                "what follows after a time is `finally`; `otherwise` catches the rest of a list or a table",
                match value.text() {
                    Some(text) if text.starts_with("ask ") => format!("write `finally: {text}`"),
                    Some(text) => format!("write `finally: move_to {text}`"),
                    None => "write for example `finally: ask manager`".to_owned(),
                },
            ),
            _ => continue,
        };
        say(key.span, what.to_owned(), &fix);
    }
}

fn said_whole(say: &mut impl FnMut(Span, String, &str), handed: &HandedOver<'_>) {
    let (name, stage) = handed.stage;
    if handed.node.get("to").is_none() && stage.get("team").is_none() {
        let what = format!("this hand-off does not say which team takes over at `{name}`");
        let fix = "add `to: …` with a team, or give the stage a `team`";
        say(handed.key.span, what, fix);
    }
    let Some(carries) = handed.node.get("carries") else {
        return;
    };
    if handed.first {
        let what = format!("records begin at `{name}`, and nothing is asked of one that begins");
        say(
            carries.span,
            what,
            "remove it, or hand over at a later stage",
        );
    }
    let criteria = stage.get("enter").into_iter().flat_map(Node::entries);
    if let Some((_, key, _)) = { criteria }.find(|(criterion, ..)| *criterion == CARRIED) {
        let what = format!(
            "`{CARRIED}` is what the criterion is called that asks for what the hand-off carries"
        );
        say(key.span, what, "give this criterion another name");
    }
}

/// What goes along is filled in by somebody, or worked out of what is.
fn filled(
    say: &mut impl FnMut(Span, String, &str),
    reading: &Reading<'_>,
    handed: &HandedOver<'_>,
) {
    let technology = reading.trees.get(&ModelFile::Technology);
    let Some(technology) = technology else { return };
    let carries = handed.node.get("carries").into_iter().flat_map(Node::items);
    for fact in carries {
        let Some((kind, name)) = fact.text().and_then(|text| text.split_once('.')) else {
            continue;
        };
        let fields = technology.get("records").and_then(|it| it.get(kind));
        let declared = fields.is_some_and(|fields| fields.get(name).is_some());
        let derived = technology
            .get("derived")
            .into_iter()
            .flat_map(Node::entries);
        let mut derived = derived.map(|(field, ..)| field);
        if !declared && !derived.any(|field| Some(field) == fact.text()) {
            let what = format!(
                "`{kind}.{name}` is no fact that somebody could hand over: the language works it out"
            );
            let fix = "name a field of `records` or `derived` in technology.yaml";
            say(fact.span, what, fix);
        }
    }
}

/// What is refused, or accepted by nobody, moves to where it may move from there.
fn moves(say: &mut impl FnMut(Span, String, &str), handed: &HandedOver<'_>) {
    let (name, stage) = handed.stage;
    let next = stage.get("may_move_to").into_iter().flat_map(Node::items);
    let next: Vec<&str> = next.filter_map(Node::text).collect();
    let refused = handed.node.get("refused").and_then(|it| it.get("move_to"));
    let refused = refused.and_then(|node| Some((node.text()?, node)));
    for (to, node) in moved_to(handed.node.get("finally"))
        .into_iter()
        .chain(refused)
    {
        if to == name {
            let what = format!("`{name}` is where the record stands already");
            say(
                node.span,
                what,
                "write another stage, or `finally: ask manager`",
            );
        } else if !next.contains(&to) {
            let what =
                format!("from `{name}` no record may move to `{to}`, so it would stay where it is");
            let fix = format!(
                "add `{to}` to `may_move_to` of `{name}`, or write a stage that stands there"
            );
            say(node.span, what, &fix);
        }
    }
}

/// The stage that `finally` moves a record to, if it does.
fn moved_to(finally: Option<&Node>) -> Option<(&str, &Node)> {
    let node = finally?;
    let to = node.text()?.strip_prefix("move_to ")?;
    Some((to.trim(), node))
}

/// Where what is not accepted leads back to the stage at which it was not.
fn circles(say: &mut impl FnMut(Span, String, &str), leads: &BTreeMap<&str, (&str, &Node)>) {
    for (&start, (_, node)) in leads {
        let mut way = vec![start];
        let mut at = start;
        while let Some((next, _)) = leads.get(at) {
            at = next;
            if way.contains(&at) {
                break;
            }
            way.push(at);
        }
        // Each circle is reported once, at its first stage by name; a stage that leads to itself is reported as that.
        let first = at == start && way.iter().min() == Some(&start);
        if first && way.len() > 1 && leads.contains_key(at) {
            let what = format!(
                "what nobody accepts goes round in a circle here: {} → {start}",
                way.join(" → ")
            );
            say(
                node.span,
                what,
                "let one of them end with `ask` and a person",
            );
        }
    }
}
