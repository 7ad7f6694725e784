use crm::{Author, PersonId, Value};
use engine::{Clock, Crm, CrmError, Ended, Failure, FieldStanding, Tried};
use jiff::{SignedDuration, Timestamp};
use store::Store;

use crate::{
    rolling_hour::Purpose,
    target::Target,
    writeback::{CrmWriteback, WriteError},
};

/// How often a field is looked at and written before the message goes back to its queue.
const TRIES: u32 = 3;

/// Whether the write was tried before, and when it was decided.
pub(crate) type Decided = (Tried, Timestamp);

/// A field and what it is to hold. What a field holds is compared in the model's words; the empty
/// word is a record without an owner.
pub(crate) struct FieldWrite {
    field: &'static str,
    purpose: Purpose,
    value: Value,
    wanted: String,
    /// What must still stand there; none: whatever it is.
    only_if: Option<String>,
    decided: Decided,
}

impl FieldWrite {
    pub(crate) fn owner(to: &PersonId, only_if: Option<&PersonId>, decided: Decided) -> Self {
        Self {
            field: "owner",
            purpose: Purpose::Owner,
            value: Value::Person(to.clone()),
            wanted: to.to_string(),
            only_if: Some(only_if.map(ToString::to_string).unwrap_or_default()),
            decided,
        }
    }

    pub(crate) fn stage(to: &str, only_if: Option<&str>, decided: Decided) -> Self {
        Self {
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
    fn impossible(&self, target: &Target<'_>) -> Option<String> {
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
}

fn or_nobody(word: &str) -> &str {
    if word.is_empty() { "nobody" } else { word }
}

impl<S: Store, C: Clock, R: Crm> CrmWriteback<S, C, R> {
    /// Sets a field if it is still needed: looks, writes, looks again; and looks before each
    /// further try. What somebody else wrote between a look and our write is put back: it is the
    /// newer edit, and the field's history shows it.
    pub(crate) async fn set(
        &self,
        crm: &R,
        target: &Target<'_>,
        write: FieldWrite,
    ) -> Result<Ended, WriteError> {
        if let Some(why) = write.impossible(target) {
            return Ok(Ended::skipped(why));
        }
        let (mapping, id, field) = (target.mapping, target.id, write.field);
        let first = crm.field(mapping, id, field).await?;
        let before = write.words(target, first.value.as_ref());
        if before != write.wanted && written_before(&first, &write) {
            return Ok(Ended::done(format!(
                "{field} was set to {} before, and changed to {} since",
                write.wanted,
                or_nobody(&before)
            )));
        }
        let mut now = first.clone();
        let mut tried = 0;
        loop {
            let held = write.words(target, now.value.as_ref());
            if held == write.wanted {
                return self
                    .settled(crm, target, &write, (&first, &now), tried)
                    .await;
            }
            if let Some(needed) = write.only_if.as_ref().filter(|needed| **needed != held) {
                return Ok(Ended::skipped(format!(
                    "left alone: {field} is {} by now, not {}",
                    or_nobody(&held),
                    or_nobody(needed)
                )));
            }
            let taken = self.take_write(target, write.purpose).await?;
            let set = crm.set_field(mapping, id, field, Some(&write.value)).await;
            tried += 1;
            let failed = match self.spent(target, &taken, set).await {
                Ok(()) => None,
                Err(error) if error.surely_did_nothing() => return Err(error.into()),
                Err(error) => Some(error),
            };
            // If it failed, it may have been done: the next look says so.
            now = crm.field(mapping, id, field).await?;
            match failed {
                Some(error) if !took_it(&first, &now, &write.value) => {
                    if tried == TRIES {
                        return Err(error.into());
                    }
                }
                _ => return self.written(crm, target, &write, (&first, &now)).await,
            }
        }
    }

    /// The field holds what it shall before we wrote, or after a try whose answer was lost.
    async fn settled(
        &self,
        crm: &R,
        target: &Target<'_>,
        write: &FieldWrite,
        (first, now): (&FieldStanding, &FieldStanding),
        tried: u32,
    ) -> Result<Ended, WriteError> {
        if tried > 0 {
            return self.written(crm, target, write, (first, now)).await;
        }
        let held = or_nobody(&write.wanted);
        Ok(Ended::done(format!("already so: {} {held}", write.field)))
    }

    /// The CRM took the value: what it shows now, and what it shows that we have overwritten.
    async fn written(
        &self,
        crm: &R,
        target: &Target<'_>,
        write: &FieldWrite,
        (first, after): (&FieldStanding, &FieldStanding),
    ) -> Result<Ended, WriteError> {
        let (mapping, field) = (target.mapping, write.field);
        if let Some(theirs) = overwritten(first, after, &write.value) {
            let words = write.words(target, theirs.as_ref());
            let put_back = crm.set_field(mapping, target.id, field, theirs.as_ref());
            let put_back = put_back.await;
            if !put_back.as_ref().is_err_and(CrmError::surely_did_nothing) {
                self.count_put_back(target, write.purpose).await;
            }
            put_back?;
            return Ok(Ended::skipped(format!(
                "put back: {field} was set to {} while we wrote {}",
                or_nobody(&words),
                or_nobody(&write.wanted)
            )));
        }
        let before = write.words(target, first.value.as_ref());
        let shown = write.words(target, after.value.as_ref());
        if shown == before && !took_it(first, after, &write.value) {
            return Err(later(field, &before));
        }
        let set = format!(
            "{field} set from {} to {}",
            or_nobody(&before),
            write.wanted
        );
        Ok(Ended::done(if shown == write.wanted {
            set
        } else {
            format!("{set}, and changed to {} since", or_nobody(&shown))
        }))
    }
}

fn later(field: &str, before: &str) -> WriteError {
    WriteError::Failed(Failure::Itself(format!(
        "the CRM took the new {field} and still shows {}",
        or_nobody(before)
    )))
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
fn took_it(first: &FieldStanding, after: &FieldStanding, ours: &Value) -> bool {
    let mut fresh = after
        .changes
        .iter()
        .filter(|it| !first.changes.contains(it));
    fresh.any(|change| change.value.as_ref() == Some(ours))
}

/// What somebody wrote after our look and before our write, if the history shows it: an entry that
/// was not there when we looked, below the one with our value.
fn overwritten(
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
