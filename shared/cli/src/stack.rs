//! Where the running stack is: the file that `make run` writes, or the environment.

mod local;

use std::{
    env, fs,
    future::Future,
    path::{Path, PathBuf},
    time::Duration,
};

use aws::{Bucket, DynamoStore, EventBridge, Queues, SecretsManager, Settings, oldest_message};
use engine::QueueError;
use jiff::Timestamp;
use serde::Deserialize;

use crate::commands::CouldNotRun;

/// How long a person waits for the first answer before being told that there is none.
const PATIENCE: Duration = Duration::from_secs(6);

/// A stack that commands can talk to.
#[derive(Debug)]
pub struct Stack {
    settings: Settings,
    table: Option<String>,
    bus: Option<String>,
    crm: Option<String>,
    unpublished: Option<String>,
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
    crm: Option<String>,
    unpublished: Option<String>,
}

fn usual_region() -> String {
    "us-east-1".to_owned()
}

/// What names the stack that is to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Named {
    /// A file that describes it.
    File(PathBuf),
    /// The folder of a local one, and what named it.
    Folder(PathBuf, &'static str),
    /// AWS_ENDPOINT_URL or TABLE.
    Environment,
    /// Nothing: it is the local one in this folder or above it.
    Nothing,
}

/// What is typed comes before what the environment says, and there the folder of a stack before the
/// names of its parts.
fn named(
    endpoints: Option<&Path>,
    folder: Option<&Path>,
    variable: impl Fn(&str) -> Option<String>,
) -> Named {
    if let Some(endpoints) = endpoints {
        return Named::File(endpoints.to_owned());
    }
    if let Some(folder) = folder {
        return Named::Folder(folder.to_owned(), "--stack");
    }
    if let Some(folder) = variable("FAIRLEAD_STACK") {
        return Named::Folder(folder.into(), "FAIRLEAD_STACK");
    }
    if variable("AWS_ENDPOINT_URL").is_some() || variable("TABLE").is_some() {
        return Named::Environment;
    }
    Named::Nothing
}

impl Stack {
    /// Finds the stack: the one that `endpoints` describes or that runs in `folder`, or the usual one.
    /// If nothing names one and it is not plain which that is, it is said on standard error.
    ///
    /// # Errors
    /// If there is none, or its description cannot be read.
    pub fn find(endpoints: Option<&Path>, folder: Option<&Path>) -> Result<Self, CouldNotRun> {
        let found = match named(endpoints, folder, variable) {
            Named::File(path) => return Self::described(&path),
            Named::Environment => return Self::of_environment(),
            Named::Folder(folder, how) => local::in_folder(&folder, how).map(Some),
            Named::Nothing => local::usual(),
        };
        let Some(found) = found.map_err(|why| CouldNotRun(why.0))? else {
            return Self::of_environment();
        };
        if let Some(note) = &found.note {
            eprintln!("fairlead: {note}");
        }
        Self::described(&found.description)
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
            crm: found.crm,
            unpublished: found.unpublished,
            place,
        })
    }

    fn of_environment() -> Result<Self, CouldNotRun> {
        let settings = Settings::from_environment().map_err(|why| {
            CouldNotRun(format!(
                "no stack to ask: none that was started here or above is named (`make run` starts one; --stack \
                 FOLDER or FAIRLEAD_STACK names one elsewhere), and the environment names none: {why}"
            ))
        })?;
        Ok(Self {
            settings,
            table: variable("TABLE"),
            bus: variable("BUS"),
            crm: None,
            unpublished: variable("UNPUBLISHED"),
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

    /// Its queues.
    #[must_use]
    pub fn queues(&self) -> Queues {
        Queues::new(&self.settings)
    }

    /// How old the oldest message of a queue is, as far as the cloud's metrics know it.
    ///
    /// # Errors
    /// If they may not be asked, or do not answer.
    pub async fn oldest_message(&self, queue: &str) -> Result<Option<Duration>, QueueError> {
        oldest_message(&self.settings, queue, Timestamp::now()).await
    }

    /// The bucket of what could not be published, by another name if one is given; none if nothing names it.
    #[must_use]
    pub fn bucket(&self, named: Option<&str>) -> Option<Bucket> {
        let name = named.or(self.unpublished.as_deref())?;
        Some(Bucket::new(&self.settings, name.to_owned()))
    }

    /// Where its CRM is, if it has one of its own.
    #[must_use]
    pub fn crm(&self) -> Option<&str> {
        self.crm.as_deref()
    }

    /// Its secrets.
    #[must_use]
    pub fn secrets(&self) -> SecretsManager {
        SecretsManager::new(&self.settings)
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
pub fn first_words(text: &str) -> String {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn what_is_typed_comes_before_the_environment_and_a_folder_before_the_names_of_parts() {
        let (file, folder) = (Path::new("named.json"), Path::new("mine"));
        let all = |name: &str| Some(format!("of {name}"));
        let parts = |name: &str| (name == "TABLE").then(|| "t".to_owned());
        assert_eq!(
            named(Some(file), Some(folder), all),
            Named::File(file.to_owned())
        );
        assert_eq!(
            named(None, Some(folder), all),
            Named::Folder(folder.to_owned(), "--stack")
        );
        assert_eq!(
            named(None, None, all),
            Named::Folder("of FAIRLEAD_STACK".into(), "FAIRLEAD_STACK")
        );
        assert_eq!(named(None, None, parts), Named::Environment);
        assert_eq!(named(None, None, |_| None), Named::Nothing);
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
