use std::{collections::BTreeSet, future::Future};

use crm::{ObjectMapping, ObjectSetUp};
use serde::Serialize;

use crate::crm::CrmError;

/// What a CRM says of how it is set up. Asked when somebody wants to know, and once a day for how people call what is
/// mapped.
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

    /// The currency in which it reckons what is in others, by its three letters; none if it does not say.
    ///
    /// # Errors
    /// If it cannot be read.
    fn currency(&self) -> impl Future<Output = Result<Option<String>, CrmError>> + Send;
}

/// What a model needs of a CRM, in the CRM's own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Needs {
    /// What our app may do.
    pub scopes: Vec<String>,
    /// Of which changes the CRM tells us.
    pub subscriptions: Vec<String>,
    /// What it keeps of records, in order.
    pub properties: Vec<NeededProperty>,
    /// The pipelines of its journeys, with their stages in order.
    pub pipelines: Vec<NeededPipeline>,
    /// Who can own a record, by their id.
    pub owners: Vec<NeededOwner>,
}

/// A property, and what it must hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NeededProperty {
    /// Of which object of the CRM.
    pub object: String,
    /// Its name in the CRM.
    pub name: String,
    /// What the CRM calls properties of this kind, such as `date picker`.
    pub holds: &'static str,
    /// The values that it can be chosen from; none where it is not chosen.
    pub options: Vec<String>,
    /// Whether no two records may have the same.
    pub unique: bool,
    /// The model's field that is read from it.
    pub field: String,
}

/// A pipeline with its stages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NeededPipeline {
    /// Of which object of the CRM.
    pub object: String,
    /// Its id in the CRM.
    pub id: String,
    /// Its stages, in the order of the journey.
    pub stages: Vec<NeededStage>,
}

/// A stage of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NeededStage {
    /// Its id in the CRM.
    pub id: String,
    /// How people call it.
    pub label: String,
}

/// Somebody of the model, as the CRM must know them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NeededOwner {
    /// Their id in the CRM.
    pub id: String,
    /// Their name in the model.
    pub name: String,
    /// Their address in the model.
    pub email: String,
}
