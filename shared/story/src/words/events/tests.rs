#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod approved;
mod every;
mod excepted;
mod handed;
mod refused;
mod said;

use contracts::EventData;
use crm::PersonId;

use super::wording;

fn said(data: &EventData) -> String {
    wording(data).in_words(
        |at| at.strftime("%H:%M").to_string(),
        |record| record.to_string(),
    )
}

fn ben() -> PersonId {
    PersonId::new("ben")
}

fn name(text: &str) -> String {
    text.to_owned()
}
