//! The template's rules deliver what `engine::routes_of` says, for every kind of event and record.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{DeadlineKind, Event, EventData, EventId, Function};
use crm::RecordKind;
use engine::Lane;
use model::Revision;
use serde_json::Value;

use super::repository;

/// A rule of the bus: its name, its pattern and the functions behind its targets.
struct Rule {
    name: String,
    pattern: Value,
    targets: BTreeSet<String>,
}

/// The rules on the product's own bus; the clock's has a schedule in place of a pattern.
fn rules(template: &Value) -> Vec<Rule> {
    let resources = template["Resources"].as_object().expect("resources");
    resources
        .iter()
        .filter(|(_, it)| it["Type"] == "AWS::Events::Rule")
        .filter(|(_, it)| it["Properties"]["EventPattern"].is_object())
        .map(|(name, it)| Rule {
            name: name.clone(),
            pattern: it["Properties"]["EventPattern"].clone(),
            targets: targets(template, it),
        })
        .collect()
}

/// The queues that a rule puts its events into: by the names of the functions behind them, `-bulk` added to
/// that of a function's second queue.
fn targets(template: &Value, rule: &Value) -> BTreeSet<String> {
    let targets = rule["Properties"]["Targets"].as_array().expect("targets");
    targets
        .iter()
        .map(|target| {
            let queue = target["Arn"].as_str().expect("an Arn");
            let queue = queue
                .strip_suffix("Queue.Arn")
                .unwrap_or_else(|| panic!("{queue} is no queue of a function"));
            let (function, lane) = match queue.strip_suffix("Bulk") {
                Some(function) => (function, "-bulk"),
                None => (queue, ""),
            };
            let name = &template["Mappings"]["Functions"][function]["Name"];
            format!("{}{lane}", name.as_str().expect("a function's name"))
        })
        .collect()
}

/// Whether EventBridge would hand an event to a rule: of its patterns, the parts that the template
/// uses. Source: Amazon EventBridge User Guide, "Event patterns".
fn fits(pattern: &Value, event: &Value) -> bool {
    match pattern {
        Value::Object(parts) => parts.iter().all(|(name, part)| match name.as_str() {
            "$or" => {
                let ways = part.as_array().expect("$or has a list");
                ways.iter().any(|way| fits(way, event))
            }
            _ => fits(part, &event[name.as_str()]),
        }),
        Value::Array(values) => values.iter().any(|value| {
            if *value == serde_json::json!({ "exists": false }) {
                return event.is_null();
            }
            assert!(
                value.is_string() || value.is_boolean(),
                "{value}: teach this test the pattern before the template uses it"
            );
            value == event
        }),
        other => panic!("{other} is no pattern"),
    }
}

fn template() -> Value {
    let path = repository().join("infra/template.yaml");
    let text = std::fs::read_to_string(path).expect("the template");
    serde_yaml::from_str(&text).expect("YAML")
}

/// An event of every kind, from the goldens of `contracts`, whose test counts them.
fn events() -> Vec<EventData> {
    let path = repository().join("shared/contracts/tests/goldens/events.json");
    let text = std::fs::read_to_string(path).expect("the goldens");
    let events: Vec<Event> = serde_json::from_str(&text).expect("events");
    let mut events: Vec<EventData> = events.into_iter().map(|it| it.data).collect();
    for data in events.clone() {
        if let EventData::DeadlineDue { kind, due, at } = data {
            let others = DeadlineKind::ALL.into_iter().filter(|it| *it != kind);
            events.extend(others.map(|kind| EventData::DeadlineDue { kind, due, at }));
        }
        if let EventData::RecordChanged { watched, .. } = &data {
            let mut other = data.clone();
            if let EventData::RecordChanged { watched: other, .. } = &mut other {
                *other = !watched;
            }
            events.push(other);
        }
    }
    events
}

/// Every kind of record, and an event about none.
fn kinds() -> impl Iterator<Item = Option<RecordKind>> {
    RecordKind::ALL.into_iter().map(Some).chain([None])
}

/// The queue of a function in which such an event waits.
fn queue_of(function: Function, data: &EventData, bulk: bool) -> String {
    let (id, time) = (EventId::of(&["wired"]), jiff::Timestamp::UNIX_EPOCH);
    let mut event = Event::new(id, time, &Revision::default(), data.clone());
    event.bulk = bulk;
    match engine::lane_of(function, &event) {
        Lane::Bulk => format!("{function}-bulk"),
        Lane::Express => function.to_string(),
    }
}

/// What differs between the template and the engine, a line each.
fn differences(template: &Value) -> Vec<String> {
    let rules = rules(template);
    let mut differences = Vec::new();
    for data in events() {
        for (kind, bulk) in kinds().flat_map(|kind| [(kind, false), (kind, true)]) {
            let mut detail = serde_json::to_value(&data).expect("JSON");
            let name = detail["name"].as_str().expect("a name").to_owned();
            if let Some(kind) = kind {
                detail["record"] = serde_json::json!({ "kind": kind });
            }
            if bulk {
                detail["bulk"] = true.into();
            }
            let envelope = serde_json::json!({
                "source": "fairlead", "detail-type": name, "detail": detail,
            });
            let mut delivered = BTreeMap::<String, Vec<&str>>::new();
            for rule in rules.iter().filter(|it| fits(&it.pattern, &envelope)) {
                for target in &rule.targets {
                    delivered
                        .entry(target.clone())
                        .or_default()
                        .push(&rule.name);
                }
            }
            let wanted: BTreeSet<String> = engine::routes_of(&data, kind)
                .iter()
                .map(|function| queue_of(*function, &data, bulk))
                .collect();
            let about = kind.map_or("nothing".to_owned(), |it| format!("a {it}"));
            for missing in wanted.iter().filter(|it| !delivered.contains_key(*it)) {
                differences.push(format!(
                    "{name} about {about}: engine::routes_of sends it to {missing}, no rule of \
                     infra/template.yaml does"
                ));
            }
            for (target, rules) in delivered {
                if !wanted.contains(&target) {
                    differences.push(format!(
                        "{name} about {about}: {rules:?} sends it to {target}, engine::routes_of \
                         does not"
                    ));
                }
                assert!(rules.len() == 1, "{name} reaches {target} twice: {rules:?}");
            }
        }
    }
    differences
}

#[test]
fn the_template_delivers_what_the_engine_says() {
    let differences = differences(&template());
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn the_clock_ticks_for_whom_the_engine_says() {
    let template = template();
    let tick = EventData::Tick {
        at: jiff::Timestamp::UNIX_EPOCH,
    };
    let wanted: BTreeSet<String> = engine::routes_of(&tick, None)
        .iter()
        .map(|function| queue_of(*function, &tick, false))
        .collect();
    let ticks = ["EveryMinuteRule", "EveryFiveMinutesRule"];
    let ticks = ticks.map(|rule| targets(&template, &template["Resources"][rule]));
    let reached: Vec<String> = ticks.into_iter().flatten().collect();
    assert_eq!(BTreeSet::from_iter(reached.clone()), wanted);
    assert_eq!(reached.len(), wanted.len(), "nobody hears of two ticks");
}

/// The test above can fail: without any one rule, or any one name in a rule, something is missed.
#[test]
fn a_route_taken_out_of_the_template_is_noticed() {
    let whole = template();
    for rule in rules(&whole) {
        let mut without = whole.clone();
        let resources = without["Resources"].as_object_mut().expect("resources");
        resources.remove(&rule.name);
        assert!(
            !differences(&without).is_empty(),
            "nothing is missed without {}",
            rule.name
        );
        for path in names(&rule.pattern, String::new()) {
            let mut without = whole.clone();
            let pattern = &mut without["Resources"][&rule.name]["Properties"]["EventPattern"];
            let (list, index) = path.rsplit_once('/').expect("a path");
            let list = pattern.pointer_mut(list).expect("a list");
            let index: usize = index.parse().expect("an index");
            list.as_array_mut().expect("a list").remove(index);
            assert!(
                !differences(&without).is_empty(),
                "nothing is missed without {path} of {}",
                rule.name
            );
        }
    }
}

/// Where in a pattern its strings stand, as JSON pointers.
fn names(pattern: &Value, at: String) -> Vec<String> {
    match pattern {
        // Of a list of one, nothing is left without it.
        Value::Object(parts) if parts.contains_key("exists") => Vec::new(),
        Value::Object(parts) => parts
            .iter()
            .flat_map(|(name, part)| names(part, format!("{at}/{name}")))
            .collect(),
        Value::Array(parts) => parts
            .iter()
            .enumerate()
            .flat_map(|(index, part)| names(part, format!("{at}/{index}")))
            .collect(),
        _ => vec![at],
    }
}
