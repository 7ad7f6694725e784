use crate::Record;

/// What stands before the `@` of the mail address of a record that only tries whether all is connected.
pub const TRIAL_TAG: &str = "+fairlead-try";

impl Record {
    /// Whether it was made to try whether all is connected: it is routed and its owner is written, and beside that
    /// nothing comes of it. It is known by a mail address, since every CRM has one and nobody else writes such.
    #[must_use]
    pub fn is_trial(&self) -> bool {
        let texts = self.fields.values().filter_map(crate::Value::text);
        texts
            .filter_map(|text| text.split_once('@'))
            .any(|(local, _)| local.contains(TRIAL_TAG))
    }
}
