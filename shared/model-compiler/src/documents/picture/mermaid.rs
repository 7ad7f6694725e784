//! Pictures in the language of Mermaid. Names become ids with a letter before them, since `end` and
//! others mean something there, and texts are escaped.

use crm::RecordKind;

use super::{
    processes::of,
    words::{criteria, destination, when},
};
use model::{Lifecycle, OperatingModel, RoutingRule, Stage, When};

/// Every picture with its title.
pub(super) fn pictures(model: &OperatingModel) -> Vec<(String, String)> {
    let lifecycles = model.lifecycles.values();
    let lifecycles = lifecycles.map(|it| (format!("Stages of {}", of(it)), stages(it)));
    let routing = model.routing.iter();
    let routing = routing.map(|(kind, rules)| {
        let title = format!("Who gets a record: {kind}");
        (title, rules_of(*kind, rules))
    });
    lifecycles.chain(routing).collect()
}

/// A lifecycle: its moves, each with the criteria that stand before it.
fn stages(lifecycle: &Lifecycle) -> String {
    let here = |name: &str| {
        let stage = lifecycle.stage(name);
        stage
            .map_or(name, |it| lifecycle.called_here(it))
            .to_owned()
    };
    let mut text = "stateDiagram-v2\n".to_owned();
    for stage in &lifecycle.stages {
        let name = lifecycle.called_here(stage);
        text += &format!("    state \"{name}\" as s_{name}\n");
    }
    if let Some(first) = lifecycle.stages.first() {
        text += &format!("    [*] --> s_{}\n", here(&first.name));
    }
    for stage in &lifecycle.stages {
        for next in &stage.may_move_to {
            let gate = gate(lifecycle, stage, next);
            text += &format!("    s_{} --> s_{}{gate}\n", here(&stage.name), here(next));
        }
        if stage.closes {
            text += &format!("    s_{} --> [*]\n", here(&stage.name));
        }
    }
    let asks = |it: &&Stage| !it.enter.is_empty() || !it.leave.criteria.is_empty();
    for stage in lifecycle.stages.iter().filter(asks) {
        text += &format!("    note right of s_{}\n", here(&stage.name));
        for line in criteria(&stage.enter).lines() {
            text += &format!("        {}\n", escaped(line));
        }
        for line in criteria(&stage.leave.criteria).lines() {
            text += &format!("        to leave: {}\n", escaped(line));
        }
        text += "    end note\n";
    }
    text
}

/// What a move needs, by the names of the criteria.
fn gate(lifecycle: &Lifecycle, stage: &Stage, next: &str) -> String {
    let exit = lifecycle.exit_criteria(&stage.name, next);
    let entry = lifecycle.stage(next).into_iter();
    let entry = entry.flat_map(|next| &next.enter);
    let names: Vec<&str> = exit
        .iter()
        .chain(entry)
        .map(|it| it.name.as_str())
        .collect();
    if names.is_empty() {
        return String::new();
    }
    format!(" : {}", names.join(", "))
}

/// A routing list from the top: what each rule asks, and where yes and no lead.
fn rules_of(kind: RecordKind, rules: &[RoutingRule]) -> String {
    let mut text = format!("flowchart TD\n    r0([\"{kind}\"])\n");
    let mut before = "r0 -->".to_owned();
    for (rule, number) in rules.iter().zip(1..) {
        let to = escaped(&match &rule.move_to {
            Some(stage) => format!("{}, moved to {stage}", destination(&rule.to)),
            None => destination(&rule.to),
        });
        let name = escaped(&rule.rule);
        if rule.when == When::Otherwise {
            text += &format!("    {before} r{number}[\"{name}\"]\n");
            text += &format!("    r{number} --> d{number}[[\"{to}\"]]\n");
            before = format!("r{number} -->");
            continue;
        }
        let asked: Vec<String> = when(&rule.when).lines().map(escaped).collect();
        let asked = asked.join("<br>");
        text += &format!("    {before} r{number}{{\"<b>{name}</b><br>{asked}\"}}\n");
        text += &format!("    r{number} -- yes --> d{number}[[\"{to}\"]]\n");
        before = format!("r{number} -- \"no, or unknown\" -->");
    }
    text
}

/// A text in which nothing means anything to Mermaid.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '#' | '"' | '<' | '>' | '&' | ':' | ';' | '{' | '}' | '[' | ']' | '(' | ')' | '`'
            | '|' | '\\' | '%' => escaped += &format!("#{};", u32::from(c)),
            c => escaped.push(c),
        }
    }
    escaped
}
