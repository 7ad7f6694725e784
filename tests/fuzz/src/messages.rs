//! What a queue hands to a function: an event of ours in the envelope of the bus, or a tick of the scheduler.

use contracts::{Event, EventData, EventId};
use model::Revision;
use serde_json::json;

/// What is no event of ours is refused with words, and what is one comes back if it is written again.
pub(crate) fn hold(bytes: &[u8]) {
    let body = String::from_utf8_lossy(bytes);
    match lambda_shell::event_of(&body, None) {
        Err(why) => assert!(!format!("{why:?}").is_empty()),
        Ok(event) => {
            let written = serde_json::to_string(&event).expect("what was read can be written");
            let again: Event =
                serde_json::from_str(&written).expect("what was written can be read");
            assert_eq!(again, event);
        }
    }
}

pub(crate) fn starts() -> Vec<Vec<u8>> {
    let now = testkit::at("2026-11-25T12:00:00Z");
    let tick = json!({
        "version": "0", "id": "17", "detail-type": "Scheduled Event", "source": "aws.scheduler", "account": "1",
        "time": "2026-11-25T12:00:00Z", "region": "eu-central-1", "resources": [], "detail": {},
    });
    let data = EventData::RecordNoticed {
        property: Some("email".to_owned()),
        occurred: now,
        deleted: false,
        merge: None,
        swept: None,
        erasure: None,
    };
    let event = Event::new(EventId::of(&["one"]), now, &Revision::default(), data);
    let event = event.about(testkit::record_id("lead:1"), 0);
    let sent = json!({
        "version": "0", "id": "18", "detail-type": event.data.name(), "source": "fairlead", "account": "1",
        "time": "2026-11-25T12:00:00Z", "region": "eu-central-1", "resources": [], "detail": event,
    });
    [tick, sent].map(|it| it.to_string().into_bytes()).into()
}
