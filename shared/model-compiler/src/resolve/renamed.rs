use std::collections::BTreeMap;

use crate::yaml::node::Node;
use model::Renamed;

/// What had another name before.
pub(super) fn renamed(processes: &Node, people: &Node) -> Renamed {
    let lists = processes.get("routing").into_iter().flat_map(Node::entries);
    let of_kind = |(kind, _, rules): (&str, &Node, &Node)| {
        let rules = rules.items().iter();
        let was = rules.filter_map(|rule| pair(rule.text_of("rule")?, rule));
        let was: BTreeMap<String, String> = was.collect();
        (!was.is_empty()).then_some((kind.parse().ok()?, was))
    };
    Renamed {
        pools: of_section(people, "pools"),
        clocks: of_section(processes, "clocks"),
        rules: lists.filter_map(of_kind).collect(),
    }
}

fn of_section(root: &Node, word: &str) -> BTreeMap<String, String> {
    let entries = root.get(word).into_iter().flat_map(Node::entries);
    entries.filter_map(|(name, _, it)| pair(name, it)).collect()
}

fn pair(name: &str, node: &Node) -> Option<(String, String)> {
    Some((name.to_owned(), node.text_of("was")?.to_owned()))
}
