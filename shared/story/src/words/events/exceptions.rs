use contracts::{EventData, ExceptionGranted, state::ExceptionEnd};

use crate::wording::Wording;

/// What is said of exceptions.
pub(super) fn wording(data: &EventData) -> Wording {
    match data {
        EventData::ExceptionGranted(ExceptionGranted {
            exception,
            by,
            of,
            until,
        }) => {
            let of: Vec<&str> = of.iter().map(String::as_str).collect();
            let of = of.join(", ");
            Wording::from(format!("{by} excepted it from {of} until "))
                .time(*until)
                .then(format!(" (exception {exception})"))
        }
        EventData::ExceptionUsed { exception, of } => {
            format!("exception {exception} was used: from {of}").into()
        }
        EventData::ExceptionEnded { exception, how } => match how {
            ExceptionEnd::TimeOver => {
                format!("exception {exception} ended: its time is over").into()
            }
            ExceptionEnd::EndedBy(by) => format!("exception {exception} was ended by {by}").into(),
        },
        other => other.name().into(),
    }
}
