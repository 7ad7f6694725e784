use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use crm_webhooks::hubspot::task::NewTask;

use super::*;

/// A CRM in memory that fails when it is told to.
#[derive(Debug, Default)]
pub(super) struct Sandbox(Mutex<Inside>);

#[derive(Debug, Default)]
pub(super) struct Inside {
    /// The properties that have a value, by object, id and name: `deals/900/dealstage`.
    pub(super) held: BTreeMap<String, String>,
    pub(super) tasks: Vec<NewTask>,
    pub(super) writes: usize,
    pub(super) calls: usize,
    /// The next write or creation is done, and then fails with this.
    pub(super) fails_after: Option<Trouble>,
    /// The next call fails with this and does nothing.
    pub(super) fails_before: Option<Trouble>,
    /// Writes are taken and forgotten.
    pub(super) forgets: bool,
    /// What somebody else writes the moment after us.
    pub(super) overwritten: Option<String>,
}

impl Sandbox {
    pub(super) fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap()
    }

    pub(super) fn hold(&self, path: &str, value: &str) {
        self.inside().held.insert(path.to_owned(), value.to_owned());
    }

    pub(super) fn held(&self, path: &str) -> Option<String> {
        self.inside().held.get(path).cloned()
    }

    fn called(&self) -> Result<MutexGuard<'_, Inside>, Trouble> {
        let mut inside = self.inside();
        inside.calls += 1;
        match inside.fails_before.take() {
            Some(trouble) => Err(trouble),
            None => Ok(inside),
        }
    }
}

impl Crm for Sandbox {
    async fn read(
        &self,
        object: &str,
        id: &str,
        property: &str,
    ) -> Result<Option<String>, Trouble> {
        let inside = self.called()?;
        Ok(inside
            .held
            .get(&format!("{object}/{id}/{property}"))
            .cloned())
    }

    async fn write(
        &self,
        object: &str,
        id: &str,
        property: &str,
        value: &str,
    ) -> Result<(), Trouble> {
        let mut inside = self.called()?;
        inside.writes += 1;
        if !inside.forgets {
            let value = inside
                .overwritten
                .clone()
                .unwrap_or_else(|| value.to_owned());
            inside
                .held
                .insert(format!("{object}/{id}/{property}"), value);
        }
        inside.fails_after.take().map_or(Ok(()), Err)
    }

    async fn find_task(
        &self,
        object: &str,
        id: &str,
        marker: &str,
    ) -> Result<Option<String>, Trouble> {
        let inside = self.called()?;
        let its = |task: &NewTask| {
            let mut about = task.about.iter();
            task.marker == marker && about.any(|(kind, of)| kind.plural() == object && of == id)
        };
        let found = inside.tasks.iter().position(its);
        Ok(found.map(|index| index.to_string()))
    }

    async fn create_task(&self, task: &NewTask) -> Result<String, Trouble> {
        let mut inside = self.called()?;
        inside.tasks.push(task.clone());
        let id = (inside.tasks.len() - 1).to_string();
        inside.fails_after.take().map_or(Ok(id), Err)
    }
}
