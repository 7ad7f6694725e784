//! What is new since the digest before, and what is over.

use std::collections::{BTreeMap, BTreeSet};

use contracts::state::Told;
use crm::RecordId;
use jiff::Timestamp;

use super::content::{BY_PAIN, Section, Thing};

impl Thing {
    /// What sets it apart from everything else that was or will be open on its record; none of what is no trouble
    /// yet.
    fn key(&self) -> Option<String> {
        match self {
            Self::Clock { late: false, .. } => None,
            Self::Clock { name, instance, .. } => Some(format!("late {name} {instance}")),
            Self::Deviation { name, open } => {
                Some(format!("open {name} {}", open.since.as_second()))
            }
        }
    }

    const fn since(&self) -> Timestamp {
        match self {
            Self::Clock { due, .. } => *due,
            Self::Deviation { open, .. } => open.since,
        }
    }
}

/// What a digest with these sections tells, for the next one to compare itself with.
#[must_use]
pub fn told(sections: &[Section], at: Timestamp) -> Told {
    let mut things: BTreeMap<RecordId, BTreeSet<String>> = BTreeMap::new();
    let by_pain = BY_PAIN.iter().filter_map(|part| of_part(sections, *part));
    let records = by_pain.flat_map(|section| &section.records);
    let all = records.flat_map(|it| it.things.iter().map(|thing| (&it.record, thing)));
    let keyed = all.filter_map(|(record, thing)| Some((record, thing.key()?)));
    for (record, key) in keyed.take(Told::MOST) {
        things.entry(record.clone()).or_default().insert(key);
    }
    Told { at, things }
}

fn of_part(sections: &[Section], part: model::Part) -> Option<&Section> {
    sections.iter().find(|section| section.part == part)
}

/// What the digest before told, if there was one that is known.
#[derive(Debug, Clone, Copy)]
pub struct News<'a>(Option<&'a Told>);

impl<'a> News<'a> {
    /// Compared with this one.
    #[must_use]
    pub const fn since(before: Option<&'a Told>) -> Self {
        Self(before)
    }

    /// When the one before was; none if it is not known what it told.
    #[must_use]
    pub fn last(&self) -> Option<Timestamp> {
        self.0.map(|before| before.at)
    }

    /// Whether something was not told before. Nothing is new where it is not known what was told.
    #[must_use]
    pub fn is_new(&self, record: &RecordId, thing: &Thing) -> bool {
        let (Some(before), Some(key)) = (self.0, thing.key()) else {
            return false;
        };
        let known = before.things.get(record);
        let told = known.is_some_and(|known| known.contains(&key));
        // Of a list that was cut, what is not on it may be old all the same.
        !told && (!before.is_full() || thing.since() >= before.at)
    }

    /// The records of which something was told before that is open for the reader no more, and nothing else is: it
    /// was put right, or is somebody else's now.
    #[must_use]
    pub fn over(&self, sections: &[Section]) -> BTreeSet<RecordId> {
        let records = sections.iter().flat_map(|section| &section.records);
        let open: BTreeSet<&RecordId> = records.map(|it| &it.record).collect();
        let before = self.0.into_iter().flat_map(|before| before.things.keys());
        before
            .filter(|record| !open.contains(record))
            .cloned()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use crm::PersonId;
    use model::Part;

    use super::{super::content::OpenRecord, *};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn record(id: &str) -> RecordId {
        format!("hubspot:lead:{id}").parse().unwrap()
    }

    fn late(instance: u32) -> Thing {
        Thing::Clock {
            name: "first_response".to_owned(),
            instance,
            due: at("2026-11-20T10:00:00Z"),
            late: true,
        }
    }

    fn section(of: &[(&str, u32)]) -> Vec<Section> {
        let records = of.iter().map(|(id, instance)| OpenRecord {
            record: record(id),
            owner: PersonId::new("anna"),
            things: vec![late(*instance)],
        });
        vec![Section {
            part: Part::LateClocks,
            records: records.collect(),
        }]
    }

    #[test]
    fn what_was_told_is_not_new_and_what_is_gone_is_over() {
        let before = told(&section(&[("1", 1), ("2", 1)]), at("2026-11-20T12:00:00Z"));
        let now = section(&[("2", 1), ("3", 1)]);
        let news = News::since(Some(&before));
        assert!(!news.is_new(&record("2"), &late(1)));
        assert!(news.is_new(&record("2"), &late(2)), "another run");
        assert!(news.is_new(&record("3"), &late(1)));
        assert_eq!(news.over(&now), [record("1")].into());
    }

    #[test]
    fn nothing_is_new_or_over_where_nothing_is_known() {
        let news = News::since(None);
        assert!(!news.is_new(&record("1"), &late(1)));
        assert!(news.over(&[]).is_empty());
    }

    #[test]
    fn of_a_list_that_was_cut_only_what_began_since_is_new() {
        let many: Vec<String> = (0..Told::MOST + 9).map(|it| format!("{it:04}")).collect();
        let many: Vec<(&str, u32)> = many.iter().map(|it| (it.as_str(), 1)).collect();
        let before = told(&section(&many), at("2026-11-20T12:00:00Z"));
        assert!(before.is_full());
        let news = News::since(Some(&before));
        assert!(!news.is_new(&record("9999"), &late(1)));
    }
}
