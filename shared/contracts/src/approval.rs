//! What is told of an approval: that it is asked for, what somebody says, and what came of it.

use std::collections::BTreeSet;

use crm::PersonId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Somebody is asked to approve a record, as its values are now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalAsked {
    /// The approval's name.
    pub approval: String,
    /// Which asking of it, from 1: each is for the values of its time.
    pub run: u32,
    /// The decision right that it takes.
    pub right: String,
    /// Who may answer; nobody is there who may, if empty.
    pub of: BTreeSet<PersonId>,
    /// By when, if the model says so.
    pub due: Option<Timestamp>,
}

/// Somebody says whether they approve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalAnswered {
    /// The approval's name.
    pub approval: String,
    /// Which asking of it.
    pub run: u32,
    /// Who says so.
    pub by: PersonId,
    /// Whether they give it; they refuse it else.
    pub given: bool,
    /// Why, in their words; a refusal has it.
    pub reason: Option<String>,
}

/// An approval was given, or refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalSettled {
    /// The approval's name.
    pub approval: String,
    /// Which asking of it.
    pub run: u32,
    /// Who said the last word.
    pub by: PersonId,
    /// Why, in their words.
    pub reason: Option<String>,
}

/// An approval, or the asking for one, counts no more: a value that it was for has changed, or none is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalLapsed {
    /// The approval's name.
    pub approval: String,
    /// Which asking of it.
    pub run: u32,
}
