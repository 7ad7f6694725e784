//! The one place of the command line that knows an adapter of a CRM: which is the source's, and how it is asked.

use std::collections::BTreeMap;

use aws::{MachineClock, SecretsManager};
use crm::{ObjectMapping, RecordId, RecordKind, SourceName};
use crm_hubspot::{Connection, KIND};
use decisions::set_up::SetUp;
use engine::{CrmError, CrmSetUp, Needs, SecretError, Secrets, Unlimited};
use model::{Mappings, OperatingModel, Source};

use crate::commands::CouldNotRun;

/// Where the access token is.
pub enum Token {
    /// It was given.
    Given(String),
    /// In the secret that the model names.
    Kept(SecretsManager),
}

impl Secrets for Token {
    async fn field(&self, name: &str, field: &str) -> Result<String, SecretError> {
        match self {
            Self::Given(token) => Ok(token.clone()),
            Self::Kept(secrets) => secrets.field(name, field).await,
        }
    }
}

/// Where the vendor's own service is.
pub const USUAL_ADDRESS: &str = crm_hubspot::ADDRESS;

/// That there is an adapter for this kind of source.
///
/// # Errors
/// If there is none.
fn known(name: &SourceName, source: &Source) -> Result<(), CouldNotRun> {
    if source.kind == KIND {
        return Ok(());
    }
    Err(CouldNotRun(format!(
        "{name} is of the kind {}, of which this release cannot ask how it is set up",
        source.kind
    )))
}

/// What the model needs of a source.
///
/// # Errors
/// If this release knows nothing of its kind.
pub fn needs(
    model: &OperatingModel,
    name: &SourceName,
    source: &Source,
) -> Result<Needs, CouldNotRun> {
    known(name, source)?;
    Ok(crm_hubspot::needs(model, name))
}

/// How a source is set up, as far as the model asks something of it.
///
/// # Errors
/// If it does not answer, or does not let us read it.
pub async fn set_up(
    model: &OperatingModel,
    (name, source): (&SourceName, &Source),
    address: &str,
    token: Token,
) -> Result<SetUp, CouldNotRun> {
    known(name, source)?;
    let secret = source.secret.clone();
    let crm = Connection::new(address.to_owned(), token, secret, Unlimited, MachineClock);
    let mappings = Mappings::of(model);
    let failed =
        |what: &str, why: &CrmError| CouldNotRun(format!("{what} of {name} cannot be read: {why}"));
    let mut objects = BTreeMap::new();
    for (kind, object) in &source.records {
        if let Some(mapping) = mappings.get(name, *kind) {
            let read = crm.object(mapping).await;
            let read = read.map_err(|why| failed(&format!("the properties of {object}"), &why))?;
            objects.insert(*kind, read);
        }
    }
    // An app without the right to read owners still works; who they are is then not compared.
    let owners = match crm.owners().await {
        Ok(owners) => Some(owners),
        Err(CrmError::Refused { .. } | CrmError::Setup(_)) => None,
        Err(why) => return Err(failed("the owners", &why)),
    };
    let currency = match crm.currency().await {
        Ok(currency) => currency,
        Err(CrmError::Refused { .. } | CrmError::Setup(_)) => None,
        Err(why) => return Err(failed("the currency", &why)),
    };
    Ok(SetUp {
        objects,
        owners,
        currency,
    })
}

/// A way to make a lead in the CRM that only tries whether all is connected.
pub struct Trials {
    crm: Connection<Token, Unlimited, MachineClock>,
    mapping: ObjectMapping,
}

/// The way to a source's own.
///
/// # Errors
/// If this release has no adapter for it, or the model reads no leads from it.
pub fn trials(
    model: &OperatingModel,
    name: &SourceName,
    address: &str,
    token: Token,
) -> Result<Trials, CouldNotRun> {
    let source = model.sources.get(name);
    let source = source.ok_or_else(|| CouldNotRun(format!("the model has no source {name}")))?;
    known(name, source)?;
    let mapping = model.object_mapping(name, RecordKind::Lead);
    let mapping = mapping.ok_or_else(|| {
        CouldNotRun(format!(
            "the model reads no leads from {name}, and a trial is one"
        ))
    })?;
    let secret = source.secret.clone();
    Ok(Trials {
        crm: Connection::new(address.to_owned(), token, secret, Unlimited, MachineClock),
        mapping,
    })
}

impl Trials {
    /// Makes one with this mail address and these properties, by the CRM's names.
    ///
    /// # Errors
    /// If the CRM refuses it or does not answer.
    pub async fn make(
        &self,
        email: &str,
        properties: &BTreeMap<String, String>,
    ) -> Result<RecordId, CouldNotRun> {
        let made = self.crm.make_trial(&self.mapping, email, properties).await;
        let id = made.map_err(|why| CouldNotRun(format!("the CRM makes no lead: {why}")))?;
        RecordId::new(&self.mapping.source, RecordKind::Lead, id)
            .map_err(|why| CouldNotRun(why.to_string()))
    }

    /// Puts it into the CRM's bin.
    ///
    /// # Errors
    /// If the CRM refuses it or does not answer.
    pub async fn end(&self, record: &RecordId) -> Result<(), CouldNotRun> {
        let ended = self.crm.end_trial(&self.mapping, &record.id).await;
        ended.map_err(|why| CouldNotRun(format!("the CRM does not delete it: {why}")))
    }
}
