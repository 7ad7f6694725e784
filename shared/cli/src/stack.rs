//! Where the running stack is: the file that `make run` writes, or the environment.

use std::{
    env, fs,
    future::Future,
    path::{Path, PathBuf},
    time::Duration,
};

use aws::{DynamoStore, EventBridge, Settings};
use serde::Deserialize;

use crate::commands::CouldNotRun;

/// How long a person waits for the first answer before being told that there is none.
const PATIENCE: Duration = Duration::from_secs(6);

/// The local stack's description, below the folder in which it was started.
const DESCRIPTION: &str = ".local/endpoints.json";

/// A stack that commands can talk to.
#[derive(Debug)]
pub struct Stack {
    settings: Settings,
    table: Option<String>,
    bus: Option<String>,
    /// Where it is, for messages.
    pub place: String,
}

/// What is used of the local stack's description.
#[derive(Debug, Deserialize)]
struct Description {
    aws_endpoint: String,
    #[serde(default = "usual_region")]
    region: String,
    table: Option<String>,
    bus: Option<String>,
}

fn usual_region() -> String {
    "us-east-1".to_owned()
}

/// Where the stack's addresses come from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    File(PathBuf),
    Environment,
}

/// A file that was named comes first, then an environment that names a stack, then the local
/// stack in this folder or above it; the environment again if there is none.
fn source(named: Option<&Path>, environment_names_one: bool, local: Option<PathBuf>) -> Source {
    match (named, local) {
        (Some(named), _) => Source::File(named.to_owned()),
        (None, Some(local)) if !environment_names_one => Source::File(local),
        _ => Source::Environment,
    }
}

impl Stack {
    /// Finds the stack: the one that `endpoints` describes, or the usual one.
    ///
    /// # Errors
    /// If there is none, or its description cannot be read.
    pub fn find(endpoints: Option<&Path>) -> Result<Self, CouldNotRun> {
        let named = variable("AWS_ENDPOINT_URL").is_some() || variable("TABLE").is_some();
        match source(endpoints, named, local()) {
            Source::File(path) => Self::described(&path),
            Source::Environment => Self::of_environment(),
        }
    }

    fn described(path: &Path) -> Result<Self, CouldNotRun> {
        let shown = path.display();
        let text = fs::read_to_string(path).map_err(|why| {
            CouldNotRun(format!(
                "{shown} cannot be read: {why}; `make run` writes it"
            ))
        })?;
        let found: Description = serde_json::from_str(&text).map_err(|why| {
            CouldNotRun(format!(
                "{shown} does not describe a stack: {why}; `make run` writes it anew"
            ))
        })?;
        let (key, secret) = ("test".to_owned(), "test".to_owned());
        let place = format!("the stack at {} (from {shown})", found.aws_endpoint);
        Ok(Self {
            settings: Settings::new(found.region, Some(found.aws_endpoint), key, secret, None),
            table: found.table,
            bus: found.bus,
            place,
        })
    }

    fn of_environment() -> Result<Self, CouldNotRun> {
        let settings = Settings::from_environment().map_err(|why| {
            CouldNotRun(format!(
                "no stack to ask: there is no {DESCRIPTION} here or above (`make run` starts a stack and writes it), \
                 and {why}"
            ))
        })?;
        Ok(Self {
            settings,
            table: variable("TABLE"),
            bus: variable("BUS"),
            place: variable("AWS_ENDPOINT_URL").map_or_else(
                || "the cloud that the environment names".to_owned(),
                |at| format!("the stack at {at} (from AWS_ENDPOINT_URL)"),
            ),
        })
    }

    /// The table, by another name if one is given.
    ///
    /// # Errors
    /// If nothing names it.
    pub fn table(&self, named: Option<&str>) -> Result<DynamoStore, CouldNotRun> {
        let name = named.or(self.table.as_deref());
        let name = name.ok_or_else(|| self.unnamed("table", "--table NAME", "TABLE"))?;
        Ok(DynamoStore::new(&self.settings, name.to_owned()))
    }

    /// The bus and its name, by another name if one is given.
    ///
    /// # Errors
    /// If nothing names it.
    pub fn bus(&self, named: Option<&str>) -> Result<(EventBridge, String), CouldNotRun> {
        let name = named.or(self.bus.as_deref());
        let name = name.ok_or_else(|| self.unnamed("bus", "--bus NAME", "BUS"))?;
        Ok((
            EventBridge::new(&self.settings, name.to_owned()),
            name.to_owned(),
        ))
    }

    fn unnamed(&self, what: &str, option: &str, variable: &str) -> CouldNotRun {
        CouldNotRun(format!(
            "nothing names the {what} of {}: give {option}, or set {variable}",
            self.place
        ))
    }

    /// What is asked of the stack, within a person's patience.
    ///
    /// # Errors
    /// If the stack does not answer in time, or answers with an error.
    pub async fn ask<T, E: std::fmt::Display>(
        &self,
        question: impl Future<Output = Result<T, E>>,
    ) -> Result<T, CouldNotRun> {
        let hint = "is it running? `make run` starts the local one";
        match tokio::time::timeout(PATIENCE, question).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(why)) => Err(CouldNotRun(format!(
                "{}: {}\n  {hint}",
                self.place,
                first_words(&why.to_string())
            ))),
            Err(_) => {
                let seconds = PATIENCE.as_secs();
                Err(CouldNotRun(format!(
                    "{} gave no answer within {seconds} seconds: {hint}",
                    self.place
                )))
            }
        }
    }
}

/// Runs what a command has to wait for.
///
/// # Errors
/// If the waiting cannot begin, or what was waited for went wrong.
pub fn wait<T>(work: impl Future<Output = Result<T, CouldNotRun>>) -> Result<T, CouldNotRun> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime =
        runtime.map_err(|why| CouldNotRun(format!("this machine allows no more I/O: {why}")))?;
    runtime.block_on(work)
}

/// What an error of an SDK says first, without the values of the program that it prints behind.
fn first_words(text: &str) -> String {
    const MOST: usize = 300;
    const INSIDES: [&str; 5] = [
        " (DispatchFailure(",
        " (ServiceError(",
        " (TimeoutError(",
        " (ResponseError(",
        " (ConstructionFailure(",
    ];
    let end = INSIDES.iter().filter_map(|inside| text.find(inside)).min();
    let text = end.and_then(|end| text.get(..end)).unwrap_or(text);
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{} …", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn local() -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    let description = here
        .ancestors()
        .map(|folder| folder.join(DESCRIPTION))
        .find(|path| path.is_file())?;
    Some(
        description
            .strip_prefix(&here)
            .map(Path::to_owned)
            .unwrap_or(description),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn a_named_file_comes_before_the_environment_and_that_before_the_local_stack() {
        let (named, local) = (PathBuf::from("named.json"), PathBuf::from("local.json"));
        assert_eq!(
            source(Some(&named), true, Some(local.clone())),
            Source::File(named)
        );
        assert_eq!(source(None, true, Some(local.clone())), Source::Environment);
        assert_eq!(
            source(None, false, Some(local.clone())),
            Source::File(local)
        );
        assert_eq!(source(None, false, None), Source::Environment);
    }

    #[test]
    fn the_description_of_the_local_stack_is_understood_though_it_says_more() {
        let text = r#"{"webhooks":"http://127.0.0.1:1","aws_endpoint":"http://127.0.0.1:2","region":"eu-central-1",
            "table":"fairlead","bus":"fairlead-local","portal":7}"#;
        let found: Description = serde_json::from_str(text).unwrap();
        assert_eq!(
            (found.region.as_str(), found.bus.as_deref()),
            ("eu-central-1", Some("fairlead-local"))
        );
    }

    #[test]
    fn a_long_error_is_cut() {
        assert_eq!(first_words("short"), "short");
        let refused =
            "io error: refused (os error 111) (DispatchFailure(DispatchFailure { source: … }))";
        assert_eq!(first_words(refused), "io error: refused (os error 111)");
        assert!(first_words(&"é".repeat(400)).ends_with(" …"));
    }
}
