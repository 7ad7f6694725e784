use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
};

use crm::{ObjectMapping, ObjectSetUp};

use crate::crm::CrmError;

/// What a CRM says of how it is set up. Asked when somebody wants to know, by no function.
pub trait CrmSetUp: Send + Sync {
    /// How it is set up for the objects of a mapping.
    ///
    /// # Errors
    /// If it cannot be read.
    fn object(
        &self,
        mapping: &ObjectMapping,
    ) -> impl Future<Output = Result<ObjectSetUp, CrmError>> + Send;

    /// The ids of everyone who can own a record now.
    ///
    /// # Errors
    /// If they cannot be read.
    fn owners(&self) -> impl Future<Output = Result<BTreeSet<String>, CrmError>> + Send;
}

/// What a model needs of a CRM, in the CRM's own words, by heading.
pub type Needs = BTreeMap<&'static str, Vec<String>>;
