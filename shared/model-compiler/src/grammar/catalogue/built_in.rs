//! The fields that the language brings along.

use crm::{FieldRef, Matched, RecordKind};

use super::entry::{Asked, Entry, Holds, sees};
use crate::{
    grammar::{Names, journeys, names::Known, sites::Trees},
    yaml::node::Node,
};
use model::{APPROVAL_STATUS, CLOCK_STATUS, ModelFile};

/// What can have come of routing.
const ROUTING: [&str; 5] = ["not_started", "routed", "owned_by_hand", "left", "waiting"];

/// What a deviation of the record can be. Where it cannot be judged, it is unknown.
const DEVIATION: [&str; 2] = ["open", "none"];

fn one_of(words: &[&str]) -> Holds {
    Holds::OneOf(Some(words.iter().map(|&word| word.to_owned()).collect()))
}

/// The built-in fields of a kind of record.
pub(super) fn fields(kind: RecordKind, known: &Known<'_>) -> Vec<(&'static str, Holds, Asked)> {
    let words = |family| {
        known
            .names(family, None)
            .map(|names| names.into_iter().map(str::to_owned).collect())
    };
    let mut fields = vec![
        ("age", Holds::Length("corridor"), Asked::OfItself),
        ("created", Holds::Timestamp, Asked::OfItself),
    ];
    if sees(kind, RecordKind::Account) {
        let (segments, territories) = (words(Names::Segment), words(Names::Territory));
        fields.push(("in_icp", Holds::Boolean, Asked::Anywhere));
        fields.push(("segment", Holds::OneOf(segments), Asked::Anywhere));
        fields.push(("territory", Holds::OneOf(territories), Asked::Anywhere));
    }
    if matches!(
        kind,
        RecordKind::Lead | RecordKind::Contact | RecordKind::Opportunity
    ) {
        fields.push(("last_contact", Holds::Timestamp, Asked::OfItself));
    }
    if known.has_lifecycle(kind) {
        fields.push(("time_in_stage", Holds::Length("stay"), Asked::OfItself));
        fields.push(("open", Holds::Boolean, Asked::OfItself));
        fields.push(("stage_criteria", Holds::Criteria, Asked::OfItself));
        fields.push(("journey", one_of(known.journeys(kind)), Asked::OfItself));
    }
    if kind == RecordKind::Lead {
        fields.push(("match", one_of(&Matched::WORDS), Asked::OfItself));
    }
    if kind == RecordKind::Lead || known.has_routing(kind) {
        fields.push(("routing", one_of(&ROUTING), Asked::Afterwards));
    }
    fields
}

/// The clocks, deviations and approvals of each kind of record as fields: how each is written, what it is
/// called inside, and what it holds.
pub(super) fn states(trees: &Trees) -> Vec<(String, FieldRef, Entry)> {
    let mut found = Vec::new();
    for (file, section, word, words, asked) in [
        (
            ModelFile::Processes,
            "clocks",
            "clock",
            CLOCK_STATUS.as_slice(),
            Asked::Afterwards,
        ),
        (
            ModelFile::Governance,
            "deviations",
            "deviation",
            DEVIATION.as_slice(),
            Asked::InMetrics,
        ),
        (
            ModelFile::Governance,
            "approvals",
            "approval",
            APPROVAL_STATUS.as_slice(),
            Asked::AtGates,
        ),
    ] {
        let named = trees.get(&file).and_then(|root| root.get(section));
        for (name, _, node) in named.into_iter().flat_map(Node::entries) {
            if let Some(kind) = node.text_of("record").and_then(|kind| kind.parse().ok()) {
                let written = format!("{word}.{name}");
                let field = FieldRef::new(kind, written.clone());
                found.push((written, field, Entry::new(one_of(words), asked)));
            }
        }
    }
    found.extend(journeys::hand_offs(trees).map(|(kind, clock)| {
        let written = format!("clock.{clock}");
        let entry = Entry::new(one_of(&CLOCK_STATUS), Asked::Afterwards);
        (written.clone(), FieldRef::new(kind, written), entry)
    }));
    found
}
