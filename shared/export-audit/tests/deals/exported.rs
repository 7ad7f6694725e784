//! Opportunities and accounts as exports, and what the audit says of them.

use std::{collections::BTreeMap, io::Read};

use crm::RecordKind;
use decisions::Rules;
use export_audit::{Column, EventKind, Export, Findings, Layout, Layouts, Report, audit};

use super::{Absent, Account, BEFORE, Deal, now};

const HEAD: &str = "id,name,stage,amount,owner,account,created,last_contact,stage_since,close_date,loss_reason,\
                    budget_confirmed,decision_maker_met,pain_documented,timeline_agreed\n";

/// The same times as logs of events, with an earlier event before each.
fn logs(deals: &[Deal]) -> [String; 2] {
    let mut logs = ["id,at\n", "id,at\n"].map(str::to_owned);
    for (at, deal) in deals.iter().enumerate() {
        for (log, latest) in logs.iter_mut().zip([deal.last_contact, deal.stage_since]) {
            let Some(latest) = latest else { continue };
            let before = latest - BEFORE;
            *log += &format!("D{at},{latest}\nD{at},{before}\n");
        }
    }
    logs
}

/// What the audit says of the same.
pub fn audited(rules: &Rules, deals: &[Deal], accounts: &[Account], absent: Absent) -> Report {
    let mut text = HEAD.to_owned();
    for (at, deal) in deals.iter().enumerate() {
        text += &deal.line(at);
    }
    let mut of_accounts = "id,employees,industry,country,owner\n".to_owned();
    for (at, account) in accounts.iter().enumerate() {
        let number = account
            .employees
            .map_or_else(String::new, |it| it.to_string());
        let words =
            [account.industry, account.country, account.owner].map(Option::unwrap_or_default);
        of_accounts += &format!("A{at},{number},{}\n", words.join(","));
    }
    let [activities, moves] = logs(deals);
    let with_logs = [
        absent.logged && !absent.last_contact,
        absent.logged && !absent.stage_since,
    ];
    let absent = [
        ("created", absent.created),
        ("last_contact", absent.last_contact || absent.logged),
        ("stage_since", absent.stage_since || absent.logged),
        ("close_date", absent.close_date),
    ];
    let left_out = |it: &&str| absent.contains(&(*it, true));
    let layout = |kind, head: &str| Layout {
        record: Some(kind),
        id: "id".to_owned(),
        columns: head
            .trim()
            .split(',')
            .filter(|it| *it != "id" && !left_out(it))
            .map(|it| {
                (
                    it.to_owned(),
                    Column {
                        column: it.to_owned(),
                        ..Column::default()
                    },
                )
            })
            .collect(),
        ..Layout::default()
    };
    let log = |event| Layout {
        event: Some(event),
        ..layout(RecordKind::Opportunity, "at")
    };
    let mut files = BTreeMap::from([
        (
            "deals.csv".to_owned(),
            layout(RecordKind::Opportunity, HEAD),
        ),
        (
            "accounts.csv".to_owned(),
            layout(RecordKind::Account, "id,employees,industry,country,owner"),
        ),
    ]);
    let export = |name: &str, text: String| {
        Export::new(name, move || {
            Ok(Box::new(std::io::Cursor::new(text.clone())) as Box<dyn Read>)
        })
    };
    let mut exports = vec![
        export("deals.csv", text),
        export("accounts.csv", of_accounts),
    ];
    if with_logs[0] {
        exports.push(export("activities.csv", activities));
        files.insert("activities.csv".to_owned(), log(EventKind::Activity));
    }
    if with_logs[1] {
        exports.push(export("moves.csv", moves));
        files.insert("moves.csv".to_owned(), log(EventKind::StageMove));
    }
    let mut findings = Findings::keeping(usize::MAX);
    audit(
        rules,
        &exports,
        &Layouts { files },
        now(),
        &mut findings,
        &mut |_| {},
    )
    .expect("an audit")
}
