//! Of what a model consists.

use model::OperatingModel;
use serde_json::{Map, Value};

/// Things by their names, in the order in which they stand.
pub(super) type Named = Vec<(String, Value)>;

/// A part of a model, in which things have names.
pub(super) struct Part {
    /// What it is called in the model.
    pub(super) key: &'static str,
    /// What stands above it.
    heading: &'static str,
    shape: Shape,
    /// Whether it matters which of its things stands first.
    pub(super) in_order: bool,
}

/// How things are named in a part.
#[derive(Clone, Copy)]
enum Shape {
    /// It is one thing.
    One,
    /// By keys.
    Map,
    /// A list, of which each has its name here.
    List(&'static str),
    /// The first that holds.
    FirstMatch,
    /// Maps by a key of their own.
    MapOfMaps,
    /// Lists by a key of their own.
    MapOfLists(&'static str),
    /// Journeys, of which each has stages.
    Journeys,
}

const fn part(key: &'static str, heading: &'static str, shape: Shape) -> Part {
    Part {
        key,
        heading,
        shape,
        in_order: matches!(shape, Shape::FirstMatch | Shape::MapOfLists(_)),
    }
}

/// The parts, in the order in which they are told.
pub(super) const PARTS: [Part; 39] = [
    part("company", "The company", Shape::One),
    part("icp", "The ideal customer profile", Shape::List("name")),
    part("segments", "Segments", Shape::FirstMatch),
    part("territories", "Territories", Shape::FirstMatch),
    part("lists", "Lists", Shape::Map),
    part("tables", "Tables", Shape::Map),
    part("conditions", "Conditions with a name", Shape::Map),
    part("metrics", "Metrics", Shape::Map),
    part("targets", "Targets", Shape::Map),
    part("signals", "Signals", Shape::Map),
    part("lifecycles", "Lifecycle", Shape::Journeys),
    part("behaviours", "What people do outside the CRM", Shape::Map),
    part("known_by", "By what people are known", Shape::One),
    part("before_routing", "Waiting before routing", Shape::Map),
    part("duplicates", "Records of the same person", Shape::Map),
    part("routing", "Routing of", Shape::MapOfLists("rule")),
    part("reroute", "Routing again", Shape::Map),
    part("pools", "Pools", Shape::Map),
    part("pairs", "Pairs", Shape::Map),
    part("queues", "Queues", Shape::Map),
    part("clocks", "Clocks", Shape::Map),
    part("deviations", "Deviations", Shape::Map),
    part(
        "responses",
        "How soon deviations are to be resolved",
        Shape::Map,
    ),
    part("enforcement", "From when on it is enforced", Shape::One),
    part("approvals", "Approvals", Shape::Map),
    part("exceptions", "Exceptions", Shape::One),
    part("decision_rights", "Decision rights", Shape::Map),
    part("digests", "Digests", Shape::Map),
    part("reviews", "Reviews", Shape::Map),
    part("people", "People", Shape::Map),
    part("teams", "Teams", Shape::Map),
    part("calendars", "Calendars", Shape::Map),
    part(
        "named_by_rule",
        "Where a rule names somebody who is away",
        Shape::One,
    ),
    part("leavers", "What people leave behind", Shape::Map),
    part("sources", "Sources of records", Shape::Map),
    part("records", "Fields of", Shape::MapOfMaps),
    part("derived", "Fields that are worked out", Shape::Map),
    part("source_tags", "Tags of sources", Shape::One),
    part("keep", "How long things are kept", Shape::One),
];

impl Part {
    /// What stands above the things of this part, or of what in it they are of.
    pub(super) fn heading(&self, of: &str) -> String {
        match self.shape {
            Shape::MapOfMaps | Shape::MapOfLists(_) => format!("{} {of} records", self.heading),
            Shape::Journeys => format!("{} {of}", self.heading),
            _ => self.heading.to_owned(),
        }
    }

    /// Its things, by what in it they are of.
    fn things(&self, model: &Value) -> Vec<(String, Named)> {
        let value = model.get(self.key).unwrap_or(&Value::Null);
        let whole = |named: Named| vec![(String::new(), named)];
        match self.shape {
            Shape::One => whole(vec![(String::new(), value.clone())]),
            Shape::Map => whole(map(value)),
            Shape::List(name) => whole(list(value, name)),
            Shape::FirstMatch => whole(list(value.get("entries").unwrap_or(&Value::Null), "name")),
            Shape::MapOfMaps => each(value, map),
            Shape::MapOfLists(name) => each(value, |it| list(it, name)),
            Shape::Journeys => each(value, journey),
        }
    }
}

/// A model as values without the places at which they are written.
pub(super) fn read(model: &OperatingModel) -> Value {
    let mut value = serde_json::to_value(model).unwrap_or_default();
    without_places(&mut value);
    value
}

/// The things of a part in both models, by what in it they are of.
pub(super) fn both(
    part: &Part,
    before: &Value,
    after: &Value,
) -> Vec<((String, Named), (String, Named))> {
    let (mut before, after) = (part.things(before), part.things(after));
    let mut both = Vec::new();
    for (of, named) in after {
        let at = before.iter().position(|it| it.0 == of);
        let stood = at.map_or((of.clone(), Named::new()), |at| before.remove(at));
        both.push((stood, (of, named)));
    }
    both.extend(before.into_iter().map(|stood| {
        let of = stood.0.clone();
        (stood, (of, Named::new()))
    }));
    both
}

fn map(value: &Value) -> Named {
    let map = value.as_object();
    let pairs = map.into_iter().flatten();
    pairs
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn list(value: &Value, name: &str) -> Named {
    let list = value.as_array();
    let things = list.into_iter().flatten().zip(1..);
    let named = things.map(|(thing, number)| {
        let called = thing.get(name).and_then(Value::as_str);
        let called = called.map_or_else(|| number.to_string(), str::to_owned);
        (called, thing.clone())
    });
    named.collect()
}

fn each(value: &Value, things: impl Fn(&Value) -> Named) -> Vec<(String, Named)> {
    let all = map(value).into_iter();
    all.map(|(of, value)| (of, things(&value))).collect()
}

/// The stages of a journey, and what it says of all of them.
fn journey(value: &Value) -> Named {
    let stages = value.get("stages").unwrap_or(&Value::Null);
    let mut rest = value.clone();
    if let Some(rest) = rest.as_object_mut() {
        rest.remove("stages");
    }
    let mut named = vec![(String::new(), rest)];
    named.extend(list(stages, "name"));
    named
}

fn without_places(value: &mut Value) {
    let is_place = |it: &Value| {
        let place = it.as_object();
        place.is_some_and(|it| {
            it.len() == 3
                && ["file", "line", "column"]
                    .iter()
                    .all(|key| it.contains_key(*key))
        })
    };
    match value {
        Value::Array(values) => values.iter_mut().for_each(without_places),
        Value::Object(map) => {
            let kept: Map<String, Value> = std::mem::take(map)
                .into_iter()
                .filter(|(_, value)| !is_place(value))
                .collect();
            *map = kept;
            map.values_mut().for_each(without_places);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn every_part_of_a_model_is_compared() {
        let model = serde_json::to_value(testkit::example_model()).unwrap();
        let told: Vec<&str> = PARTS.iter().map(|it| it.key).collect();
        for key in model.as_object().unwrap().keys() {
            let is_apart = ["revision", "renamed"].contains(&key.as_str());
            assert!(is_apart || told.contains(&key.as_str()), "{key}");
        }
    }
}
