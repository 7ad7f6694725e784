use std::process::ExitCode;

use clap::Args;
use contracts::state::{Approval, ApprovalStatus, ApprovalsState};
use crm::{PersonId, RecordId};
use decisions::Rules;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::json;

use super::{
    Outcome,
    approve::asked::all,
    options::{ModelOptions, TableOptions},
    print_whole,
    table::{moment, table_of},
};
use crate::stack::wait;

/// Show what is to be approved: of which record, by whom and until when; with --past also what came of it.
///
/// Of each approval of a record the latest asking is shown; those before stand in its story, `fairlead explain`.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "--json prints an array: {record, approval, run, status, of, last, since, due, given, by, at, reason}, with \
                  times in UTC.\n\nExit codes: 0 shown, 2 could not ask."
)]
pub struct Arguments {
    /// Also those that were given or refused, or count no more.
    #[arg(long)]
    past: bool,
    /// Only what this person may answer or has answered, by their name in people.yaml.
    #[arg(long, value_name = "PERSON")]
    by: Option<String>,
    /// Print one array of JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    table: TableOptions,
}

/// One asking.
struct Asked {
    record: RecordId,
    name: String,
    approval: Approval,
}

/// Shows what is to be approved.
///
/// # Errors
/// If there is no stack, it does not answer, or the model cannot be read.
pub fn run(arguments: &Arguments) -> Outcome {
    let rules = arguments.model.rules(Timestamp::now())?;
    let (stack, table) = arguments.table.find()?;
    let by = arguments.by.as_deref().map(PersonId::new);
    let found = wait(stack.ask(all(&table)))?;
    let asked = asked(found, arguments.past, by.as_ref());
    let zone = arguments.model.zone(&rules);
    print_whole(&match arguments.json {
        true => format!("{:#}\n", as_json(&rules, &asked)),
        false => as_text(&rules, &asked, &zone),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Those that wait first, the oldest before the others.
fn asked(found: Vec<(RecordId, ApprovalsState)>, past: bool, by: Option<&PersonId>) -> Vec<Asked> {
    let each = found.into_iter().flat_map(|(record, state)| {
        let all = state.asked.into_iter();
        all.map(move |(name, approval)| Asked {
            record: record.clone(),
            name,
            approval,
        })
    });
    let theirs = |it: &Asked| {
        by.is_none_or(|by| {
            let approval = &it.approval;
            let said = [&approval.last, &approval.by].into_iter().flatten();
            approval.of.contains(by) || { said }.any(|it| it == by)
        })
    };
    let shown = each.filter(|it| past || it.approval.is_pending());
    let mut all: Vec<Asked> = shown.filter(theirs).collect();
    all.sort_by(|a, b| {
        let key = |it: &Asked| (!it.approval.is_pending(), it.approval.since);
        key(a).cmp(&key(b)).then_with(|| a.record.cmp(&b.record))
    });
    all
}

const NOTHING: &str = "nothing is to be approved\n";
const HEAD: [&str; 6] = ["record", "approval", "since", "status", "by", "why"];

fn as_text(rules: &Rules, all: &[Asked], zone: &TimeZone) -> String {
    if all.is_empty() {
        return NOTHING.to_owned();
    }
    let rows = all.iter().map(|it| {
        let approval = &it.approval;
        [
            rules.model.name_of(&it.record),
            it.name.clone(),
            moment(approval.since, zone),
            status(approval, zone),
            who(approval),
            approval.reason.clone().unwrap_or_default(),
        ]
    });
    table_of(&HEAD, &rows.collect::<Vec<_>>())
}

fn status(approval: &Approval, zone: &TimeZone) -> String {
    match (approval.status, approval.due, &approval.last) {
        (ApprovalStatus::Pending, Some(due), _) => format!("pending, until {}", moment(due, zone)),
        (ApprovalStatus::Pending, None, Some(_)) => "pending, its time is up".to_owned(),
        (status, ..) => status.word().to_owned(),
    }
}

/// Who answered, or of whom an answer is waited for.
fn who(approval: &Approval) -> String {
    if let Some(by) = &approval.by {
        return by.to_string();
    }
    let people = approval.of.iter().chain(&approval.last);
    let people: Vec<String> = people
        .map(|it| match approval.given.contains_key(it) {
            true => format!("{it} (given)"),
            false => it.to_string(),
        })
        .collect();
    match people.is_empty() {
        true => "nobody is left who may".to_owned(),
        false => people.join(", "),
    }
}

fn as_json(rules: &Rules, all: &[Asked]) -> serde_json::Value {
    let each = all.iter().map(|it| {
        let approval = &it.approval;
        json!({
            "record": rules.model.name_of(&it.record),
            "approval": it.name,
            "run": approval.run,
            "status": approval.status.word(),
            "of": approval.of,
            "last": approval.last,
            "since": approval.since.to_string(),
            "due": approval.due.map(|it| it.to_string()),
            "given": approval.given.keys().collect::<Vec<_>>(),
            "by": approval.by,
            "at": approval.at.map(|it| it.to_string()),
            "reason": approval.reason,
        })
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use contracts::ValuesDigest;
    use testkit::{at, example_rules, record_id};

    use super::*;

    fn approval(status: ApprovalStatus, since: &str) -> Approval {
        let answered = matches!(status, ApprovalStatus::Given | ApprovalStatus::Refused);
        Approval {
            run: 1,
            values: ValuesDigest::of(&["25"]),
            since: at(since),
            right: "approve_discount".to_owned(),
            of: [PersonId::new("jonas"), PersonId::new("maya")].into(),
            last: None,
            due: Some(at("2026-11-24T17:00:00Z")).filter(|_| !answered),
            given: std::collections::BTreeMap::new(),
            status,
            by: answered.then(|| PersonId::new("maya")),
            at: None,
            reason: answered.then(|| "the margin is gone".to_owned()),
        }
    }

    fn found() -> Vec<(RecordId, ApprovalsState)> {
        let of = |id: &str, status, since| {
            let asked = [("discount".to_owned(), approval(status, since))];
            let state = ApprovalsState {
                stood: std::collections::BTreeMap::new(),
                asked: asked.into(),
                next: None,
            };
            (record_id(&format!("opportunity:{id}")), state)
        };
        vec![
            of("5", ApprovalStatus::Refused, "2026-11-20T09:00:00Z"),
            of("6", ApprovalStatus::Pending, "2026-11-23T09:00:00Z"),
        ]
    }

    #[test]
    fn what_waits_is_shown_and_with_past_what_came_of_the_others() {
        let rules = example_rules();
        let zone = rules.company_zone();
        assert_eq!(
            as_text(&rules, &asked(found(), false, None), zone),
            "record         approval  since                  status                                by           why\n\
             opportunity:6  discount  Mon 23 Nov 2026 10:00  pending, until Tue 24 Nov 2026 18:00  jonas, maya\n"
        );
        let past = as_text(&rules, &asked(found(), true, None), zone);
        let lines: Vec<&str> = past.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(
            lines
                .last()
                .unwrap()
                .ends_with("maya         the margin is gone"),
            "{past}"
        );
        let maya = PersonId::new("maya");
        assert_eq!(asked(found(), true, Some(&maya)).len(), 2);
        let olga = PersonId::new("olga");
        assert!(asked(found(), true, Some(&olga)).is_empty());
        assert_eq!(as_text(&rules, &[], zone), NOTHING);
        assert_eq!(
            as_json(&rules, &asked(found(), true, None))[1]["status"],
            "refused"
        );
    }
}
