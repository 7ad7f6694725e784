use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use crm::ObjectMapping;
use crm_client::BatchRead;
use crm_webhooks::hubspot::{
    object::{UserIds, parse_object},
    task::{NewTask, has_marker, task_body},
};
use lambda_shell::Failure;
use serde_json::{Value, json};

use crate::faults::{Faults, When};

/// A CRM of a few lines, in the vendor's spelling. Its clock moves by a second with each change.
#[derive(Debug, Clone)]
pub struct SmallCrm {
    state: Arc<Mutex<State>>,
    faults: Faults,
}

#[derive(Debug, Default)]
struct State {
    objects: BTreeMap<(String, String), Object>,
    companies: BTreeMap<(String, String), String>,
    tasks: Vec<(String, String)>,
    seconds: i64,
}

#[derive(Debug, Default, Clone)]
struct Object {
    properties: BTreeMap<String, String>,
    history: BTreeMap<String, Vec<Value>>,
    created: String,
    updated: String,
}

impl SmallCrm {
    pub fn new(faults: Faults) -> Self {
        Self {
            state: Arc::default(),
            faults,
        }
    }

    pub fn company(&self, id: &str, country: &str, industry: &str, employees: &str) {
        for (name, value) in [
            ("country", country),
            ("industry", industry),
            ("numberofemployees", employees),
        ] {
            self.set("companies", id, name, value);
        }
    }

    pub fn contact(&self, id: &str, company: &str) {
        self.set("contacts", id, "email", "lena@firm.example");
        self.belongs("contacts", id, company);
    }

    pub fn deal(&self, id: &str, company: &str, owner: &str) {
        self.set("deals", id, "dealstage", "appointmentscheduled");
        self.set("deals", id, "hubspot_owner_id", owner);
        self.belongs("deals", id, company);
    }

    fn belongs(&self, object: &str, id: &str, company: &str) {
        let mut state = self.state.lock().unwrap();
        state
            .companies
            .insert((object.to_owned(), id.to_owned()), company.to_owned());
    }

    pub fn set(&self, object: &str, id: &str, name: &str, value: &str) {
        let mut state = self.state.lock().unwrap();
        state.seconds += 1;
        let at = format!(
            "2026-11-23T09:{:02}:{:02}.000Z",
            state.seconds / 60,
            state.seconds % 60
        );
        let object = state
            .objects
            .entry((object.to_owned(), id.to_owned()))
            .or_default();
        if object.created.is_empty() {
            object.created.clone_from(&at);
        }
        object.updated.clone_from(&at);
        object.properties.insert(name.to_owned(), value.to_owned());
        let change = json!({ "value": value, "timestamp": at, "sourceType": "CRM_UI" });
        object
            .history
            .entry(name.to_owned())
            .or_default()
            .insert(0, change);
    }

    pub fn get(&self, object: &str, id: &str, name: &str) -> Option<String> {
        let state = self.state.lock().unwrap();
        state
            .objects
            .get(&(object.to_owned(), id.to_owned()))?
            .properties
            .get(name)
            .cloned()
    }

    pub fn tasks(&self) -> usize {
        self.state.lock().unwrap().tasks.len()
    }

    /// One call: it may fail before or after it was done.
    fn call<T>(&self, work: impl FnOnce() -> T) -> Result<T, Failure> {
        let gone = || Failure::Later("a fault of the test".to_owned());
        match self.faults.next() {
            None => Ok(work()),
            Some(When::Before) => Err(gone()),
            Some(When::After) => {
                let _ = work();
                Err(gone())
            }
        }
    }

    fn read_all(&self, mapping: &ObjectMapping, ids: &[String]) -> BatchRead {
        let state = self.state.lock().unwrap();
        let mut read = BatchRead::default();
        for id in ids {
            match state.objects.get(&(mapping.object.clone(), id.clone())) {
                None => read.missing.push(id.clone()),
                Some(object) => {
                    let json = json!({ "id": id, "properties": object.properties, "propertiesWithHistory": object.history,
                        "createdAt": object.created, "updatedAt": object.updated, "archived": false });
                    let parsed =
                        parse_object(&json, mapping, &UserIds::default()).expect("an object");
                    read.records.push(parsed.record);
                }
            }
        }
        read
    }
}

impl crm_sync::Crm for SmallCrm {
    async fn batch_read(
        &self,
        mapping: &ObjectMapping,
        ids: &[String],
    ) -> Result<BatchRead, Failure> {
        self.call(|| self.read_all(mapping, ids))
    }

    async fn associated(
        &self,
        from: &str,
        _to: &str,
        ids: &[String],
    ) -> Result<BTreeMap<String, Vec<String>>, Failure> {
        self.call(|| {
            let state = self.state.lock().unwrap();
            let company =
                |id: &String| state.companies.get(&(from.to_owned(), id.clone())).cloned();
            ids.iter()
                .map(|id| (id.clone(), company(id).into_iter().collect()))
                .collect()
        })
    }
}

impl crm_writeback::Crm for SmallCrm {
    async fn read(
        &self,
        object: &str,
        id: &str,
        property: &str,
    ) -> Result<Option<String>, crm_writeback::Trouble> {
        Ok(self.call(|| self.get(object, id, property))?)
    }

    async fn write(
        &self,
        object: &str,
        id: &str,
        property: &str,
        value: &str,
    ) -> Result<(), crm_writeback::Trouble> {
        Ok(self.call(|| self.set(object, id, property, value))?)
    }

    async fn find_task(
        &self,
        _object: &str,
        id: &str,
        marker: &str,
    ) -> Result<Option<String>, crm_writeback::Trouble> {
        Ok(self.call(|| {
            let state = self.state.lock().unwrap();
            let found = state
                .tasks
                .iter()
                .position(|(of, body)| of == id && has_marker(body, marker));
            found.map(|index| index.to_string())
        })?)
    }

    async fn create_task(&self, task: &NewTask) -> Result<String, crm_writeback::Trouble> {
        Ok(self.call(|| {
            let body = task_body(task)["properties"]["hs_task_body"]
                .as_str()
                .expect("a body")
                .to_owned();
            let mut state = self.state.lock().unwrap();
            let of = task
                .about
                .first()
                .map(|(_, id)| id.clone())
                .unwrap_or_default();
            state.tasks.push((of, body));
            state.tasks.len().to_string()
        })?)
    }
}
