//! A file of a CRM's export, and the mapping that says how it is read.

use std::{io::Read, sync::LazyLock};

use decisions::Rules;
use export_audit::{Export, Findings, Layouts, audit, propose};

/// What stands between an export and a mapping in one input.
const APART: &[u8] = b"\n%%%%\n";

static RULES: LazyLock<Rules> = LazyLock::new(testkit::example_rules);

/// An export is read to its end whatever it holds: each row is judged or listed, by the mapping that is proposed
/// and by the one that stands behind it.
pub(crate) fn hold(bytes: &[u8]) {
    let parts = bytes.windows(APART.len()).position(|it| it == APART);
    let (file, mapping) = match parts {
        Some(at) => (&bytes[..at], Some(&bytes[at + APART.len()..])),
        None => (bytes, None),
    };
    let exports = [export(file.to_vec())];
    if let Ok(proposal) = propose(&exports, &RULES.model) {
        let written = proposal.to_yaml();
        let read = Layouts::parse(&written).expect("what is proposed can be read");
        assert_eq!(read, proposal.layouts, "{written}");
        audited(&exports, &proposal.layouts);
    }
    let said = mapping.map(String::from_utf8_lossy);
    match said.map(|said| Layouts::parse(&said)) {
        Some(Ok(layouts)) => audited(&exports, &layouts),
        Some(Err(why)) => assert!(!why.to_string().is_empty()),
        None => {}
    }
}

fn export(bytes: Vec<u8>) -> Export {
    Export::new("deals.csv", move || {
        Ok(Box::new(std::io::Cursor::new(bytes.clone())) as Box<dyn Read>)
    })
}

fn audited(exports: &[Export], layouts: &Layouts) {
    let now = testkit::at("2026-11-25T12:00:00Z");
    let mut findings = Findings::keeping(10);
    match audit(&RULES, exports, layouts, now, &mut findings, &mut |_| {}) {
        Ok(report) => {
            let listed = u64::try_from(report.unread.listed.len()).unwrap();
            assert!(
                listed <= report.unread.rows,
                "{listed} of {}",
                report.unread.rows
            );
            let judged: u64 = report.kinds.values().map(|it| it.records).sum();
            assert!(judged <= report.rows, "{judged} of {}", report.rows);
            assert!(report.json().starts_with('{'));
        }
        Err(why) => assert!(!why.to_string().is_empty()),
    }
}

pub(crate) fn starts() -> Vec<Vec<u8>> {
    let european =
        b"deal;stage;amount;close_date;created\n001;sql;1.200,50;31.12.2026;01.11.2026\n\
        002;sql;1,5;30.11.2026 14:00;24.11.2026\n003;won;abc;5.1.2027;1.1.2026\n004;sql;7\n"
            .to_vec();
    let american = b"id,dealstage,amount,closedate,createdate,hubspot_owner_id\n1,sql,\"1,200.50\",12/31/2026,\
        2026-11-01T08:00:00Z,anna\n2,\"a \"\"b\"\"\",-3,,1700000000000,\n"
        .to_vec();
    let log =
        b"case_id,activity,timestamp\n1,sql,2026-11-01 08:00\n1,won,2026-11-02 08:00\n".to_vec();
    let utf16 = "id\tstage\n1\tsql\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes);
    let utf16 = [vec![0xff, 0xfe], utf16.collect()].concat();
    let mut starts = vec![european.clone(), american, log, utf16];
    if let Ok(proposal) = propose(&[export(european.clone())], &RULES.model) {
        starts.push([&european, APART, proposal.to_yaml().as_bytes()].concat());
    }
    starts
}
