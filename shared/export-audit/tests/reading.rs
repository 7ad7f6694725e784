//! Files as people send them: what cannot be read is listed and stops nothing.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::{io::Read, time::Duration};

use export_audit::{
    AuditError, DateOrder, DecimalMark, Export, Findings, Layouts, Report, Separator, audit,
    propose,
};

fn export(name: &str, bytes: impl Into<Vec<u8>>) -> Export {
    let bytes = bytes.into();
    Export::new(name, move || {
        Ok(Box::new(std::io::Cursor::new(bytes.clone())) as Box<dyn Read>)
    })
}

fn audited(exports: &[Export], layouts: &Layouts) -> Result<Report, AuditError> {
    let now = testkit::at("2026-11-25T12:00:00Z");
    let mut findings = Findings::keeping(100);
    audit(
        &testkit::example_rules(),
        exports,
        layouts,
        now,
        &mut findings,
        &mut |_| {},
    )
}

const DEALS: &str = "deal;stage;amount;close_date;created\n\
    001;sql;1.200,50;31.12.2026;01.11.2026\n\
    002;sql;1,5;30.11.2026 14:00;24.11.2026\n\
    003;won;abc;5.1.2027;1.1.2026\n\
    004;sql;7\n\
    ;sql;7;5.1.2027;1.1.2026\n\
    NA;lost;7;32.1.2027;1.1.2026\n\
    006;\"parked; until spring\";7;5.1.2027;1.1.2026\n";

#[test]
fn what_is_guessed_is_written_and_read_back() {
    let exports = [export("deals.csv", DEALS)];
    let proposal = propose(&exports, &testkit::example_model()).expect("a proposal");
    let written = proposal.to_yaml();
    let layouts = Layouts::parse(&written).expect("what was written");
    assert_eq!(layouts, proposal.layouts, "{written}");
    let layout = &layouts.files["deals.csv"];
    assert_eq!(layout.separator, Separator::Semicolon, "{written}");
    assert_eq!(layout.decimal, DecimalMark::Comma);
    assert_eq!(layout.dates, DateOrder::DayFirst);
    assert_eq!(layout.columns["close_date"].column, "close_date");
    for said in ["parked; until spring", "`abc`", "`32.1.2027`"] {
        assert!(written.contains(said), "{said}: {written}");
    }
}

/// What stands in a cell is somebody else's: it neither ends a remark nor is too long for a key.
#[test]
fn what_is_guessed_of_odd_cells_is_read_back() {
    let long = "w".repeat(2_000);
    let odd = format!(
        "deal;stage;amount;close_date;created\n001;sql;1,5;\"31.12.2026\nfiles: {{}}\";01.11.2026\n\
         002;{long};1,5;30.11.2026\u{16};\u{85}\n003;won;\u{2028}x;1.1.2027;1.1.2026\n"
    );
    let exports = [export("deals.csv", odd)];
    let proposal = propose(&exports, &testkit::example_model()).expect("a proposal");
    let written = proposal.to_yaml();
    let layouts = Layouts::parse(&written).expect("what was written");
    assert_eq!(layouts, proposal.layouts, "{written}");
    assert!(audited(&exports, &layouts).is_ok());
}

#[test]
fn rows_and_cells_that_cannot_be_read_are_listed() {
    let exports = [export("deals.csv", DEALS)];
    let mut proposal = propose(&exports, &testkit::example_model()).expect("a proposal");
    let layout = proposal
        .layouts
        .files
        .get_mut("deals.csv")
        .expect("a layout");
    "deal".clone_into(&mut layout.id);
    let report = audited(&exports, &proposal.layouts).expect("an audit");
    let lines: Vec<u64> = report.unread.listed.iter().map(|it| it.line).collect();
    assert_eq!((report.rows, report.unread.rows, lines), (5, 2, vec![5, 6]));
    let cells: Vec<_> = report
        .unread
        .cells
        .iter()
        .map(|it| (it.field.as_str(), it.line, it.count))
        .collect();
    assert_eq!(
        cells,
        [("amount", 4, 1), ("close_date", 7, 1), ("stage", 8, 1)]
    );
    let of_kind = &report.kinds["opportunity"];
    assert_eq!((of_kind.records, of_kind.open), (4, 2));
    assert_eq!(of_kind.unknown_stages["parked; until spring"], 1);
    assert!(
        report.findings.iter().any(|it| it.id == "001"),
        "an id stays text"
    );
    let last = report.last_line(Duration::from_millis(1_234));
    assert_eq!(
        last,
        format!(
            "5 rows read, 2 not read, {} deviations, 1.2 s",
            report.deviations
        )
    );
    assert!(
        report
            .text()
            .contains("deals.csv:5: 3 cells, where the headings are 5"),
        "{}",
        report.text()
    );
}

/// "NA" is a value, unless the mapping says that it is none.
#[test]
fn na_is_a_value_unless_said_otherwise() {
    let deals = "id,stage,onboarding_contact,promised_scope\n1,negotiation,NA,NA\n";
    let exports = [export("deals.csv", deals)];
    let mut layouts = propose(&exports, &testkit::example_model())
        .expect("a proposal")
        .layouts;
    let empty = |layouts: &Layouts| {
        let report = audited(&exports, layouts).expect("an audit");
        let empty = report.kinds["opportunity"].fields.iter();
        empty
            .filter(|it| it.empty.count > 0 && it.field.ends_with("promised_scope"))
            .count()
    };
    assert_eq!(empty(&layouts), 0);
    layouts
        .files
        .get_mut("deals.csv")
        .expect("a layout")
        .no_value = vec!["NA".to_owned()];
    assert_eq!(empty(&layouts), 1);
}

#[test]
fn a_mapping_that_does_not_fit_says_why_and_what_to_do() {
    let file = |columns: &str| {
        format!(
            "files:\n  deals.csv:\n    record: opportunity\n    separator: semicolon\n    id: deal\n    columns:\n{columns}"
        )
    };
    for (text, says) in [
        (
            file("      stage: { column: stage }\n      amout: { column: amount }\n"),
            "did you mean `amount`?",
        ),
        (
            file("      stage: { column: phase }\n"),
            "there is no column `phase`, which is to hold `stage`; name one of these: deal, stage",
        ),
        (
            file("      amount: { column: amount }\n"),
            "no column is named for the stage",
        ),
        (
            "files: {}\n".to_owned(),
            "deals.csv: the mapping does not say how it is read",
        ),
        (
            file("      stage: { column: stage }\n")
                .replace("opportunity", "account")
                .replace("record", "recrod"),
            "recrod",
        ),
        (
            file("      stage: { column: stage }\n")
                .replace("id: deal", "id: deal\n    encoding: utf-7"),
            "`utf-7` is no encoding",
        ),
    ] {
        let why = match Layouts::parse(&text) {
            Ok(layouts) => audited(&[export("deals.csv", DEALS)], &layouts).expect_err(says),
            Err(why) => why,
        };
        assert!(why.to_string().contains(says), "{why}");
    }
}

/// Accounts of a second file are joined by the column in which they are found.
#[test]
fn accounts_are_joined() {
    let deals = "opportunity_id,deal_stage,account,engage_date\n1,sql,Acme & Co,2026-11-01\n2,sql,Nowhere,2026-11-01\n3,sql,,2026-11-01\n";
    let accounts =
        "account,sector,employees,country\nAcme & Co,software,300,DE\nOther,retail,,FR\n";
    let exports = [
        export("pipeline.csv", deals),
        export("accounts.csv", accounts),
    ];
    let proposal = propose(&exports, &testkit::example_model()).expect("a proposal");
    assert_eq!(
        proposal.layouts.files["accounts.csv"].id,
        "account",
        "{}",
        proposal.to_yaml()
    );
    let report = audited(&exports, &proposal.layouts).expect("an audit");
    let of_kind = &report.kinds["opportunity"];
    assert_eq!((of_kind.unmatched, of_kind.without_account), (1, 1));
    assert_eq!(of_kind.unmatched_ids, ["Nowhere"]);
    let icp = report.questions.expect("opportunities").icp;
    assert_eq!((icp.open.count, icp.open.of, icp.open_unknown), (1, 3, 2));
    assert_eq!((icp.this_quarter.count, icp.this_quarter.of), (1, 3));
}

/// Logs of activities and of moves say when the latest contact was, and since when a stage stands.
#[test]
fn logs_of_events_are_recognised() {
    let deals = "deal_id,stage,created\n1,sql,2026-01-01\n2,sql,2026-01-01\n";
    let activities = "deal_id,type,activity_date\n1,call,2026-11-20T10:00:00Z\n1,mail,2026-02-01\n2,call,soon\n2,call,2026-02-01\n";
    let moves = "Deal ID,from,to,Changed At\n1,new,sql,2026-11-20\n2,new,sql,2026-02-02\n2,sql,sql,2027-01-01\n";
    let exports = [
        export("deals.csv", deals),
        export("activities.csv", activities),
        export("stage_history.csv", moves),
    ];
    let proposal = propose(&exports, &testkit::example_model()).expect("a proposal");
    assert_eq!(
        Layouts::parse(&proposal.to_yaml()).expect("a mapping"),
        proposal.layouts
    );
    let report = audited(&exports, &proposal.layouts).expect("an audit");
    let of = |deviation: &str| -> Vec<&str> {
        let found = report
            .findings
            .iter()
            .filter(|it| it.deviation == deviation);
        found.map(|it| it.id.as_str()).collect()
    };
    assert_eq!(
        (of("no_contact"), of("stuck_in_stage")),
        (vec!["2"], vec!["2"])
    );
    assert_eq!(
        (report.rows, report.unread.cells.len()),
        (9, 1),
        "`soon` is no time"
    );
}

#[test]
fn an_id_that_stands_twice_is_said() {
    let deals = "deal_id,stage,created,amount\n1,sql,2026-01-01,5\n2,won,2026-01-01,5\n1,sql,2026-01-01,5\n";
    let exports = [export("deals.csv", deals)];
    let layouts = propose(&exports, &testkit::example_model())
        .expect("a proposal")
        .layouts;
    let report = audited(&exports, &layouts).expect("an audit");
    let of_kind = &report.kinds["opportunity"];
    assert_eq!(
        (
            of_kind.records,
            of_kind.doubled,
            of_kind.doubled_ids.as_slice()
        ),
        (3, 1, &["1".to_owned()][..])
    );
    assert!(
        report
            .text()
            .contains("1 rows have an id that was there before"),
        "{}",
        report.text()
    );
}
