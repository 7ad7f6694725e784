use crate::{
    story::Decision,
    wording::{Tone, Wording},
};

impl Decision {
    /// Who decided, and upon what.
    #[must_use]
    pub fn heading(&self) -> Wording {
        let audit = &self.audit;
        let by = self.caused_by.as_ref();
        let by = by.map(|origin| format!(" by {}", origin.function));
        Wording::of(Tone::Main, audit.function.name()).say(
            Tone::Plain,
            format!(" upon {}{}", audit.event_name, by.unwrap_or_default()),
        )
    }

    /// That the model is another from this decision on, if it is.
    #[must_use]
    pub fn new_model(&self) -> Option<Wording> {
        let revision = &self.audit.revision;
        self.new_revision.then(|| {
            let said = format!("from here on by model revision {revision}");
            Wording::of(Tone::Unsure, said)
        })
    }

    /// That the event came from a later deployment, which was taken back before this was decided.
    #[must_use]
    pub fn taken_back(&self) -> Option<Wording> {
        let (ours, theirs) = (&self.audit.revision, self.audit.ahead.as_ref()?);
        let said = format!(
            "decided by deployment {}, though the event came from {}, which was taken back",
            ours.number, theirs.number
        );
        Some(Wording::of(Tone::Unsure, said))
    }
}
