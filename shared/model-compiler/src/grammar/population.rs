//! What a metric is of: `open opportunities`, `opportunities in sql`, `clock first_response`.

use crm::RecordKind;

use model::Population;

/// What the words mean, whether or not the clock or the stage exists.
pub(crate) fn read(text: &str) -> Option<Population> {
    if let Some((records, stage)) = text.split_once(" in ") {
        return Some(Population::InStage(kind(records)?, stage.trim().to_owned()));
    }
    match text.split_once(' ') {
        None => kind(text).map(Population::All),
        Some(("open", records)) => kind(records).map(Population::Open),
        Some(("clock", name)) => Some(Population::Clock(name.trim().to_owned())),
        Some(("lifecycle", kind)) => kind.trim().parse().ok().map(Population::Lifecycle),
        Some(_) => None,
    }
}

/// The kind of record that the words speak of, where they say one.
pub(crate) fn kind_of(text: &str) -> Option<RecordKind> {
    match read(text)? {
        Population::All(kind)
        | Population::Open(kind)
        | Population::InStage(kind, _)
        | Population::Lifecycle(kind) => Some(kind),
        Population::Clock(_) => None,
    }
}

/// The kind of which this is the plural.
pub(crate) fn kind(plural: &str) -> Option<RecordKind> {
    let plural = plural.trim();
    RecordKind::ALL
        .into_iter()
        .find(|kind| kind.plural() == plural)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_metric_is_of_is_said_in_few_words() {
        let deals = RecordKind::Opportunity;
        for (text, of) in [
            ("opportunities", Population::All(deals)),
            ("open opportunities", Population::Open(deals)),
            (
                "opportunities in sql",
                Population::InStage(deals, "sql".to_owned()),
            ),
            (
                "clock first_response",
                Population::Clock("first_response".to_owned()),
            ),
            ("lifecycle opportunity", Population::Lifecycle(deals)),
        ] {
            assert_eq!(read(text), Some(of), "{text}");
        }
        for text in [
            "",
            "deals",
            "open opportunity",
            "lifecycle opportunities",
            "closed leads",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
