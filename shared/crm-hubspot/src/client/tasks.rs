use std::collections::BTreeSet;

use crate::task::{BODY, NewTask, OBJECT, has_marker, task_body};
use reqwest::Method;
use serde_json::Value;

use super::{HubSpot, VERSION, id_text};
use engine::{Budget, CrmError};

use super::{exchange::Call, patience::Again};

impl<B: Budget> HubSpot<B> {
    /// Creates a task and gives its id. Look with [`Self::tasks_of`] first: the CRM does not
    /// notice that a task is there already.
    ///
    /// It is tried again by itself only if it surely was not done: after 429, and if no
    /// connection opened. After a 5xx or a lost answer the task may exist, and a second try
    /// would make a second task; so the error goes to the caller, whose message comes again and
    /// looks first.
    ///
    /// # Errors
    /// A [`CrmError`].
    pub async fn create_task(&self, task: &NewTask) -> Result<String, CrmError> {
        let body = task_body(task);
        let answer = self
            .exchange
            .ask(&Call {
                method: Method::POST,
                path: &["crm", "objects", VERSION, OBJECT],
                query: &[],
                body: Some(&body),
                again: Again::UnlessDone,
            })
            .await?;
        id_text(answer.get("id")).ok_or_else(|| CrmError::malformed("the new task has no `id`"))
    }

    /// The id of the task of one object that carries this marker, if there is one. `object` is a
    /// plural name: `deals`.
    ///
    /// # Errors
    /// A [`CrmError`].
    pub async fn tasks_of(
        &self,
        object: &str,
        id: &str,
        marker: &str,
    ) -> Result<Option<String>, CrmError> {
        let associated = self.associated(object, OBJECT, &[id.to_owned()]).await?;
        let ids: BTreeSet<&String> = associated.values().flatten().collect();
        let (tasks, failed) = self
            .read_objects(OBJECT, &ids, &[BODY.to_owned()], &[])
            .await?;
        let found = tasks
            .iter()
            .filter(|task| {
                task.pointer("/properties")
                    .and_then(|properties| properties.get(BODY))
                    .and_then(Value::as_str)
                    .is_some_and(|body| has_marker(body, marker))
            })
            .find_map(|task| id_text(task.get("id")));
        // A task that could not be read may be the one, and must not be made twice.
        let unread = failed.into_values().next();
        match (found, unread) {
            (None, Some(error)) => Err(error),
            (found, _) => Ok(found),
        }
    }
}
