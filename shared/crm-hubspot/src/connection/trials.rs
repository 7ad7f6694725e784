//! A record that is made to try whether all is connected, and taken away again.

use std::collections::BTreeMap;

use crm::ObjectMapping;
use engine::{Budget, Clock, CrmError, Secrets};

use super::{Connection, line::ask};

/// The property in which every portal keeps the mail address of a person.
const EMAIL: &str = "email";

impl<K: Secrets, B: Budget, C: Clock> Connection<K, B, C> {
    /// Makes a record with this mail address and these properties, in the CRM's spelling; its id there.
    ///
    /// # Errors
    /// A [`CrmError`]; [`CrmError::Setup`] if the mapping reads no mail address, by which it is known.
    pub async fn make_trial(
        &self,
        mapping: &ObjectMapping,
        email: &str,
        properties: &BTreeMap<String, String>,
    ) -> Result<String, CrmError> {
        if !mapping.fields.iter().any(|field| field.property == EMAIL) {
            return Err(CrmError::Setup(format!(
                "the model reads no property `{EMAIL}` of {}, by which a trial is known: map a field to it in \
                 technology.yaml",
                mapping.object
            )));
        }
        let mut all = properties.clone();
        all.insert(EMAIL.to_owned(), email.to_owned());
        ask!(self.line, client => client.create(&mapping.object, &all))
    }

    /// Takes it away again.
    ///
    /// # Errors
    /// A [`CrmError`].
    pub async fn end_trial(&self, mapping: &ObjectMapping, id: &str) -> Result<(), CrmError> {
        ask!(self.line, client => client.archive(&mapping.object, id))
    }
}
