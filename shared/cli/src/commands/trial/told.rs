//! What a trial tells while it goes.

use std::time::Instant;

use crm::PersonId;
use model::OperatingModel;

use super::seen::Seen;

/// The steps, each with the time since the lead was made.
pub(super) struct Told<'a> {
    model: &'a OperatingModel,
    record: &'a str,
    begun: Instant,
}

impl<'a> Told<'a> {
    pub(super) const fn new(model: &'a OperatingModel, record: &'a str, begun: Instant) -> Self {
        Self {
            model,
            record,
            begun,
        }
    }

    fn step(&self, what: &str, more: &str) {
        let passed = self.begun.elapsed().as_secs_f32();
        say!("{passed:6.1} s  {what:<14} {more}");
    }

    pub(super) fn copied(&self, seen: &Seen) {
        let fields = seen.copy.as_ref().map_or(0, |it| it.record.fields.len());
        let more = format!("its webhook came and was believed; {fields} fields of it are known");
        self.step("copied", &more);
    }

    /// Whose it is to be; none if it is to be nobody's, which is all that there is to see.
    pub(super) fn routed(&self, seen: &Seen) -> Option<PersonId> {
        let routing = seen.routing.as_ref()?;
        let by = match &routing.pool {
            Some(pool) => format!("by rule {}, of pool {pool}", routing.rule),
            None => format!("by rule {}", routing.rule),
        };
        let queue = routing.waits.as_ref().and_then(|it| it.queue.as_ref());
        let (to, owner) = match (&routing.owner, queue) {
            (Some(owner), _) => (format!("to {}", self.called(owner)), Some(owner.clone())),
            (None, Some(queue)) => (format!("into queue {queue}"), None),
            (None, None) => ("to nobody".to_owned(), None),
        };
        self.step("routed", &format!("{to}, {by}"));
        // What the model only shows is not written.
        let written = self.model.sources.values().any(|it| it.write.owner);
        owner.filter(|_| written)
    }

    pub(super) fn shown(&self, owner: &PersonId) {
        let more = format!(
            "the CRM shows {} as its owner, and its webhook came",
            self.called(owner)
        );
        self.step("owner written", &more);
    }

    pub(super) fn cleaned(&self, heard: bool) {
        let more = match heard {
            true => "it is in the CRM's bin",
            false => {
                "it is in the CRM's bin; no webhook of that came: subscribe to contact.deletion"
            }
        };
        self.step("cleaned away", more);
    }

    pub(super) fn works(&self) {
        say!(
            "it works. No turn was used, nothing was counted, no clock started and nobody was told."
        );
    }

    fn called(&self, person: &PersonId) -> String {
        let known = self.model.people.get(person);
        known.map_or_else(
            || person.to_string(),
            |it| format!("{person} ({})", it.name),
        )
    }

    pub(super) fn never_copied(&self, seconds: u64) -> String {
        format!(
            "no webhook of {} was taken within {seconds} s. Look whether the app in the CRM subscribes to \
             contact.creation and sends to the address that the deployment printed (`fairlead crm setup`), whether its \
             secret is the one that is kept (a wrong one answers 503), and what `fairlead failures list` shows",
            self.record
        )
    }

    pub(super) fn never_routed(&self, seconds: u64) -> String {
        format!(
            "{} was copied, and not routed within {seconds} s: `fairlead explain {}` tells what was decided, and \
             `fairlead status` whether all functions work",
            self.record, self.record
        )
    }

    pub(super) fn never_shown(&self, owner: &PersonId, seconds: u64) -> String {
        format!(
            "{} is to be {owner}'s, and the CRM does not show it within {seconds} s: `fairlead explain {}` tells what \
             came of the write; if it was done, the app does not subscribe to changes of the owner (`fairlead crm setup`)",
            self.record, self.record
        )
    }
}
