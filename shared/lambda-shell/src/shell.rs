use std::path::PathBuf;

use contracts::Function;
use decisions::Rules;
use jiff::Timestamp;
use model::{OperatingModel, artefact};

use crate::log;

/// The variable with the number of the deployment.
const DEPLOYMENT: &str = "DEPLOYMENT";

/// Why a function cannot start. Lambda shows the message in the function's log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// A setting is missing.
    #[error("{function} cannot start: the environment has no {name}; infra/template.yaml sets it")]
    Missing {
        /// Which function.
        function: Function,
        /// The variable.
        name: String,
    },
    /// Something it was given cannot be used.
    #[error("{function} cannot start: {why}")]
    Unusable {
        /// Which function.
        function: Function,
        /// Why.
        why: String,
    },
}

/// A function that has started, with its settings and its model.
#[derive(Debug, Clone)]
pub struct Shell {
    function: Function,
}

impl Shell {
    /// Starts logging.
    #[must_use]
    pub fn start(function: Function) -> Self {
        log::start();
        Self { function }
    }

    /// Which function this is.
    #[must_use]
    pub const fn function(&self) -> Function {
        self.function
    }

    /// That the function cannot start with what it was given, and why.
    #[must_use]
    pub fn unusable(&self, why: impl ToString) -> StartError {
        StartError::Unusable {
            function: self.function,
            why: why.to_string(),
        }
    }

    /// A setting that may be left out or empty.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }

    /// A setting that must be there.
    ///
    /// # Errors
    /// If it is not.
    pub fn setting(&self, name: &str) -> Result<String, StartError> {
        self.optional(name).ok_or_else(|| StartError::Missing {
            function: self.function,
            name: name.to_owned(),
        })
    }

    /// The number of the deployment that this function is of: the setting `DEPLOYMENT`. The package does
    /// not say it, since the same package may be deployed again.
    fn deployment(&self) -> Result<u64, StartError> {
        let text = self.setting(DEPLOYMENT)?;
        match text.parse() {
            Ok(number) if number > 0 => Ok(number),
            _ => Err(self.unusable(format!(
                "{DEPLOYMENT} is {text:?} and must be a whole number from 1; infra/template.yaml sets it"
            ))),
        }
    }

    /// The model that the package carries, or that was deployed without one: the artefact named by `MODEL`,
    /// beside the bootstrap unless that is a path of its own; with the number of the deployment that brought it.
    ///
    /// # Errors
    /// If it is not there, was not written by `fairlead build`, or the environment does not say which
    /// deployment this is.
    pub fn model(&self) -> Result<OperatingModel, StartError> {
        let name = self
            .optional("MODEL")
            .unwrap_or_else(|| "model.artefact".to_owned());
        let root = self
            .optional("LAMBDA_TASK_ROOT")
            .unwrap_or_else(|| ".".to_owned());
        let path = PathBuf::from(root).join(name);
        let bytes = std::fs::read(&path)
            .map_err(|why| self.unusable(format!("its model {}: {why}", path.display())))?;
        let mut model = artefact::load(&bytes).map_err(|why| self.unusable(why))?;
        model.revision.number = self.deployment()?;
        Ok(model)
    }

    /// The model, prepared for deciding.
    ///
    /// # Errors
    /// As [`Self::model`], or if a calendar of it cannot be used.
    pub fn rules(&self) -> Result<Rules, StartError> {
        let model = self.model()?;
        Rules::prepare(model, Timestamp::now()).map_err(|why| self.unusable(why))
    }
}
