//! A workbook is read as its sheets would be, saved as CSV.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::io::{Cursor, Write};

use decisions::Rules;
use export_audit::{AuditError, Export, Findings, Report, audit, propose, sheet_of, workbook};
use jiff::Timestamp;
use zip::{ZipWriter, write::SimpleFileOptions};

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
/// The second format is a day, the third a time.
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>"#;

/// A workbook of these sheets: each cell as XML, or a text.
fn book(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut files = vec![
        ("[Content_Types].xml".to_owned(), TYPES.to_owned()),
        ("_rels/.rels".to_owned(), ROOT.to_owned()),
        ("xl/styles.xml".to_owned(), STYLES.to_owned()),
    ];
    let (mut names, mut links) = (String::new(), String::new());
    for (at, (name, rows)) in sheets.iter().enumerate() {
        let at = at + 1;
        names += &format!(r#"<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>"#);
        links += &format!(
            r#"<Relationship Id="rId{at}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{at}.xml"/>"#
        );
        files.push((format!("xl/worksheets/sheet{at}.xml"), sheet(rows)));
    }
    files.push((
        "xl/workbook.xml".to_owned(),
        format!(
            r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{names}</sheets></workbook>"#
        ),
    ));
    files.push((
        "xl/_rels/workbook.xml.rels".to_owned(),
        format!(
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>"#
        ),
    ));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        let stored =
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        zip.start_file(name, stored).expect("a file");
        zip.write_all(text.as_bytes()).expect("its text");
    }
    zip.finish().expect("a workbook").into_inner()
}

fn sheet(rows: &[&[&str]]) -> String {
    let mut text = String::new();
    for (row, cells) in rows.iter().enumerate() {
        text += &format!(r#"<row r="{}">"#, row + 1);
        for (cell, column) in cells.iter().zip('A'..) {
            let place = format!("{column}{}", row + 1);
            text += &match cell.split_once(' ') {
                _ if cell.is_empty() => String::new(),
                Some(("n", number)) => format!(r#"<c r="{place}"><v>{number}</v></c>"#),
                Some(("b", yes)) => format!(r#"<c r="{place}" t="b"><v>{yes}</v></c>"#),
                Some(("day", serial)) => format!(r#"<c r="{place}" s="1"><v>{serial}</v></c>"#),
                Some(("time", serial)) => format!(r#"<c r="{place}" s="2"><v>{serial}</v></c>"#),
                Some(("error", error)) => format!(r#"<c r="{place}" t="e"><v>{error}</v></c>"#),
                _ => format!(r#"<c r="{place}" t="inlineStr"><is><t>{cell}</t></is></c>"#),
            };
        }
        text += "</row>";
    }
    format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{text}</sheetData></worksheet>"#
    )
}

/// 46351 is 25 November 2026; .5 is noon.
const DEALS: &[&[&str]] = &[
    &[],
    &[
        "Deal ID",
        "Deal Stage",
        "Amount",
        "Close Date",
        "Create Date",
        "Budget confirmed",
        "Account ID",
    ],
    &[
        "n 700001",
        "qualifiedtobuy",
        "n 1250.5",
        "day 46351",
        "time 46300.5",
        "b 1",
        "A1",
    ],
    &[
        "n 700002",
        "closedwon",
        "error #N/A",
        "day 46300",
        "time 46200.25",
        "b 0",
        "A1",
    ],
    &[],
    &[
        "n 700003",
        "contractsent",
        "n 3",
        "n 5",
        "time 46340",
        "",
        "A2, and\nmore",
    ],
];
const ACCOUNTS: &[&[&str]] = &[
    &["Account ID", "Employees", "Country"],
    &["A1", "n 250", "DE"],
];

fn text(export: &Export) -> String {
    export.text().expect("a text")
}

#[test]
fn cells_are_written_as_they_would_be_typed() {
    let found = workbook(
        "deals.xlsx",
        &book(&[("Deals", DEALS), ("Empty", &[])]),
        None,
    )
    .expect("a workbook");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].name(), "deals.xlsx");
    let wanted = "\nDeal ID,Deal Stage,Amount,Close Date,Create Date,Budget confirmed,Account ID\n\
                  700001,qualifiedtobuy,1250.5,2026-11-25,2026-10-05T12:00:00,true,A1\n\
                  700002,closedwon,#N/A,2026-10-05,2026-06-27T06:00:00,false,A1\n\n\
                  700003,contractsent,3,5,2026-11-14,,\"A2, and more\"\n";
    assert_eq!(text(&found[0]), wanted);
}

fn audited(exports: &[Export]) -> Report {
    let now: Timestamp = "2026-11-25T12:00:00Z".parse().expect("an instant");
    let model = testkit::example_model();
    let proposal = propose(exports, &model).expect("a mapping");
    let rules = Rules::prepare(model, now).expect("rules");
    let mut findings = Findings::keeping(100);
    audit(
        &rules,
        exports,
        &proposal.layouts,
        now,
        &mut findings,
        &mut |_| {},
    )
    .expect("an audit")
}

#[test]
fn sheets_are_judged_and_their_lines_are_rows() {
    let bytes = book(&[("Deals", DEALS), ("Accounts", ACCOUNTS)]);
    let found = workbook("crm.xlsx", &bytes, None).expect("a workbook");
    let names: Vec<&str> = found.iter().map(Export::name).collect();
    assert_eq!(names, ["crm.xlsx:Deals", "crm.xlsx:Accounts"]);
    let report = audited(&found);
    assert_eq!((report.rows, report.unread.rows), (4, 0));
    let cells: Vec<(&str, u64, &str)> = report
        .unread
        .cells
        .iter()
        .map(|it| (it.field.as_str(), it.line, it.why.as_str()))
        .collect();
    // Behind an empty row it is the line of that.
    let wanted = [
        ("amount", 4, "is no number"),
        ("close_date", 5, "is no date"),
    ];
    assert!(wanted.iter().all(|it| cells.contains(it)), "{cells:?}");
    let one = workbook("crm.xlsx", &bytes, Some("Deals")).expect("a sheet");
    assert_eq!((one.len(), one[0].name()), (1, "crm.xlsx:Deals"));
}

#[test]
fn what_cannot_be_read_says_what_to_do() {
    let why = |bytes: &[u8], sheet| match workbook("crm.xlsx", bytes, sheet) {
        Err(AuditError::Unreadable { why, .. }) => why,
        other => format!("{:?}", other.map(|it| it.len())),
    };
    let bytes = book(&[("Deals", DEALS), ("Accounts", ACCOUNTS)]);
    assert_eq!(
        why(&bytes, Some("Deal")),
        "it has no sheet `Deal`, but Deals, Accounts; did you mean `Deals`?"
    );
    assert_eq!(
        why(&book(&[("Empty", &[])]), None),
        "it has no sheet with anything in it"
    );
    let damaged = "it is no workbook of Excel, or a damaged one: save it anew as .xlsx, or as CSV";
    assert_eq!(why(b"id,stage\n", None), damaged);
    assert_eq!(why(&bytes[..bytes.len() / 2], None), damaged);
    let locked = [&[0xd0, 0xcf, 0x11, 0xe0][..], &[0; 600]].concat();
    assert_eq!(
        why(&locked, None),
        "it has a password: save it without one, or as CSV"
    );
}

#[test]
fn a_sheet_is_named_behind_its_workbook() {
    assert_eq!(
        sheet_of("a/crm.xlsx:Open: now"),
        Some(("a/crm.xlsx", "Open: now"))
    );
    assert_eq!(
        sheet_of("C:/crm.XLSX:Deals"),
        Some(("C:/crm.XLSX", "Deals"))
    );
    for other in ["crm.xlsx", "crm.xlsx:", "crm.csv:Deals", "C:/crm.xlsx"] {
        assert_eq!(sheet_of(other), None, "{other}");
    }
}
