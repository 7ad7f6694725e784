//! The one place of the command line that knows an adapter of a CRM: which is the source's, and how it is asked.

use std::collections::BTreeMap;

use aws::{MachineClock, SecretsManager};
use crm::SourceName;
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
    Ok(SetUp { objects, owners })
}
