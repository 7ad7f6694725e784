//! A field's write and what it makes of what the CRM shows: nothing here asks the CRM.

use contracts::FieldChange;
use crm::{Author, Change, PersonId, Value};
use engine::{CrmError, Ended, FieldStandings, FieldValues, Tried};
use jiff::{SignedDuration, Timestamp};

use crate::{rolling_hour::Purpose, target::Target, writeback::WriteError};

/// Whether the write was tried before, and when it was decided.
pub(crate) type Decided = (Tried, Timestamp);

/// Fields of a record and what they are to hold, written together or not at all. What a field holds is
/// compared in the model's words; the empty word is no value: of an owner, a record without one.
pub(crate) struct FieldWrite {
    /// The CRM's id of the record.
    pub(crate) id: String,
    pub(crate) purpose: Purpose,
    /// At least one, each field once.
    sets: Vec<Set>,
    decided: Decided,
}

/// One field and what it is to hold.
struct Set {
    field: String,
    /// None empties it.
    value: Option<Value>,
    wanted: String,
    /// What must still stand there; none: whatever it is.
    only_if: Option<String>,
}

/// What is to be done about a field, by what it shows.
pub(crate) enum Next {
    /// Nothing.
    Ended(Ended),
    /// It holds what we wrote.
    Written,
    /// It is to be written.
    Write,
}

impl Set {
    /// A value in the model's words.
    fn words(&self, target: &Target<'_>, value: Option<&Value>) -> String {
        match value {
            None if self.field == "stage" => target.first_beside(&self.wanted).to_owned(),
            None => String::new(),
            Some(value) => value.to_string(),
        }
    }

    fn held(&self, target: &Target<'_>, standings: &FieldStandings) -> String {
        self.words(target, value_of(standings, &self.field))
    }

    /// A word as it is told.
    fn told<'w>(&self, word: &'w str) -> &'w str {
        let is_person = self.value.as_ref().is_some_and(|it| it.person().is_some());
        let nobody = self.field == "stage" || is_person;
        match (word, nobody) {
            ("", true) => "nobody",
            ("", false) => "empty",
            (word, _) => word,
        }
    }

    fn written_before(&self, first: &FieldStandings, decided: Decided) -> bool {
        let (Tried::Before, decided) = decided else {
            return false;
        };
        let earliest = decided.checked_sub(CLOCKS_APART);
        let earliest = earliest.unwrap_or(Timestamp::MIN);
        changes_of(first, &self.field).any(|change| {
            let ours = matches!(change.by, Author::App(_)) && change.value == self.value;
            ours && change.at >= earliest
        })
    }

    /// Whether the history shows that the CRM took our value, whatever it shows now.
    fn taken(&self, first: &FieldStandings, after: &FieldStandings) -> bool {
        let mut fresh = self.fresh(first, after);
        fresh.any(|change| change.value == self.value)
    }

    /// What was not there when we looked first.
    fn fresh<'s>(
        &self,
        first: &'s FieldStandings,
        after: &'s FieldStandings,
    ) -> impl Iterator<Item = &'s Change> {
        let known: Vec<&Change> = changes_of(first, &self.field).collect();
        changes_of(after, &self.field).filter(move |change| !known.contains(change))
    }

    /// What somebody wrote after our look and before our write, if the history shows it: an entry that
    /// was not there when we looked, below the one with our value.
    fn overwritten(&self, first: &FieldStandings, after: &FieldStandings) -> Option<Option<Value>> {
        let ours = self.value.as_ref();
        let mut fresh = self.fresh(first, after);
        if fresh.next()?.value.as_ref() != ours {
            // Whoever wrote last is not us: nothing of theirs is lost.
            return None;
        }
        let theirs = fresh.find(|change| change.value.as_ref() != ours)?;
        let before = value_of(first, &self.field);
        (theirs.value.as_ref() != before).then(|| theirs.value.clone())
    }
}

fn value_of<'s>(standings: &'s FieldStandings, field: &str) -> Option<&'s Value> {
    standings.get(field)?.value.as_ref()
}

fn changes_of<'s>(
    standings: &'s FieldStandings,
    field: &str,
) -> impl Iterator<Item = &'s Change> + use<'s> {
    let standing = standings.get(field).into_iter();
    standing.flat_map(|standing| &standing.changes)
}

impl FieldWrite {
    pub(crate) fn owner(
        (id, field): (&str, &str),
        to: &PersonId,
        only_if: Option<&PersonId>,
        decided: Decided,
    ) -> Self {
        let set = Set {
            field: field.to_owned(),
            value: Some(Value::Person(to.clone())),
            wanted: to.to_string(),
            only_if: Some(only_if.map(ToString::to_string).unwrap_or_default()),
        };
        Self {
            id: id.to_owned(),
            purpose: Purpose::Owner,
            sets: vec![set],
            decided,
        }
    }

    pub(crate) fn stage(id: &str, to: &str, only_if: Option<&str>, decided: Decided) -> Self {
        let set = Set {
            field: "stage".to_owned(),
            value: Some(Value::Text(to.to_owned())),
            wanted: to.to_owned(),
            only_if: only_if.map(str::to_owned),
        };
        Self {
            id: id.to_owned(),
            purpose: Purpose::Other,
            sets: vec![set],
            decided,
        }
    }

    pub(crate) fn fields(id: &str, changes: &[FieldChange], decided: Decided) -> Self {
        let sets = changes.iter().map(|change| Set {
            field: change.field.clone(),
            value: change.to.clone(),
            wanted: change
                .to
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            only_if: Some(
                change
                    .only_if
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
            ),
        });
        Self {
            id: id.to_owned(),
            purpose: Purpose::Other,
            sets: sets.collect(),
            decided,
        }
    }

    /// What the CRM shows, with its stages by the names that the model has for them.
    pub(crate) fn named(&self, target: &Target<'_>, mut shown: FieldStandings) -> FieldStandings {
        for set in self.sets.iter().filter(|set| set.field == "stage") {
            if let Some(standing) = shown.get_mut(&set.field) {
                target.name_stages(&set.wanted, standing);
            }
        }
        shown
    }

    /// The names of its fields.
    pub(crate) fn names(&self) -> Vec<String> {
        self.sets.iter().map(|set| set.field.clone()).collect()
    }

    /// What it sets.
    pub(crate) fn values(&self) -> FieldValues {
        let values = self.sets.iter();
        values
            .map(|set| (set.field.clone(), set.value.clone()))
            .collect()
    }

    /// What comes of it where it cannot be written there. Whom the CRM cannot name as an owner it refuses, so that
    /// somebody else gets the record.
    pub(crate) fn impossible(&self, target: &Target<'_>) -> Option<Result<Ended, WriteError>> {
        let (kind, source) = (target.mapping.kind, &target.mapping.source);
        self.sets.iter().find_map(|set| {
            if target.mapping.field(&set.field).is_none() {
                return Some(Ok(Ended::skipped(format!(
                    "{kind}.{} has no property of {source} in technology.yaml",
                    set.field
                ))));
            }
            let person = set.value.as_ref()?.person()?;
            if target.mapping.owner_id(person).is_some() {
                return None;
            }
            let why = format!("{person} has no id of {source} in people.yaml");
            Some(match self.purpose {
                Purpose::Owner => Err(CrmError::Refused { why }.into()),
                Purpose::Other => Ok(Ended::skipped(why)),
            })
        })
    }

    /// What the first look says.
    pub(crate) fn at_first(&self, target: &Target<'_>, first: &FieldStandings) -> Next {
        let before = self.sets.iter().map(|set| (set, set.held(target, first)));
        let changed = before.filter(|(set, before)| *before != set.wanted);
        for (set, before) in changed {
            if set.written_before(first, self.decided) {
                return Next::Ended(Ended::done(format!(
                    "{} was set to {} before, and changed to {} since",
                    set.field,
                    set.told(&set.wanted),
                    set.told(&before)
                )));
            }
        }
        self.next(target, first, false)
    }

    /// What a look says, after a try whose answer was lost or before any.
    pub(crate) fn next(&self, target: &Target<'_>, now: &FieldStandings, tried: bool) -> Next {
        let held = self.sets.iter().map(|set| (set, set.held(target, now)));
        let (there, open): (Vec<_>, Vec<_>) = held.partition(|(set, held)| *held == set.wanted);
        if open.is_empty() {
            if tried {
                return Next::Written;
            }
            let there = there.iter();
            let there = there.map(|(set, held)| format!("{} {}", set.field, set.told(held)));
            let there: Vec<String> = there.collect();
            return Next::Ended(Ended::done(format!("already so: {}", there.join(", "))));
        }
        for (set, held) in open {
            if let Some(needed) = set.only_if.as_ref().filter(|needed| **needed != held) {
                return Next::Ended(Ended::skipped(format!(
                    "left alone: {} is {} by now, not {}",
                    set.field,
                    set.told(&held),
                    set.told(needed)
                )));
            }
        }
        Next::Write
    }

    /// Whether the history shows that the CRM took what we wrote.
    pub(crate) fn taken(&self, first: &FieldStandings, after: &FieldStandings) -> bool {
        self.sets.iter().any(|set| set.taken(first, after))
    }

    /// What is said once the CRM has taken the values; none if it shows nothing of them.
    pub(crate) fn done(
        &self,
        target: &Target<'_>,
        (first, after): (&FieldStandings, &FieldStandings),
    ) -> Result<Ended, String> {
        let mut all = Vec::with_capacity(self.sets.len());
        for set in &self.sets {
            let field = &set.field;
            let (before, shown) = (set.held(target, first), set.held(target, after));
            if before == set.wanted && self.sets.len() > 1 {
                continue;
            }
            if shown == before && !set.taken(first, after) {
                return Err(format!(
                    "the CRM took the new {field} and still shows {}",
                    set.told(&before)
                ));
            }
            let (from, to) = (set.told(&before), set.told(&set.wanted));
            let said = format!("{field} set from {from} to {to}");
            all.push(if shown == set.wanted {
                said
            } else {
                format!("{said}, and changed to {} since", set.told(&shown))
            });
        }
        Ok(Ended::done(all.join(", ")))
    }

    /// What is to stand again where somebody's edit was written over, with the field and what they wrote.
    /// What was written with it is taken back too, where nobody has changed it since.
    pub(crate) fn to_put_back(
        &self,
        first: &FieldStandings,
        after: &FieldStandings,
    ) -> Option<(FieldValues, PutBack<'_>)> {
        let mut theirs = self
            .sets
            .iter()
            .filter_map(|set| Some((set, set.overwritten(first, after)?)));
        let (one, value) = theirs.next()?;
        let mut values = FieldValues::from([(one.field.clone(), value.clone())]);
        values.extend(theirs.map(|(set, value)| (set.field.clone(), value)));
        for set in &self.sets {
            let ours = value_of(after, &set.field) == set.value.as_ref();
            let before = value_of(first, &set.field);
            if ours && before != set.value.as_ref() {
                values
                    .entry(set.field.clone())
                    .or_insert_with(|| before.cloned());
            }
        }
        Some((values, PutBack { set: one, value }))
    }
}

/// Somebody's edit that was written over.
pub(crate) struct PutBack<'w> {
    set: &'w Set,
    value: Option<Value>,
}

impl PutBack<'_> {
    /// What is said once it is back.
    pub(crate) fn said(&self, target: &Target<'_>) -> Ended {
        let theirs = self.set.words(target, self.value.as_ref());
        Ended::skipped(format!(
            "put back: {} was set to {} while we wrote {}",
            self.set.field,
            self.set.told(&theirs),
            self.set.told(&self.set.wanted)
        ))
    }
}

/// How far the CRM's clock may be behind ours.
const CLOCKS_APART: SignedDuration = SignedDuration::from_secs(5);
