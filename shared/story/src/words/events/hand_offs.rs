use contracts::{EventData, HandOffAccepted, HandOffAnswered, HandOffMade, HandOffRefused};
use crm::PersonId;

use crate::wording::Wording;

/// What an event of a hand-off says.
pub(super) fn wording(data: &EventData) -> Wording {
    match data {
        EventData::HandOffMade(HandOffMade {
            team,
            from,
            to,
            due,
            ..
        }) => {
            let from = from.as_ref().map(|from| format!(" by {from}"));
            let from = from.unwrap_or_default();
            Wording::from(format!(
                "handed to {team}{from}: {to} is to take it over by "
            ))
            .time(*due)
        }
        EventData::HandOffAnswered(HandOffAnswered {
            by, refused: None, ..
        }) => format!("{by} says that it is taken over").into(),
        EventData::HandOffAnswered(HandOffAnswered {
            by,
            refused: Some(reason),
            ..
        }) => format!("{by} says that it is not taken over: {reason}").into(),
        EventData::HandOffAccepted(HandOffAccepted { by, .. }) => {
            let by = by.as_ref().map_or("the other team", PersonId::as_str);
            format!("{by} has taken it over").into()
        }
        EventData::HandOffRefused(HandOffRefused { by, reason, .. }) => {
            format!("{by} refused to take it over: {reason}").into()
        }
        other => other.name().into(),
    }
}
