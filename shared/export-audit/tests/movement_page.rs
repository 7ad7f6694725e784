//! The movement of a pipeline on the page of an audit: as text, as bars, and each part with its deals.
#![allow(clippy::expect_used, reason = "a test may panic")]

use std::io::Read;

use decisions::Rules;
use export_audit::{Export, Findings, Layouts, Pipeline, Report, audit, moved_between, propose};

fn export(name: &str, text: String) -> Export {
    Export::new(name, move || {
        Ok(Box::new(std::io::Cursor::new(text.clone())) as Box<dyn Read>)
    })
}

/// Deals of a pipeline; of those of later each second has another amount, and each third another stage.
fn deals(name: &str, deals: usize, later: bool) -> Export {
    let mut text = "opportunity_id,stage,amount,close_date,created\n".to_owned();
    for deal in 0..deals {
        let stage = match (later, deal % 3) {
            (true, 0) => "won",
            (true, 1) => "lost",
            _ => "proposal",
        };
        let amount = 1_000 + deal * 10 + usize::from(later && deal % 2 == 0) * 500;
        text += &format!("O</script>-{deal:06},{stage},{amount},2026-09-15,2026-05-01\n");
    }
    export(name, text)
}

fn audited(before: usize, after: usize) -> Report {
    let (old, new) = (
        deals("july.csv", before, false),
        deals("october.csv", after, true),
    );
    let model = testkit::example_model();
    let of_old = propose(std::slice::from_ref(&old), &model).expect("a proposal");
    let of_new = propose(std::slice::from_ref(&new), &model).expect("a proposal");
    let files = of_old.layouts.files.into_iter().chain(of_new.layouts.files);
    let layouts = Layouts {
        files: files.collect(),
    };
    let now = testkit::at("2026-10-01T12:00:00Z");
    let rules = Rules::prepare(model, now).expect("rules");
    let mut findings = Findings::keeping(1_000);
    let exports = [new];
    let report = audit(&rules, &exports, &layouts, now, &mut findings, &mut |_| {});
    let mut report = report.expect("an audit");
    let [new] = &exports;
    let moved = moved_between(&rules, [&old, new], &layouts, &Pipeline::default());
    report.movement = Some(moved.expect("two exports"));
    report
}

#[test]
fn the_identity_stands_on_the_page_and_each_part_leads_to_its_deals() {
    let report = audited(30, 33);
    let page = report.page();
    testkit::show("audit-movement", &std::collections::BTreeMap::new(), &page);
    assert!(page.contains("How the pipeline moved"));
    let identity = "opening 34,350 + new 4,930 + pulled in 0 + up 7,500 − slipped 0 − down 0 − won 15,650 − lost 15,260 = \
                    closing 15,870";
    let shown = page.split("<p>").find(|it| it.starts_with("opening"));
    let shown = shown.and_then(|it| it.split("</p>").next());
    assert_eq!(shown, Some(identity));
    assert!(page.contains("data-list=\"movement.won\""));
    // The greatest first; nothing in it ends the script.
    let data = page.split("id=\"data\">").nth(1).expect("data");
    let data = data.split("</script>").next().expect("its end");
    let data: serde_json::Value = serde_json::from_str(data).expect("JSON");
    let first = data["lists"]["movement.won"][0].as_u64();
    let first = first
        .and_then(|it| usize::try_from(it).ok())
        .expect("a deal");
    assert_eq!(
        data["records"][first],
        serde_json::json!(["O</script>-000030: 1,800", 0])
    );
    assert!(!page.contains("O</script>"), "an id ends the script");
    assert!(report.text().contains("How the pipeline moved"));
}

/// A bar begins where the one before ended, and none is longer than the page.
#[test]
fn every_bar_fits_and_the_page_stays_small() {
    let page = audited(3_000, 3_300).page();
    let section = page
        .split("How the pipeline moved")
        .nth(1)
        .expect("a section");
    let section = section.split("<h2>").next().expect("its end");
    for bar in section.split("<span class=\"bar\"").skip(1) {
        let bar = bar.split("</span>").next().expect("its end");
        let widths = bar
            .split("width:")
            .skip(1)
            .filter_map(|it| it.split('%').next());
        let whole: f64 = widths.filter_map(|it| it.parse::<f64>().ok()).sum();
        assert!(whole <= 100.0, "{bar}");
    }
    let wrong = testkit::wrong_with(&page, 400_000);
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(!page.contains("://"), "a page that fetches nothing");
}
