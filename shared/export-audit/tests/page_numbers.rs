//! Every number of the page leads to its records: to all of them, to no others, and to those of its own kind.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::{collections::BTreeSet, io::Read};

use decisions::Rules;
use export_audit::{Export, Findings, Layouts, Report, audit, propose};

fn export(name: &str, text: &str) -> Export {
    let text = text.to_owned();
    Export::new(name, move || {
        Ok(Box::new(std::io::Cursor::new(text.clone())) as Box<dyn Read>)
    })
}

/// Some leads without a stage, some deals without one, at one that the model does not know, with an id that was there
/// before, and with an account that is in no file or without any.
fn exports() -> [Export; 4] {
    let mut leads = "lead_id,email,stage,owner,company,created\n".to_owned();
    for lead in 0..9 {
        let stage = ["", "new", "qualified"][lead % 3];
        let mail = ["", "jo@kranich.example"][lead % 2];
        leads += &format!(
            "L-{lead},{mail},{stage},anna,Company {},2026-10-0{}\n",
            lead % 3,
            lead + 1
        );
    }
    let mut deals =
        "opportunity_id,stage,amount,owner,company,created,close_date,stage_since,modified\n"
            .to_owned();
    let mut moves = "opportunity_id,stage,changed_at\n".to_owned();
    for deal in 0..30 {
        let stage = ["", "sql", "proposal", "won", "lost", "somewhere"][deal % 6];
        let (close, modified) = match deal % 4 {
            0 => ("", "2026-11-01T00:00:00Z"),
            1 => ("2026-12-15", "2026-02-01T00:00:00Z"),
            2 => ("2026-03-01", "2026-11-01T00:00:00Z"),
            _ => ("2026-12-15", ""),
        };
        let company = if deal % 5 == 0 {
            String::new()
        } else {
            format!("Company {}", deal % 5)
        };
        let id = if deal == 29 { 1 } else { deal };
        let owner = ["anna", "ben", ""][deal % 3];
        deals += &format!(
            "O-{id:02},{stage},{},{owner},{company},2026-0{}-01,{close},2026-10-01,{modified}\n",
            ["", "1000", "2000"][deal / 3 % 3],
            1 + deal % 9
        );
        moves += &format!("O-{id:02},discovery,2026-09-01T00:00:00Z\n");
        if matches!(stage, "sql" | "proposal" | "lost") {
            moves += &format!("O-{id:02},sql,2026-09-1{}T00:00:00Z\n", deal % 10);
        }
        if matches!(stage, "proposal" | "lost") {
            moves += &format!("O-{id:02},{stage},2026-10-01T00:00:00Z\n");
        }
    }
    let accounts = "account,sector,employees,country\nCompany 0,software,300,Germany\n\
                    Company 1,software,300,Germany\nCompany 2,retail,,France\nCompany 3,,20,\n";
    [
        export("leads.csv", &leads),
        export("deals.csv", &deals),
        export("accounts.csv", accounts),
        export("stage_history.csv", &moves),
    ]
}

fn audited() -> Report {
    let exports = exports();
    let model = testkit::example_model();
    let mut layouts: Layouts = propose(&exports, &model).expect("a proposal").layouts;
    let deals = layouts.files.get_mut("deals.csv").expect("deals");
    if let Some(stage) = deals.columns.get_mut("stage") {
        stage.values.remove("somewhere");
    }
    let now = testkit::at("2026-11-25T12:00:00Z");
    let rules = Rules::prepare(model, now).expect("rules");
    let mut findings = Findings::keeping(1_000);
    audit(&rules, &exports, &layouts, now, &mut findings, &mut |_| {}).expect("an audit")
}

/// A number of a page: how many, and the names of the lists that it leads to.
struct Number {
    count: usize,
    lists: Vec<String>,
}

fn attribute<'p>(button: &'p str, name: &str) -> Option<&'p str> {
    let from = button.split_once(&format!(" {name}=\""))?.1;
    from.split_once('"').map(|it| it.0)
}

fn numbers(page: &str) -> Vec<Number> {
    let buttons = page.split("<button ").skip(1);
    let numbers = buttons.filter_map(|it| {
        let button = it.split_once('>')?.0;
        let list = attribute(button, "data-list")?.replace("&amp;", "&");
        let lists = match attribute(button, "data-parts") {
            Some(parts) => parts.split(' ').map(|it| format!("{list}.{it}")).collect(),
            None => vec![list],
        };
        Some(Number {
            count: attribute(button, "data-count")?.parse().ok()?,
            lists,
        })
    });
    numbers.collect()
}

fn data(page: &str) -> serde_json::Value {
    let data = page.split("id=\"data\">").nth(1).expect("data");
    let data = data.split("</script>").next().expect("its end");
    serde_json::from_str(data).expect("JSON")
}

/// The ids of the records of a list.
fn records(data: &serde_json::Value, list: &str) -> Vec<String> {
    let places = data["lists"][list].as_array();
    let places = places.into_iter().flatten();
    let record = |place: &serde_json::Value| {
        let place = place.as_u64().and_then(|it| usize::try_from(it).ok());
        let id = place.and_then(|it| data["records"][it][0].as_str());
        id.expect("a record").to_owned()
    };
    places.map(record).collect()
}

/// Of a group no more are listed.
const OF_A_GROUP: usize = 10;

#[test]
fn every_number_leads_to_just_its_records() {
    let page = audited().page();
    testkit::show("audit-numbers", &std::collections::BTreeMap::new(), &page);
    let data = data(&page);
    let numbers = numbers(&page);
    assert!(numbers.len() > 100, "{}", numbers.len());
    for number in &numbers {
        let found: Vec<String> = number
            .lists
            .iter()
            .flat_map(|it| records(&data, it))
            .collect();
        let (lists, count) = (&number.lists, number.count);
        if count > OF_A_GROUP && lists[0].starts_with("metric.") {
            assert!((OF_A_GROUP..=count).contains(&found.len()), "{lists:?}");
        } else {
            assert_eq!(found.len(), count, "{lists:?}: {found:?}");
        }
        let kind = lists[0].split('.').next();
        let first = match kind {
            Some("lead") => "L-",
            _ => "O-",
        };
        assert!(
            found.iter().all(|it| it.starts_with(first)),
            "{lists:?}: {found:?}"
        );
    }
    let parts: BTreeSet<&str> = numbers
        .iter()
        .flat_map(|it| &it.lists)
        .filter_map(|it| it.split('.').nth(1))
        .collect();
    for part in [
        "icp",
        "sql",
        "stage",
        "corridor",
        "segment",
        "owner",
        "empty",
        "stale",
        "undated",
        "found",
        "unjudged",
        "unmatched",
        "no_account",
        "doubled",
        "no_stage",
    ] {
        assert!(parts.contains(part), "{part} of {parts:?}");
    }
}

/// A number of records that is no link would be one that nobody can look at.
#[test]
fn no_number_of_records_stands_without_its_link() {
    let page = audited().page();
    let body = page.split("<dialog").next().expect("a page");
    let mut text = String::new();
    let mut rest = body;
    while let Some((before, from)) = rest.split_once('<') {
        text += before;
        let (tag, after) = from.split_once('>').expect("a tag that ends");
        rest = after;
        if tag.starts_with("button ") || tag.starts_with("style") {
            text.push('#');
            rest = rest.split_once("</").expect("its end").1;
            rest = rest.split_once('>').expect("its end").1;
        }
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    // Percentages, targets for a period and weeks are no numbers of records.
    let others = ["%", "for", "weeks"];
    let bare = words.windows(3).filter(|it| {
        let number = it[1].trim_end_matches([',', ':', ';', '.']);
        let number = number.replace(',', "").parse::<u64>();
        let is_other = others.iter().any(|other| it[2].starts_with(other));
        it[0] == "of" && number.is_ok_and(|it| it > 0) && !is_other
    });
    let bare: Vec<String> = bare.map(|it| it.join(" ")).collect();
    assert!(bare.is_empty(), "{bare:?}");
}
