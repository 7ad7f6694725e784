use crm::{PersonId, Value};
use crm_webhooks::hubspot::object::property_for;
use jiff::Timestamp;
use lambda_shell::Failure;
use store::{Ended, Store};

use crate::{
    CrmWriteback,
    crm_port::{Crm, Trouble},
    target::Target,
};

/// A field and what it is to hold. What a field holds is compared in the model's words; the empty
/// word is a record without an owner.
pub(crate) struct FieldWrite {
    field: &'static str,
    value: Value,
    wanted: String,
    /// What must still stand there; none: whatever it is.
    only_if: Option<String>,
}

impl FieldWrite {
    pub(crate) fn owner(to: &PersonId, only_if: Option<&PersonId>) -> Self {
        Self {
            field: "owner",
            value: Value::Person(to.clone()),
            wanted: to.to_string(),
            only_if: Some(only_if.map(ToString::to_string).unwrap_or_default()),
        }
    }

    pub(crate) fn stage(to: &str, only_if: Option<&str>) -> Self {
        Self {
            field: "stage",
            value: Value::Text(to.to_owned()),
            wanted: to.to_owned(),
            only_if: only_if.map(str::to_owned),
        }
    }

    /// What the CRM holds, in the model's words.
    fn standing(&self, target: &Target<'_>, held: Option<String>) -> String {
        if matches!(self.value, Value::Person(_)) {
            return held.map_or_else(String::new, |id| {
                let known = target.mapping.people.get(&id);
                known.map_or_else(|| PersonId::stranger(&id).to_string(), ToString::to_string)
            });
        }
        match held {
            None => target.first_stage.unwrap_or_default().to_owned(),
            Some(held) => {
                let values = target.mapping.field(self.field).map(|field| &field.values);
                let ours = values.and_then(|values| values.get(&held)).cloned();
                ours.unwrap_or(held)
            }
        }
    }

    /// The property and the text to write; or why it cannot be written.
    fn property_and_text(&self, target: &Target<'_>) -> Result<(String, String), String> {
        let (kind, source) = (target.mapping.kind, target.source);
        property_for(&target.mapping, self.field, &self.value).ok_or_else(|| {
            if target.mapping.field(self.field).is_none() {
                format!(
                    "{kind}.{} has no property of {source} in technology.yaml",
                    self.field
                )
            } else {
                format!("{} has no id of {source} in people.yaml", self.wanted)
            }
        })
    }
}

fn said(word: &str) -> &str {
    if word.is_empty() { "nobody" } else { word }
}

impl<S: Store, C: Crm> CrmWriteback<S, C> {
    /// Sets a field if it is still needed: reads, writes, reads again.
    pub(crate) async fn set(
        &self,
        target: &Target<'_>,
        field_write: FieldWrite,
        now: Timestamp,
    ) -> Result<Ended, Trouble> {
        let (property, text) = match field_write.property_and_text(target) {
            Ok(pair) => pair,
            Err(why) => return Ok(Ended::skipped(why)),
        };
        let (object, id, field) = (&target.mapping.object, target.id, field_write.field);
        let held = self.crm.read(object, id, &property).await?;
        let before = field_write.standing(target, held);
        if before == field_write.wanted {
            return Ok(Ended::done(format!(
                "already so: {field} {}",
                said(&before)
            )));
        }
        if let Some(needed) = field_write
            .only_if
            .as_ref()
            .filter(|needed| **needed != before)
        {
            return Ok(Ended::skipped(format!(
                "left alone: {field} is {} by now, not {}",
                said(&before),
                said(needed)
            )));
        }
        self.take_write(target, now).await?;
        self.crm.write(object, id, &property, &text).await?;
        let held = self.crm.read(object, id, &property).await?;
        let after = field_write.standing(target, held);
        if after == before {
            return Err(Trouble::Failed(Failure::Later(format!(
                "the CRM took the new {field} and still shows {}",
                said(&before)
            ))));
        }
        let set = format!(
            "{field} set from {} to {}",
            said(&before),
            field_write.wanted
        );
        Ok(Ended::done(if after == field_write.wanted {
            set
        } else {
            format!("{set}, and changed to {} since", said(&after))
        }))
    }
}
