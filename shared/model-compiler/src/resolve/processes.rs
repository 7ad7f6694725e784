use std::collections::BTreeMap;

use crm::{FieldRef, PersonId, RecordKind};

use super::{
    conditions,
    creates::creates,
    follows,
    hand_off::{self, hand_off},
    parts::{amount, asked, budget, label, place, recipient, section, texts, yes},
};
use crate::{
    checks::check::Reading,
    grammar::journeys::{Written, journeys},
    yaml::{node::Node, scalars},
};
use model::{
    BeforeRouting, Criterion, Destination, Duplicates, Filled, GateMode, Leave, Lifecycle,
    ModelFile, Rate, Recipient, RoutingRule, Stage, Stay, When, WhenTurnedBack, Which, stage_name,
};

const FILE: ModelFile = ModelFile::Processes;

pub(super) fn lifecycles(
    reading: &Reading<'_>,
    root: &Node,
) -> Option<BTreeMap<String, Lifecycle>> {
    root.get("lifecycles")?;
    let build = |written: Written<'_>| {
        let lifecycle = lifecycle(reading, &written)?;
        Some((lifecycle.name.clone(), lifecycle))
    };
    journeys(reading.trees).map(build).collect()
}

/// A journey, and how its stages are named.
#[derive(Clone, Copy)]
struct Of<'a> {
    journey: &'a str,
    record: RecordKind,
}

impl Of<'_> {
    fn stage(self, written: &str) -> String {
        stage_name(self.journey, self.record, written)
    }

    fn stages(self, node: Option<&Node>) -> Vec<String> {
        texts(node).iter().map(|it| self.stage(it)).collect()
    }
}

fn which(reading: &Reading<'_>, node: &Node) -> Option<Which> {
    if let Some(pipeline) = node.text_of("pipeline") {
        return Some(Which::Pipeline(pipeline.to_owned()));
    }
    node.get("when").map_or(Some(Which::All), |when| {
        conditions::condition(reading, FILE, when).map(Which::When)
    })
}

fn lifecycle(reading: &Reading<'_>, written: &Written<'_>) -> Option<Lifecycle> {
    let Written {
        name, key, node, ..
    } = *written;
    let record = written.kind?;
    let of = Of {
        journey: name,
        record,
    };
    let gate = match node.text_of("gate")? {
        "observe" => GateMode::Observe,
        "warn" => GateMode::Warn,
        "turn_back" => GateMode::TurnBack,
        _ => return None,
    };
    let turned_back = node.get("when_turned_back");
    let tell = turned_back
        .and_then(|node| node.get("tell"))
        .into_iter()
        .flat_map(Node::items);
    Some(Lifecycle {
        name: name.to_owned(),
        record,
        which: which(reading, node)?,
        gate,
        corridor: section(node, "corridor", |_, _, value| amount(value))?,
        stages: node
            .get("stages")?
            .entries()
            .map(|(name, key, node)| stage(reading, (of, name), key, node))
            .collect::<Option<_>>()?,
        when_turned_back: WhenTurnedBack {
            task: turned_back
                .and_then(|node| node.text_of("task"))
                .map(str::to_owned),
            tell: tell.map(recipient).collect::<Option<_>>()?,
            at_most: turned_back
                .and_then(|node| node.get("at_most"))
                .map_or(Some(None), |node| rate(node).map(Some))?,
            rounds: turned_back
                .and_then(|node| node.get("rounds"))
                .map_or(Some(None), |node| {
                    Some(u32::try_from(scalars::whole(node)?).ok())
                })?,
            right: turned_back
                .and_then(|node| node.text_of("right"))
                .map(str::to_owned),
        },
        place: place(FILE, key.span),
    })
}

fn stage(
    reading: &Reading<'_>,
    (of, name): (Of<'_>, &str),
    key: &Node,
    node: &Node,
) -> Option<Stage> {
    Some(Stage {
        name: of.stage(name),
        label: label(node),
        team: node.text_of("team").map(str::to_owned),
        may_move_to: of.stages(node.get("may_move_to")),
        enter: enter(reading, node)?,
        leave: leave(reading, of, node.get("leave"))?,
        upon_entering: follows::follows(reading, FILE, node.get("upon_entering"))?,
        upon_leaving: follows::follows(reading, FILE, node.get("upon_leaving"))?,
        stay: stay(node.get("stay"))?,
        hand_off: node
            .entries()
            .find(|(word, ..)| *word == "hand_off")
            .map_or(Some(None), |(_, key, it)| {
                let names = |stage: &str| of.stage(stage);
                hand_off(reading, names, node, (key, it)).map(Some)
            })?,
        closes: yes(node, "closes"),
        creates: node
            .entries()
            .find(|(word, ..)| *word == "creates")
            .map_or(Some(None), |(_, key, it)| {
                creates(reading, key, it).map(Some)
            })?,
        place: place(FILE, key.span),
    })
}

/// What a record needs before it may enter: what the stage says, and what its hand-off carries.
fn stay(node: Option<&Node>) -> Option<Stay> {
    let length = |word| {
        let length = node.and_then(|stay| stay.get(word));
        length.map_or(Some(None), |length| budget(length).map(Some))
    };
    Some(Stay {
        at_least: length("at_least")?,
        at_most: length("at_most")?,
        calendar: node
            .and_then(|stay| stay.text_of("calendar"))
            .map(str::to_owned),
    })
}

fn enter(reading: &Reading<'_>, stage: &Node) -> Option<Vec<Criterion>> {
    let written = stage
        .get("enter")
        .map(|it| conditions::criteria(reading, FILE, it));
    let mut criteria = written.map_or(Some(Vec::new()), |it| it)?;
    criteria.extend(hand_off::carried(reading, stage)?);
    Some(criteria)
}

fn leave(reading: &Reading<'_>, of: Of<'_>, node: Option<&Node>) -> Option<Leave> {
    let Some(node) = node else {
        return Some(Leave::default());
    };
    Some(Leave {
        criteria: conditions::criteria_beside(reading, FILE, node, "unless_to")?,
        unless_to: of.stages(node.get("unless_to")),
    })
}

fn rate(node: &Node) -> Option<Rate> {
    let (times, within) = scalars::rate(node)?;
    Some(Rate { times, within })
}

pub(super) fn before_routing(root: &Node) -> Option<BTreeMap<RecordKind, BeforeRouting>> {
    let build = |(kind, key, node): (&str, &Node, &Node)| {
        let fields = |word: &str| {
            let facts = node.get(word).into_iter().flat_map(Node::items);
            let facts = facts.map(|fact| fact.text()?.parse().ok());
            facts.collect::<Option<Vec<FieldRef>>>()
        };
        let filled = match node.text_of("until_then") {
            Some(queue) => Some(Filled {
                fields: fields("must_be_filled")?,
                queue: queue.strip_prefix("queue ")?.trim().to_owned(),
            }),
            None => None,
        };
        let before = BeforeRouting {
            wait_for: fields("wait_for")?,
            up_to: match node.get("up_to") {
                Some(up_to) => Some(amount(up_to)?),
                None => None,
            },
            filled,
            place: place(FILE, key.span),
        };
        Some((kind.parse().ok()?, before))
    };
    let kinds = root.get("before_routing").into_iter();
    kinds.flat_map(Node::entries).map(build).collect()
}

pub(super) fn duplicates(root: &Node) -> Option<BTreeMap<RecordKind, Duplicates>> {
    let build = |(kind, key, node): (&str, &Node, &Node)| {
        let duplicates = Duplicates {
            same: node.text_of("same")?.parse().ok()?,
            place: place(FILE, key.span),
        };
        Some((kind.parse().ok()?, duplicates))
    };
    let kinds = root.get("duplicates").into_iter();
    kinds.flat_map(Node::entries).map(build).collect()
}

pub(super) fn routing(
    reading: &Reading<'_>,
    root: &Node,
) -> Option<BTreeMap<RecordKind, Vec<RoutingRule>>> {
    let build = |(kind, _, rules): (&str, &Node, &Node)| {
        let mut rules: Vec<RoutingRule> = rules
            .items()
            .iter()
            .map(|node| rule(reading, node))
            .collect::<Option<_>>()?;
        // As in every first-match list, what catches everything is tried last.
        rules.sort_by_key(|rule| rule.when == When::Otherwise);
        Some((kind.parse().ok()?, rules))
    };
    root.get("routing")
        .into_iter()
        .flat_map(Node::entries)
        .map(build)
        .collect()
}

fn rule(reading: &Reading<'_>, node: &Node) -> Option<RoutingRule> {
    Some(RoutingRule {
        rule: node.text_of("rule")?.to_owned(),
        label: label(node),
        when: conditions::when(reading, FILE, node.get("when")?)?,
        to: looked_up(node.get("to")?)?,
        into: match node.text_of("into") {
            Some(field) => Some(field.parse().ok()?),
            None => None,
        },
        move_to: node.text_of("move_to").map(str::to_owned),
        place: place(FILE, node.span),
    })
}

/// Who gets a record, be it said in a word or looked up.
fn looked_up(node: &Node) -> Option<Destination> {
    if !node.is_mapping() {
        return node.text().map(destination);
    }
    if let Some(table) = node.text_of("table") {
        return Some(Destination::Table {
            table: table.to_owned(),
            by: node.text_of("by")?.parse().ok()?,
        });
    }
    Some(Destination::PartnerOf {
        person: node.text_of("partner_of")?.parse().ok()?,
        pairs: node.text_of("in")?.to_owned(),
    })
}

pub(super) fn destination(text: &str) -> Destination {
    if text == "nobody" {
        return Destination::Nobody;
    }
    if let Some(pool) = text.strip_prefix("pool ") {
        return Destination::Pool(pool.trim().to_owned());
    }
    if let Some(queue) = text.strip_prefix("queue ") {
        return Destination::Queue(queue.trim().to_owned());
    }
    text.parse().map_or_else(
        |_| Destination::Person(PersonId::new(text)),
        Destination::Field,
    )
}

/// Who comes last: `ask manager`, `ask jonas`.
pub(super) fn finally(node: &Node) -> Option<Recipient> {
    asked(node.text_of("finally")?)
}
