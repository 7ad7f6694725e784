//! Every kind of event that leaves the process: `contracts` keeps one of each.

use contracts::Event;

use super::said;

const SAMPLES: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../contracts/tests/goldens/events.json"
));

#[test]
fn every_kind_of_event_is_put_in_words() {
    let events: Vec<Event> = serde_json::from_str(SAMPLES).unwrap();
    assert!(events.len() > 27, "{}", events.len());
    for event in events {
        let words = said(&event.data);
        assert!(!words.trim().is_empty(), "{} says nothing", event.name());
        assert_ne!(words, event.name(), "it has no words of its own");
    }
}
