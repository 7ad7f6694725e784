use jiff::Timestamp;

use crate::reading::Reading;

/// What is told of the records that are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// Everything of those that are there, as when they are read.
    Whole,
    /// When they were changed, of those that are there.
    Versions,
    /// The same of those that are gone and not forgotten.
    Gone,
}

/// Some of the records of one kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListedPage {
    /// The records, in the CRM's order.
    pub records: Vec<Listed>,
    /// Where the list goes on; none at its end.
    pub next: Option<String>,
    /// How many stood there of which not even the id could be read.
    pub unnamed: u64,
}

/// A record of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// When the CRM changed it last.
    pub modified: Timestamp,
    /// What was read of it, if everything was asked for.
    pub reading: Option<Reading>,
    /// The accounts that it belongs to, the primary one first, if the CRM told all of them.
    pub accounts: Option<Vec<String>>,
}
