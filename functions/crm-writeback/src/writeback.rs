use decisions::Rules;
use engine::{Clock, Crm, CrmError, Crms, Failure, Table};
use model::Mappings;
use store::Store;

/// The function, over any table and CRMs.
#[derive(Debug)]
pub struct CrmWriteback<S, C, R> {
    pub(crate) table: Table<S, C>,
    pub(crate) crms: Crms<R>,
    pub(crate) rules: Rules,
    pub(crate) mappings: Mappings,
}

impl<S: Store, C: Clock, R: Crm> CrmWriteback<S, C, R> {
    /// Writes into these sources in the spelling of these rules' model.
    #[must_use]
    pub fn new(table: Table<S, C>, crms: impl Into<Crms<R>>, rules: Rules) -> Self {
        let mappings = Mappings::of(&rules.model);
        Self {
            table,
            crms: crms.into(),
            rules,
            mappings,
        }
    }
}

/// Why a write did not happen.
#[derive(Debug)]
pub(crate) enum WriteError {
    Crm(CrmError),
    Failed(Failure),
}

impl From<CrmError> for WriteError {
    fn from(error: CrmError) -> Self {
        Self::Crm(error)
    }
}

impl From<Failure> for WriteError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}
