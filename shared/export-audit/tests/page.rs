//! The page, and a model made from data.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod starting;

use decisions::Rules;
use export_audit::{Export, Findings, Report, audit, propose, starter};
use starting::export;

/// Deals of 30 owners at accounts of three sizes, of which each third is won.
fn exports(deals: usize) -> [Export; 2] {
    let mut of_deals =
        "opportunity_id,sales_agent,account,deal_stage,engage_date,close_date,close_value\n"
            .to_owned();
    for deal in 0..deals {
        let (stage, close) = match deal % 3 {
            0 => ("Won", format!("2026-0{}-15", 3 + deal % 5)),
            1 => ("Negotiation", String::new()),
            _ => ("Prospecting </script><b>", "2026-10-01".to_owned()),
        };
        let (owner, account) = (deal % 30, deal % 7);
        of_deals += &format!(
            "O-{deal:06},Owner Number {owner},Company {account},{stage},2026-02-0{},{close},{}\n",
            1 + deal % 9,
            deal % 5 * 100
        );
    }
    let mut of_accounts = "account,sector,employees,office_location\n".to_owned();
    for account in 0..6 {
        let sector = ["software", "retail"][account % 2];
        of_accounts += &format!(
            "Company {account},{sector},{},Germany\n",
            [20, 300, 4_000][account % 3]
        );
    }
    [
        export("pipeline.csv", of_deals),
        export("accounts.csv", of_accounts),
    ]
}

fn audited(deals: usize) -> Report {
    let exports = exports(deals);
    let made = starter(&exports).expect("a model");
    assert!(
        made.remarks[0].contains("Prospecting </script><b>, Negotiation, Won"),
        "{:?}",
        made.remarks
    );
    starting::audited(&exports, 10_000)
}

#[test]
fn a_model_is_made_from_the_data() {
    let report = audited(300);
    let of_kind = &report.kinds["opportunity"];
    let stages: Vec<(&str, u64)> = of_kind
        .stages
        .iter()
        .map(|it| (it.stage.as_str(), it.records))
        .collect();
    assert_eq!(
        stages.iter().map(|it| it.1).collect::<Vec<_>>(),
        [100, 100, 100]
    );
    assert_eq!(
        (stages[1].0, stages[2].0, of_kind.open),
        ("negotiation", "won", 200)
    );
    let questions = report.questions.expect("opportunities");
    assert_eq!(questions.sql.expect("criteria").stage, "negotiation");
    let unmatched = (0..300)
        .filter(|deal| deal % 3 != 0 && deal % 7 == 6)
        .count() as u64;
    assert_eq!(
        questions.icp.open_unknown, unmatched,
        "one company is in no file"
    );
    let corridor: Vec<Option<&str>> = questions
        .corridor_by_segment
        .iter()
        .map(|it| it.corridor.as_deref())
        .collect();
    assert!(corridor.iter().all(Option::is_some), "{corridor:?}");
    assert_eq!(
        questions.corridor.count, 200,
        "the longest took less than 200 days, and all are older"
    );
}

/// The names of the lists to which numbers of a page lead; of one that is the sum of several only where they begin.
fn lists_of(page: &str) -> impl Iterator<Item = (&str, bool)> {
    let after = page.split("data-list=\"").skip(1);
    after
        .filter_map(|it| it.split_once('"'))
        .map(|it| (it.0, it.1.starts_with(" data-parts")))
}

#[test]
fn the_page_needs_nothing_else_and_is_small() {
    let report = audited(3_000);
    assert!(report.deviations > 1_000);
    let page = report.page();
    let wrong = testkit::wrong_with(&page, 400_000);
    assert!(wrong.is_empty(), "{wrong:?}");
    testkit::show("audit", &std::collections::BTreeMap::new(), &page);
    for from_outside in ["http:", "https:", "src=", "@import", "url(", "<link"] {
        assert!(!page.contains(from_outside), "{from_outside}");
    }
    assert!(
        !page.contains("</script><b>"),
        "a text of the export ends no script"
    );
    assert_eq!(page.matches("</script>").count(), 2);
    let begins = r#"<script type="application/json" id="data">"#;
    let data = page
        .split(begins)
        .nth(1)
        .and_then(|it| it.split("</script>").next());
    let data: serde_json::Value = serde_json::from_str(data.expect("data")).expect("JSON");
    assert_eq!(data["findings"].as_array().map(Vec::len), Some(1_000));
    for number in report.kinds["opportunity"]
        .deviations
        .iter()
        .filter(|it| it.unjudged > 0)
    {
        let list = &data["lists"][format!("opportunity.unjudged.{}", number.deviation)];
        let first = list[0].as_u64().and_then(|it| usize::try_from(it).ok());
        let first = first.map(|it| &data["records"][it][0]);
        assert!(
            first.is_some_and(serde_json::Value::is_string),
            "{} leads to its records",
            number.deviation
        );
    }
    let all = data["lists"].as_object().expect("lists");
    let lists: Vec<(&str, bool)> = lists_of(&page).collect();
    for (list, is_sum) in &lists {
        let beginning = format!("{list}.");
        let mut some = all
            .iter()
            .filter(|(name, _)| name == list || *is_sum && name.starts_with(&beginning));
        assert!(
            some.any(|(_, it)| it.as_array().is_some_and(|it| !it.is_empty())),
            "{list} has its records"
        );
    }
    for part in [
        "metric.",
        "opportunity.corridor",
        "opportunity.segment.",
        "opportunity.owner.",
        "opportunity.found.",
    ] {
        assert!(
            lists.iter().any(|(it, _)| it.starts_with(part)),
            "numbers of {part} lead to records"
        );
    }
}

/// In the light and in the dark, on the page and on a card.
#[test]
fn every_colour_can_be_read_as_wcag_aa_asks() {
    let page = audited(30).page();
    let (light, rest) = page.split_once("prefers-color-scheme:dark").expect("both");
    for part in [light, rest] {
        for ink in ["ink", "soft", "link", "high", "medium", "low"] {
            for ground in ["back", "panel"] {
                let of = |name: &str| testkit::colour(part, name);
                let contrast = testkit::contrast(of(ink), of(ground));
                assert!(contrast >= 4.5, "{ink} on {ground}: {contrast}");
            }
        }
    }
}

/// However many people own deals, a page by the example model, with its metrics by owner, stays small.
#[test]
fn the_page_stays_small_with_many_owners() {
    let mut text = "id,stage,owner,amount,created,close_date,stage_since\n".to_owned();
    for deal in 0..3_000 {
        let stage = ["sql", "proposal", "won"][deal % 3];
        let owner = deal % 300;
        text += &format!(
            "D-{deal:06},{stage},Owner Number {owner},{deal},2026-02-01,2026-1{}-15,2026-03-01\n",
            deal % 3
        );
    }
    let exports = [export("deals.csv", text)];
    let model = testkit::example_model();
    let layouts = propose(&exports, &model).expect("a proposal").layouts;
    let now = testkit::at("2026-11-25T12:00:00Z");
    let rules = Rules::prepare(model, now).expect("rules");
    let mut findings = Findings::keeping(1_000);
    let report = audit(&rules, &exports, &layouts, now, &mut findings, &mut |_| {});
    let report = report.expect("an audit");
    assert!(report.deviations > 1_000);
    let page = report.page();
    assert!(page.len() <= 400_000, "{} bytes", page.len());
    assert!(page.contains(" more, which "));
}
