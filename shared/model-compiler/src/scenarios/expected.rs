use std::collections::{BTreeMap, BTreeSet};

use crm::{PersonId, RecordKind};

use super::{
    approvals,
    given::{Moves, field_value},
    reader::{Reader, a},
};
use crate::yaml::{node::Node, scalars};
use model::scenario::{Expectation, Expected, Gate, TurnOf};
use model::{CLOCK_STATUS, FirstMatch, NOT_FILLED};

const WORDS: [&str; 20] = [
    "rule",
    "owner",
    "pool",
    "queue",
    "turn",
    "waits_for",
    "moved_to",
    "sets",
    "creates",
    "tells",
    "asks",
    "gate",
    "unmet",
    "due",
    "clocks",
    "deviations",
    "journey",
    "segment",
    "territory",
    "in_icp",
];

/// What comes of the moment at which a record comes in, and of none after it.
const ONLY_FIRST: [&str; 1] = ["creates"];

/// What a scenario expects; none if something of it cannot be read.
pub(super) fn expected(
    reader: &mut Reader<'_, '_>,
    node: &Node,
    kind: RecordKind,
    moves: Option<&Moves>,
    later: bool,
) -> Option<Vec<Expectation>> {
    reader.words(node, &WORDS);
    let mut expect = Some(Vec::new());
    for (word, key, value) in node.entries().filter(|(word, ..)| WORDS.contains(word)) {
        let wrong = out_of_place(reader, word, kind, moves, later);
        if let Some((what, fix)) = wrong {
            reader.problem(key.span, what, fix);
            expect = None;
            continue;
        }
        let line = key.span.line;
        let found = match word {
            "due" => due(reader, kind, value),
            "clocks" => clocks(reader, kind, value),
            _ => {
                let what = one(reader, word, value, kind, moves);
                what.map(|what| vec![Expectation { line, what }])
            }
        };
        expect = expect.zip(found).map(|(mut all, found)| {
            all.extend(found);
            all
        });
    }
    if node.is_mapping() && node.pairs().is_empty() {
        let what = "this scenario expects nothing, so it could not fail".to_owned();
        reader.problem(node.span, what, "write for example `{ rule: dach }`");
    }
    expect
}

/// Whether a change of such records may be put back.
fn may_be_put_back(reader: &Reader<'_, '_>, kind: RecordKind) -> bool {
    let mut approvals = reader.model.approvals.values();
    approvals.any(|rule| rule.record == kind && rule.of_change.is_some())
}

/// Why a word cannot stand in this scenario, and what to do.
fn out_of_place(
    reader: &Reader<'_, '_>,
    word: &str,
    kind: RecordKind,
    moves: Option<&Moves>,
    later: bool,
) -> Option<(String, String)> {
    let model = reader.model;
    match word {
        word if later && ONLY_FIRST.contains(&word) => Some((
            format!("`{word}` is of the moment at which the record comes in"),
            "expect it in the scenario itself, not under `later`".to_owned(),
        )),
        "rule" | "owner" | "pool" | "queue" | "turn" | "waits_for" | "moved_to"
            if !model.routing.contains_key(&kind)
                && word != "moved_to"
                && !(word == "owner" && may_be_put_back(reader, kind)) =>
        {
            Some((
                format!(
                    "the model has no routing for {}, so there is no {word} to expect",
                    a(kind)
                ),
                "leave it out, or write the scenario about a record that is routed".to_owned(),
            ))
        }
        "gate" | "unmet" if moves.is_none() => Some((
            format!("nothing moves here, so there is no `{word}` to expect"),
            match later {
                true => "add `moves: { to: … }` to this moment".to_owned(),
                false => "add `moves: { from: …, to: … }` to the scenario".to_owned(),
            },
        )),
        "segment" | "territory" | "in_icp" if kind == RecordKind::Campaign => Some((
            format!("a campaign has no account, so there is no `{word}` to expect"),
            "leave it out".to_owned(),
        )),
        _ => None,
    }
}

fn one(
    reader: &mut Reader<'_, '_>,
    word: &str,
    node: &Node,
    kind: RecordKind,
    moves: Option<&Moves>,
) -> Option<Expected> {
    let model = reader.model;
    Some(match word {
        "rule" => {
            let rules = model.routing.get(&kind).into_iter().flatten();
            let before = model.before_routing.get(&kind);
            let filled = before.and_then(|before| before.filled.as_ref());
            let rules = rules.map(|rule| rule.rule.as_str());
            let rules = rules.chain(filled.map(|_| NOT_FILLED)).chain(["none"]);
            Expected::Rule(reader.name(node, "a routing rule", rules)?.to_owned())
        }
        "owner" => {
            let people = model.people.keys().map(PersonId::as_str).chain(["nobody"]);
            let name = reader.name(node, "a person", people)?;
            Expected::Owner((name != "nobody").then(|| PersonId::new(name)))
        }
        "pool" => {
            let pools = model.pools.keys().map(String::as_str).chain(["none"]);
            Expected::Pool(reader.name(node, "a pool", pools)?.to_owned())
        }
        "queue" => {
            let queues = model.queues.keys().map(String::as_str).chain(["none"]);
            Expected::Queue(reader.name(node, "a queue", queues)?.to_owned())
        }
        "turn" => {
            let words = TurnOf::ALL.into_iter().map(TurnOf::word);
            let word = reader.name(node, "what becomes of a turn", words)?;
            Expected::Turn(TurnOf::ALL.into_iter().find(|it| it.word() == word)?)
        }
        "waits_for" => {
            let facts = model.before_routing.get(&kind).into_iter();
            let facts = facts.flat_map(|before| &before.wait_for);
            let facts: Vec<String> = facts.map(ToString::to_string).collect();
            let names = facts.iter().map(String::as_str);
            Expected::WaitsFor(reader.names(node, "a fact that routing waits for", names)?)
        }
        "moved_to" => {
            let stages = model.written_stages(kind);
            let names = stages.keys().map(String::as_str).chain(["none"]);
            let written = reader.name(node, "a stage", names)?;
            Expected::MovedTo(stages.get(written).map_or(written, |it| it).to_owned())
        }
        "sets" => Expected::Sets(sets(reader, node, kind)?),
        "tells" => {
            let people = model.people.keys().map(PersonId::as_str);
            Expected::Tells(reader.names(node, "a person", people)?)
        }
        "asks" => Expected::Asks(approvals::asks(reader, kind, node)?),
        "gate" => {
            let words = Gate::ALL.into_iter().map(Gate::word);
            let word = reader.name(node, "an outcome of a gate", words)?;
            Expected::Gate(Gate::ALL.into_iter().find(|gate| gate.word() == word)?)
        }
        "unmet" => Expected::Unmet(unmet(reader, node, kind, moves)?),
        "deviations" => Expected::Deviations(deviations(reader, node, kind)?),
        "creates" => Expected::Creates(creates(reader, node)?),
        "journey" => {
            let names = model.journeys(kind).map(|it| it.name.as_str());
            let names: Vec<&str> = names.chain(["none"]).collect();
            let name = reader.name(node, "a journey", names.iter().copied())?;
            Expected::Journey(name.to_owned())
        }
        "segment" => Expected::Segment(entry_of(reader, node, "a segment", &model.segments)?),
        "territory" => {
            Expected::Territory(entry_of(reader, node, "a territory", &model.territories)?)
        }
        _ => Expected::InIcp(fits(reader, node)?),
    })
}

/// The records that follow, by journey, and what must stand in them.
fn creates(
    reader: &mut Reader<'_, '_>,
    node: &Node,
) -> Option<BTreeMap<String, BTreeMap<String, String>>> {
    if !node.is_mapping() {
        let what = format!("here stands {}, where journeys are needed", node.form());
        let fix = "write for example `{ renewal: { amount: 1000 } }`, or `{}` for none";
        reader.problem(node.span, what, fix);
        return None;
    }
    let model = reader.model;
    let mut found = BTreeMap::new();
    for (_, key, fields) in node.entries() {
        let names = model.lifecycles.keys().map(String::as_str);
        let name = reader.name(key, "a journey", names)?;
        let kind = model.lifecycles.get(name)?.record;
        found.insert(name.to_owned(), sets(reader, fields, kind)?);
    }
    Some(found)
}

/// The fields that are set by itself, and to what.
fn sets(
    reader: &mut Reader<'_, '_>,
    node: &Node,
    kind: RecordKind,
) -> Option<BTreeMap<String, String>> {
    if !node.is_mapping() {
        let what = format!("here stands {}, where fields are needed", node.form());
        let fix = "write for example `{ loss_reason: no_decision }`, or `{}` for none";
        reader.problem(node.span, what, fix);
        return None;
    }
    let entries = node.entries();
    let set = entries.map(|(name, key, value)| {
        let value = field_value(reader, kind, (name, key), value)?;
        Some((name.to_owned(), value.to_string()))
    });
    set.collect()
}

/// The criteria of the two stages of a move that it does not meet.
fn unmet(
    reader: &mut Reader<'_, '_>,
    node: &Node,
    kind: RecordKind,
    moves: Option<&Moves>,
) -> Option<BTreeSet<String>> {
    let model = reader.model;
    let moved = moves.and_then(|moves| Some((model.stage(kind, &moves.to)?, moves)));
    let criteria = moved.into_iter().flat_map(|((lifecycle, to), moves)| {
        let stages = lifecycle.stages.iter().map(|stage| stage.name.as_str());
        let from = stages.filter(|it| moves.from.is_empty() || *it == moves.from);
        let exit = from.flat_map(|from| lifecycle.exit_criteria(from, &moves.to));
        to.enter.iter().chain(exit)
    });
    let names = criteria.map(|criterion| criterion.name.as_str());
    let names = names.chain(["may_move_to"]);
    reader.names(node, "a criterion of this move", names)
}

fn deviations(
    reader: &mut Reader<'_, '_>,
    node: &Node,
    kind: RecordKind,
) -> Option<BTreeSet<String>> {
    let rules = reader.model.deviations.iter();
    let own = rules.filter(|(_, rule)| rule.record == kind);
    let names = own.map(|(name, _)| name.as_str());
    reader.names(node, &format!("a deviation of {}", a(kind)), names)
}

fn entry_of(
    reader: &mut Reader<'_, '_>,
    node: &Node,
    an_entry: &str,
    list: &FirstMatch,
) -> Option<String> {
    let names = list.entries.iter().map(|entry| entry.name.as_str());
    reader.name(node, an_entry, names).map(str::to_owned)
}

fn fits(reader: &mut Reader<'_, '_>, node: &Node) -> Option<Option<bool>> {
    let fits = scalars::yes_no(node);
    if fits.is_some() || node.text() == Some("unknown") {
        return Some(fits);
    }
    let what = format!(
        "here stands {}, where yes, no or unknown is needed",
        node.form()
    );
    reader.problem(
        node.span,
        what,
        "write `yes`, `no` or `unknown`, without quotes",
    );
    None
}

/// The names of the clocks that records of a kind have.
fn clocks_of(reader: &Reader<'_, '_>, kind: RecordKind) -> Vec<String> {
    let clocks = reader.model.clocks.iter();
    let own = clocks.filter(|(_, terms)| terms.record == kind);
    own.map(|(name, _)| name.clone()).collect()
}

/// Clocks and where they stand.
fn clocks(reader: &mut Reader<'_, '_>, kind: RecordKind, node: &Node) -> Option<Vec<Expectation>> {
    let names = clocks_of(reader, kind);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    reader.words(node, &names);
    let entries = node.entries().filter(|(clock, ..)| names.contains(clock));
    let expected = entries.map(|(clock, key, value)| {
        let status = reader.name(value, "where a clock stands", CLOCK_STATUS.into_iter())?;
        Some(Expectation {
            line: key.span.line,
            what: Expected::Clock(clock.to_owned(), status.to_owned()),
        })
    });
    expected.collect()
}

/// Clocks and when they are due; `none` where a clock does not run.
fn due(reader: &mut Reader<'_, '_>, kind: RecordKind, node: &Node) -> Option<Vec<Expectation>> {
    let names = clocks_of(reader, kind);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    reader.words(node, &names);
    let mut found = Some(Vec::new());
    for (clock, key, value) in node.entries() {
        let line = key.span.line;
        let at = match value.text() {
            Some("none") => Some(None),
            _ => reader.zoned(value).map(Some),
        };
        found = found.zip(at).map(|(mut all, at)| {
            let what = Expected::Due(clock.to_owned(), at);
            all.push(Expectation { line, what });
            all
        });
    }
    found
}
