use std::fmt;

use serde::{Deserialize, Serialize};

/// One of the six files of an operating model, one per component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ModelFile {
    /// Who we sell to.
    #[serde(rename = "strategy.yaml")]
    Strategy,
    /// What we count.
    #[serde(rename = "metrics.yaml")]
    Metrics,
    /// Stages, gates, routing, clocks.
    #[serde(rename = "processes.yaml")]
    Processes,
    /// Records, fields, the CRM.
    #[serde(rename = "technology.yaml")]
    Technology,
    /// Deviations, responses, digests.
    #[serde(rename = "governance.yaml")]
    Governance,
    /// Teams, people, calendars, pools.
    #[serde(rename = "people.yaml")]
    People,
}

impl ModelFile {
    /// The six files, in the order in which they are read.
    pub const ALL: [Self; 6] = [
        Self::Strategy,
        Self::Metrics,
        Self::Processes,
        Self::Technology,
        Self::Governance,
        Self::People,
    ];

    /// The file's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Strategy => "strategy.yaml",
            Self::Metrics => "metrics.yaml",
            Self::Processes => "processes.yaml",
            Self::Technology => "technology.yaml",
            Self::Governance => "governance.yaml",
            Self::People => "people.yaml",
        }
    }
}

/// Where in the model something is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The file.
    pub file: ModelFile,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.name(), self.line)
    }
}
