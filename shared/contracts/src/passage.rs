use serde::{Deserialize, Serialize};

/// Why a gate let a record stand at a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Passage {
    /// Every criterion was met.
    Passed,
    /// One was not, and the gate only warned of it.
    Warned,
    /// One was not, and the gate only observed it.
    Observed,
    /// One was not, the move was held, and somebody let it stand.
    LetStand,
    /// Nothing was judged: it stood there when it was first seen, or the model does not know the
    /// stage that it went to.
    NotJudged,
}
