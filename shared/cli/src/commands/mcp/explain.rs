use std::path::Path;

use contracts::Subject;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::Store;
use story::{About, Extent, Sought, Story, find, gather};

use super::answer::{MOST, asked, unread};
use crate::commands::{CouldNotRun, company::record_in, options::model_in};

/// When an assistant asks it.
pub const WHEN: &str = "What happened to a record of the running stack and why: who decided upon what, the rules that \
were weighed with what was found and what was needed, where each is written, and what followed. Use it for every \
question why a record is where it is, or why somebody got a mail. It holds no personal values. Cite the id of the \
decision with what you tell.";

/// How many decisions are told if it is not said.
const USUALLY: usize = 10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    about: String,
    #[serde(default)]
    last: Option<usize>,
}

/// What it is asked.
pub fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "about": {
                "type": "string",
                "description": "A record, such as lead:123, opportunity:5 or account:7; or a decision, by its id or at \
                    least the first six digits of it"
            },
            "last": {
                "type": "integer", "minimum": 1,
                "description": "Only so many decisions, the last ones; 10, if it is left out"
            }
        },
        "required": ["about"],
        "additionalProperties": false
    })
}

/// The story.
///
/// # Errors
/// If nothing is known of it, or the stack does not answer.
pub async fn answer<S: Store>(
    folder: &Path,
    store: &S,
    given: Map<String, Value>,
) -> Result<Value, CouldNotRun> {
    let asked: Asked = asked(given)?;
    let model = model_in(folder)?;
    let now = Timestamp::now();
    let about = asked.about.parse::<About>();
    let (subject, decision) = match about.map_err(|why| CouldNotRun(why.to_string()))? {
        About::Record(name) => (Subject::Record(record_in(&model, &name)?), None),
        About::Decision(digits) => match find(store, &digits, now).await.map_err(unread)? {
            Sought::One(subject @ Subject::Record(_), decision) => (subject, Some(decision)),
            Sought::One(Subject::Person(_), _) => return Err(of_a_person()),
            Sought::Several(_) => {
                let why = format!("{digits} begins more than one decision: give more digits");
                return Err(CouldNotRun(why));
            }
            Sought::None => {
                return Err(CouldNotRun(format!(
                    "no decision {digits} in the last 72 hours: for an older one name its record"
                )));
            }
        },
        About::Person(_) => return Err(of_a_person()),
    };
    let mut last = asked.last.unwrap_or(USUALLY).max(1);
    loop {
        let extent = Extent {
            decision: decision.clone(),
            last: Some(last),
        };
        let story = gather(store, &subject, &extent, now)
            .await
            .map_err(unread)?;
        let story = story.ok_or_else(|| {
            CouldNotRun(format!(
                "nothing is known of {}: no webhook and no look through the CRM has told of it",
                asked.about
            ))
        })?;
        let told = as_json(&story, &model.revision.hash.to_string())?;
        // What has no room is told with fewer decisions; how many are left out stands in the story.
        if told.to_string().len() <= MOST || last == 1 {
            return Ok(told);
        }
        last /= 2;
    }
}

/// Absences have reasons, which are nobody's but theirs.
fn of_a_person() -> CouldNotRun {
    CouldNotRun(
        "what is decided about a person is not told to an assistant: `fairlead explain person:NAME` tells it to people"
            .to_owned(),
    )
}

fn as_json(story: &Story, revision: &str) -> Result<Value, CouldNotRun> {
    let decisions: Vec<_> = story.decisions().map(|it| &it.audit.decision).collect();
    let decisions = json!(decisions);
    let story = serde_json::to_value(story).map_err(|why| CouldNotRun(why.to_string()))?;
    Ok(json!({ "revision": revision, "decisions": decisions, "story": story }))
}
