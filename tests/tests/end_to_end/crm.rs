use std::time::Duration;

use serde_json::{Value, json};

use crate::{expect::eventually, stack::Stack};

/// The sandbox CRM, through HubSpot's API.
impl Stack {
    pub async fn crm(&self, method: reqwest::Method, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}{path}", self.text("crm"));
        let mut request = self.http.request(method, &url);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("the sandbox CRM");
        let status = answer.status();
        let text = answer.text().await.expect("a body");
        assert!(status.is_success(), "{url}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Creates an object, beside a company if one is given. Its id.
    pub async fn create(&self, object: &str, properties: Value, company: Option<&str>) -> String {
        let kind = if object == "deals" { 341 } else { 279 };
        let associations: Vec<Value> = company
            .iter()
            .map(|id| {
                json!({ "to": { "id": id }, "types": [
                    { "associationCategory": "HUBSPOT_DEFINED", "associationTypeId": kind } ] })
            })
            .collect();
        let body = json!({ "properties": properties, "associations": associations });
        let path = format!("/crm/objects/2026-09/{object}");
        let created = self.crm(reqwest::Method::POST, &path, Some(body)).await;
        created["id"].as_str().expect("an id").to_owned()
    }

    pub async fn change(&self, object: &str, id: &str, properties: Value) {
        let path = format!("/crm/objects/2026-09/{object}/{id}");
        let body = json!({ "properties": properties });
        self.crm(reqwest::Method::PATCH, &path, Some(body)).await;
    }

    pub async fn property(&self, object: &str, id: &str, name: &str) -> Option<String> {
        let path = format!("/crm/objects/2026-09/{object}/{id}?properties={name}");
        let found = self.crm(reqwest::Method::GET, &path, None).await;
        let value = found["properties"][name].as_str()?;
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// A German software company of this size, and a lead in it. The lead's id.
    pub async fn german_lead(&self, name: &str, employees: u32) -> String {
        self.german_lead_of(name, employees, None).await
    }

    /// A lead that has this owner, by their id in the CRM, from the beginning.
    pub async fn german_lead_of(&self, name: &str, employees: u32, owner: Option<&str>) -> String {
        let company = json!({ "name": name, "domain": format!("{name}.example"), "industry": "software",
            "country": "DE", "numberofemployees": employees.to_string() });
        let company = self.create("companies", company, None).await;
        let mut lead = json!({ "email": format!("lead@{name}.example"), "jobtitle": "VP" });
        if let Some(owner) = owner {
            lead["hubspot_owner_id"] = json!(owner);
        }
        self.create("contacts", lead, Some(&company)).await
    }

    pub async fn owner_of(&self, lead: &str, within: Duration) -> String {
        eventually(
            &format!("lead:{lead} to have an owner in the CRM"),
            within,
            || self.property("contacts", lead, "hubspot_owner_id"),
        )
        .await
    }

    /// Makes the CRM fail: `fault` as the sandbox takes it.
    pub async fn fault(&self, fault: Value) {
        self.crm(reqwest::Method::POST, "/_sandbox/faults", Some(fault))
            .await;
    }

    /// Whether a fault keeps a request of this method about this record waiting now.
    pub async fn holds(&self, method: &str, record: &str) -> bool {
        let found = self
            .crm(reqwest::Method::GET, "/_sandbox/faults", None)
            .await;
        let holding = found["holding"].as_array().expect("a list");
        holding
            .iter()
            .any(|fault| fault["method"] == method && fault["record"] == record)
    }

    /// Every owner that a contact has had in the CRM, the latest first.
    pub async fn owners_so_far(&self, lead: &str) -> Vec<String> {
        let path =
            format!("/crm/objects/2026-09/contacts/{lead}?propertiesWithHistory=hubspot_owner_id");
        let found = self.crm(reqwest::Method::GET, &path, None).await;
        let history = &found["propertiesWithHistory"]["hubspot_owner_id"];
        let history = history.as_array().expect("a history");
        history
            .iter()
            .map(|entry| entry["value"].as_str().expect("a value").to_owned())
            .collect()
    }

    pub async fn tasks(&self) -> Vec<Value> {
        let path = "/crm/objects/2026-09/tasks?limit=100&properties=hs_task_subject,hs_task_body,hubspot_owner_id&associations=deals";
        let found = self.crm(reqwest::Method::GET, path, None).await;
        found["results"].as_array().cloned().unwrap_or_default()
    }
}
