//! A field's write and what it makes of what the CRM shows: nothing here asks the CRM.

use crm::{Author, PersonId, Value};
use engine::{Ended, FieldStanding, Tried};
use jiff::{SignedDuration, Timestamp};

use crate::{rolling_hour::Purpose, target::Target};

/// Whether the write was tried before, and when it was decided.
pub(crate) type Decided = (Tried, Timestamp);

/// A field of a record and what it is to hold. What a field holds is compared in the model's words; the
/// empty word is a record without an owner.
pub(crate) struct FieldWrite {
    /// The CRM's id of the record.
    pub(crate) id: String,
    pub(crate) field: &'static str,
    pub(crate) purpose: Purpose,
    pub(crate) value: Value,
    pub(crate) wanted: String,
    /// What must still stand there; none: whatever it is.
    only_if: Option<String>,
    decided: Decided,
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

impl FieldWrite {
    pub(crate) fn owner(
        id: &str,
        to: &PersonId,
        only_if: Option<&PersonId>,
        decided: Decided,
    ) -> Self {
        Self {
            id: id.to_owned(),
            field: "owner",
            purpose: Purpose::Owner,
            value: Value::Person(to.clone()),
            wanted: to.to_string(),
            only_if: Some(only_if.map(ToString::to_string).unwrap_or_default()),
            decided,
        }
    }

    pub(crate) fn stage(id: &str, to: &str, only_if: Option<&str>, decided: Decided) -> Self {
        Self {
            id: id.to_owned(),
            field: "stage",
            purpose: Purpose::Other,
            value: Value::Text(to.to_owned()),
            wanted: to.to_owned(),
            only_if: only_if.map(str::to_owned),
            decided,
        }
    }

    /// A value in the model's words.
    fn words(&self, target: &Target<'_>, value: Option<&Value>) -> String {
        match value {
            None if self.field == "stage" => target.first_stage.unwrap_or_default().to_owned(),
            None => String::new(),
            Some(value) => value.to_string(),
        }
    }

    /// Why it cannot be written there, if it cannot.
    pub(crate) fn impossible(&self, target: &Target<'_>) -> Option<String> {
        let (kind, source) = (target.mapping.kind, &target.mapping.source);
        if target.mapping.field(self.field).is_none() {
            return Some(format!(
                "{kind}.{} has no property of {source} in technology.yaml",
                self.field
            ));
        }
        let person = self.value.person()?;
        let unknown = target.mapping.owner_id(person).is_none();
        unknown.then(|| format!("{} has no id of {source} in people.yaml", self.wanted))
    }

    /// What the first look says.
    pub(crate) fn at_first(&self, target: &Target<'_>, first: &FieldStanding) -> Next {
        let before = self.words(target, first.value.as_ref());
        if before != self.wanted && written_before(first, self) {
            return Next::Ended(Ended::done(format!(
                "{} was set to {} before, and changed to {} since",
                self.field,
                self.wanted,
                or_nobody(&before)
            )));
        }
        self.next(target, first, false)
    }

    /// What a look says, after a try whose answer was lost or before any.
    pub(crate) fn next(&self, target: &Target<'_>, now: &FieldStanding, tried: bool) -> Next {
        let held = self.words(target, now.value.as_ref());
        let field = self.field;
        if held == self.wanted {
            return if tried {
                Next::Written
            } else {
                Next::Ended(Ended::done(format!(
                    "already so: {field} {}",
                    or_nobody(&self.wanted)
                )))
            };
        }
        match self.only_if.as_ref().filter(|needed| **needed != held) {
            Some(needed) => Next::Ended(Ended::skipped(format!(
                "left alone: {field} is {} by now, not {}",
                or_nobody(&held),
                or_nobody(needed)
            ))),
            None => Next::Write,
        }
    }

    /// What is said once the CRM has taken the value; none if it shows nothing of it.
    pub(crate) fn done(
        &self,
        target: &Target<'_>,
        (first, after): (&FieldStanding, &FieldStanding),
    ) -> Result<Ended, String> {
        let field = self.field;
        let before = self.words(target, first.value.as_ref());
        let shown = self.words(target, after.value.as_ref());
        if shown == before && !took_it(first, after, &self.value) {
            return Err(format!(
                "the CRM took the new {field} and still shows {}",
                or_nobody(&before)
            ));
        }
        let set = format!("{field} set from {} to {}", or_nobody(&before), self.wanted);
        Ok(Ended::done(if shown == self.wanted {
            set
        } else {
            format!("{set}, and changed to {} since", or_nobody(&shown))
        }))
    }

    /// What is said once somebody's edit is back that was written over.
    pub(crate) fn put_back(&self, target: &Target<'_>, theirs: Option<&Value>) -> Ended {
        Ended::skipped(format!(
            "put back: {} was set to {} while we wrote {}",
            self.field,
            or_nobody(&self.words(target, theirs)),
            or_nobody(&self.wanted)
        ))
    }
}

fn or_nobody(word: &str) -> &str {
    if word.is_empty() { "nobody" } else { word }
}

/// How far the CRM's clock may be behind ours.
const CLOCKS_APART: SignedDuration = SignedDuration::from_secs(5);

/// Whether an earlier try has written the value, and somebody has changed it since: theirs is the newer
/// edit. What was written upon an earlier decision is another matter.
fn written_before(first: &FieldStanding, write: &FieldWrite) -> bool {
    let (Tried::Before, decided) = write.decided else {
        return false;
    };
    let earliest = decided.checked_sub(CLOCKS_APART);
    let earliest = earliest.unwrap_or(Timestamp::MIN);
    first.changes.iter().any(|change| {
        let ours =
            matches!(change.by, Author::App(_)) && change.value.as_ref() == Some(&write.value);
        ours && change.at >= earliest
    })
}

/// Whether the history shows that the CRM took our value, whatever it shows now.
pub(crate) fn took_it(first: &FieldStanding, after: &FieldStanding, ours: &Value) -> bool {
    let mut fresh = after
        .changes
        .iter()
        .filter(|it| !first.changes.contains(it));
    fresh.any(|change| change.value.as_ref() == Some(ours))
}

/// What somebody wrote after our look and before our write, if the history shows it: an entry that
/// was not there when we looked, below the one with our value.
pub(crate) fn overwritten(
    first: &FieldStanding,
    after: &FieldStanding,
    ours: &Value,
) -> Option<Option<Value>> {
    let new = |change: &&crm::Change| !first.changes.contains(change);
    let mut fresh = after.changes.iter().filter(new);
    let newest = fresh.next()?;
    if newest.value.as_ref() != Some(ours) {
        // Whoever wrote last is not us: nothing of theirs is lost.
        return None;
    }
    let theirs = fresh.find(|change| change.value.as_ref() != Some(ours))?;
    (theirs.value != first.value).then(|| theirs.value.clone())
}
