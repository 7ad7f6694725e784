use std::collections::BTreeMap;

use crm::{Candidates, Wanted};

/// What a search finds among records, each with what the field searched holds.
pub(super) fn found_among(
    values: &[(String, String)],
    wanted: Wanted,
    texts: &[String],
) -> BTreeMap<String, Candidates> {
    let found = |text: &String| Candidates {
        found: values
            .iter()
            .filter(|(_, value)| wanted.holds(value, text))
            .cloned()
            .collect(),
        more: false,
    };
    texts
        .iter()
        .map(|text| (text.clone(), found(text)))
        .collect()
}
