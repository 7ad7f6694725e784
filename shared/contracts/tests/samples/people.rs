//! Who is away, as people and the CRM say.

use std::collections::BTreeMap;

use contracts::state::{Absence, AbsencesState, Archived, Span};
use crm::PersonId;

use super::{anna, at, noon, source};

pub fn absences() -> AbsencesState {
    let span = Span {
        from: noon(),
        to: at("2026-12-01T00:00:00Z"),
    };
    let absence = Absence {
        span,
        reason: Some("leave".to_owned()),
        cover: Some(PersonId::new("ben")),
        of: None,
    };
    let of_crm = Absence {
        span,
        reason: None,
        cover: None,
        of: Some(source()),
    };
    let archived = Archived {
        source: source(),
        seen: noon(),
    };
    AbsencesState {
        people: BTreeMap::from([
            (anna(), vec![absence]),
            (PersonId::new("ben"), vec![of_crm]),
        ]),
        archived: BTreeMap::from([(PersonId::new("nina"), archived)]),
    }
}
