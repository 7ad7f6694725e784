//! A task for a person in the CRM.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{association, object_type::ObjectType, writing};

/// The name of tasks in paths of the API.
pub const OBJECT: &str = "tasks";
/// The property that holds the text, and our marker in it.
pub const BODY: &str = "hs_task_body";

/// How much a task matters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Low.
    Low,
    /// Medium.
    #[default]
    Medium,
    /// High.
    High,
}

impl Priority {
    const fn word(self) -> &'static str {
        match self {
            Self::Low => "LOW",
            Self::Medium => "MEDIUM",
            Self::High => "HIGH",
        }
    }
}

/// A task to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    /// One line that says what to do.
    pub subject: String,
    /// The text, plain; a line feed ends a line.
    pub body: String,
    /// Letters, digits and `-` that tell this task from every other. It stands in brackets at
    /// the end of the text, so that the task is found again and not created twice.
    pub marker: String,
    /// The CRM's id of the owner who shall do it; none leaves it without an owner.
    pub owner: Option<String>,
    /// When it is due.
    pub due: Timestamp,
    /// How much it matters.
    pub priority: Priority,
    /// The records it is about: their types and ids in the CRM.
    pub about: Vec<(ObjectType, String)>,
}

/// The body of the request that creates the task (`SimplePublicObjectInputForCreate`).
#[must_use]
pub fn task_body(task: &NewTask) -> Value {
    let mut properties = json!({
        "hs_task_subject": task.subject,
        BODY: format!("{}<br>{}", as_html(&task.body), marked(&task.marker)),
        "hs_timestamp": writing::instant(task.due),
        "hs_task_status": "NOT_STARTED",
        "hs_task_type": "TODO",
        "hs_task_priority": task.priority.word(),
    });
    if let (Some(owner), Some(properties)) = (&task.owner, properties.as_object_mut()) {
        properties.insert("hubspot_owner_id".to_owned(), json!(owner));
    }
    let associations: Vec<Value> = task
        .about
        .iter()
        .filter_map(|(object, id)| {
            let type_id = association::plain(OBJECT, object.plural())?;
            Some(json!({
                "to": { "id": id },
                "types": [{
                    "associationCategory": association::HUBSPOT_DEFINED,
                    "associationTypeId": type_id,
                }],
            }))
        })
        .collect();
    json!({ "properties": properties, "associations": associations })
}

/// Whether a task with this text is the one with this marker.
#[must_use]
pub fn has_marker(body: &str, marker: &str) -> bool {
    body.contains(&marked(marker))
}

/// The marker as it stands in the text; the brackets keep one from being the start of another.
fn marked(marker: &str) -> String {
    format!("[{marker}]")
}

/// Plain text as HTML, which is what the CRM shows a task's text as.
fn as_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '\n' => html.push_str("<br>"),
            other => html.push(other),
        }
    }
    html
}
