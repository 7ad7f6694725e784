//! A model to begin with, made from the data where there is none yet.
//!
//! It says what the data say: the stages that occur, the accounts that were won before as the profile, how long nine of
//! ten won deals took as the corridor. Everything in it is written as the six files, to be kept and corrected.

mod evidence;
mod log;

use model::OperatingModel;
use model_compiler::Texts;

use crate::{
    error::AuditError,
    export::Export,
    guess::{Proposal, propose},
};
use evidence::{Evidence, Stage};

/// A model that was made from data.
#[derive(Debug, Clone)]
pub struct Starter {
    /// The six files, by name.
    pub files: Vec<(String, String)>,
    /// What it was made from, and what it could not be.
    pub remarks: Vec<String>,
}

/// Makes a model from exports of opportunities, and of accounts if there are any; or from a log of what happened to cases.
///
/// # Errors
/// If a file cannot be read, or none is of opportunities or a log of what happened to cases.
pub fn starter(exports: &[Export]) -> Result<Starter, AuditError> {
    let proposal = skeleton(exports)?;
    let evidence = Evidence::of(exports, &proposal)?;
    Ok(Starter {
        files: files(&evidence),
        remarks: evidence.remarks(),
    })
}

/// How the files are read, as far as that can be told before there is a model.
fn skeleton(exports: &[Export]) -> Result<Proposal, AuditError> {
    propose(exports, &compiled(&files(&Evidence::default()))?)
}

fn compiled(files: &[(String, String)]) -> Result<OperatingModel, AuditError> {
    let texts = Texts::from_iter(files.iter().cloned());
    model_compiler::read(&texts).map_err(|problems| {
        let first = problems.first().map(ToString::to_string);
        AuditError::Nothing(format!(
            "no model can be made: {}",
            first.unwrap_or_default()
        ))
    })
}

fn files(evidence: &Evidence) -> Vec<(String, String)> {
    let strategy = include_str!("starter/strategy.yaml")
        .replace("CRITERIA\n", &criteria(evidence))
        .replace("SEGMENTS\n", &segments(evidence));
    let processes = include_str!("starter/processes.yaml")
        .replace("CORRIDOR", &corridor(evidence))
        .replace("STAGES\n", &stages(evidence));
    let technology = include_str!("starter/technology.yaml").replace("VALUES", &values(evidence));
    let governance =
        include_str!("starter/governance.yaml").replace("DEVIATIONS\n", &deviations(evidence));
    let people = include_str!("starter/people.yaml").to_owned();
    let metrics = match evidence.logged {
        true => include_str!("starter/of_log.yaml"),
        false => include_str!("starter/metrics.yaml"),
    };
    let metrics = metrics.to_owned();
    [
        ("strategy.yaml", strategy),
        ("metrics.yaml", metrics),
        ("processes.yaml", processes),
        ("technology.yaml", technology),
        ("governance.yaml", governance),
        ("people.yaml", people),
    ]
    .map(|(name, text)| (name.to_owned(), text))
    .to_vec()
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|it| quoted(it)).collect();
    format!("[{}]", texts.join(", "))
}

fn criteria(evidence: &Evidence) -> String {
    let mut lines = Vec::new();
    if let Some((least, most)) = evidence.employees {
        lines.push(format!(
            "size: {{ account.employees: {{ between: [{least}, {most}] }} }}"
        ));
    }
    if !evidence.industries.is_empty() {
        lines.push(format!(
            "industry: {{ account.industry: {} }}",
            list(&evidence.industries)
        ));
    }
    if !evidence.countries.is_empty() {
        lines.push(format!(
            "geography: {{ account.country: {} }}",
            list(&evidence.countries)
        ));
    }
    if lines.is_empty() {
        lines.push("known: { account.name: { present: yes } }".to_owned());
    }
    lines.iter().map(|it| format!("    {it}\n")).collect()
}

fn segments(evidence: &Evidence) -> String {
    if !evidence.has_employees {
        return "  everyone: otherwise\n\n".to_owned();
    }
    "  enterprise: { account.employees: { at_least: 1000 } }\n  \
     mid_market: { account.employees: { at_least: 200 } }\n  smb: otherwise\n  unsized: unknown\n\n"
        .to_owned()
}

fn corridor(evidence: &Evidence) -> String {
    let names: &[&str] = if evidence.has_employees {
        &["enterprise", "mid_market", "smb", "unsized"]
    } else {
        &["everyone"]
    };
    let days = names
        .iter()
        .map(|name| format!("{name}: {}d", evidence.corridor_of(name)));
    days.collect::<Vec<_>>().join(", ")
}

fn stages(evidence: &Evidence) -> String {
    let all = &evidence.stages;
    let names = |but: &Stage| {
        let others = all.iter().filter(|it| it.name != but.name);
        let others: Vec<&str> = others.map(|it| it.name.as_str()).collect();
        others.join(", ")
    };
    let mut text = String::new();
    for (at, stage) in all.iter().enumerate() {
        if stage.closes {
            text += &format!("      {}: {{ closes: yes }}\n", stage.name);
            continue;
        }
        text += &format!(
            "      {}:\n        may_move_to: [{}]\n",
            stage.name,
            names(stage)
        );
        if evidence.has("stage_since") {
            text += "        stay: { at_most: 30d }\n";
        }
        // The first may be anything; behind it a deal is one that sales works on.
        let open = all.iter().filter(|it| !it.closes).count();
        if at == 1 || open == 1 {
            text += &entry(evidence);
        }
    }
    text + "\n"
}

/// What a deal needs to be worked on: a date and an amount, where the data have them.
fn entry(evidence: &Evidence) -> String {
    let mut lines = Vec::new();
    if evidence.has("close_date") {
        lines.push("          date: { opportunity.close_date: { present: yes } }\n");
    }
    if evidence.has("amount") {
        lines.push("          amount: { opportunity.amount: { more_than: 0 } }\n");
    }
    if lines.is_empty() {
        return String::new();
    }
    format!("        enter:\n{}", lines.concat())
}

fn values(evidence: &Evidence) -> String {
    let all = evidence.stages.iter();
    let pairs = all.map(|it| format!("{}: {}", quoted(&it.text), it.name));
    pairs.collect::<Vec<_>>().join(", ")
}

fn deviations(evidence: &Evidence) -> String {
    let mut all = vec![
        (
            "past_corridor",
            "opportunity.age: { past: corridor }",
            "high",
        ),
        (
            "criteria_not_met",
            "opportunity.stage_criteria: unmet",
            "high",
        ),
    ];
    if evidence.has("last_contact") {
        all.push((
            "no_contact",
            "opportunity.last_contact: { older_than: 30d }",
            "high",
        ));
    }
    if evidence.has("stage_since") {
        all.push((
            "stuck_in_stage",
            "opportunity.time_in_stage: { past: stay }",
            "medium",
        ));
    }
    if evidence.has("close_date") {
        all.push((
            "close_date_passed",
            "opportunity.close_date: { older_than: 0d }",
            "high",
        ));
    }
    let lines = all.into_iter().map(|(name, when, severity)| {
        format!("  {name}: {{ record: opportunity, when: {{ {when} }}, severity: {severity}, respond: owner }}\n")
    });
    lines.collect::<String>() + "\n"
}
