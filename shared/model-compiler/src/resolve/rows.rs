//! Lists and tables that stand in files of rows.

use std::collections::BTreeMap;

use crm::{FieldRef, PersonId, Value};

use super::parts::{place, section};
use crate::{
    checks::{check::Reading, domain_form::domains},
    grammar::{Names, conditions::tests},
    rows::{People, Rows},
    yaml::node::Node,
};
use model::{ModelFile, Table};

/// The values of a list in a file.
pub(super) fn list(reading: &Reading<'_>, name: &str, node: &Node) -> Option<Vec<Value>> {
    let rows = rows(reading, node)?;
    let column = rows.column(node.text_of("column")?)?;
    let as_domains = of_domains(reading, Names::List, name);
    let values = rows.cells(column).map(|(_, text)| kept(text, as_domains));
    Some(values.map(Value::Text).collect())
}

pub(super) fn tables(reading: &Reading<'_>, root: &Node) -> Option<BTreeMap<String, Table>> {
    let people = People::of(reading);
    section(root, "tables", |name, key, node| {
        let rows = rows(reading, node)?;
        let from = rows.column(node.text_of("from")?)?;
        let to = rows.column(node.text_of("to")?)?;
        let as_domains = of_domains(reading, Names::Table, name);
        let row = |(_, value, person): (u32, &str, &str)| {
            let person = people.named(person)?;
            Some((kept(value, as_domains), PersonId::new(person)))
        };
        Some(Table {
            rows: rows.pairs(from, to).map(row).collect::<Option<_>>()?,
            place: place(ModelFile::Strategy, key.span),
        })
    })
}

/// Whether it is a field of domains by which a list or a table is asked.
pub(crate) fn of_domains(reading: &Reading<'_>, of: Names, name: &str) -> bool {
    let domains = domains(reading);
    if of == Names::Table {
        let sites = reading.sites.values.iter().map(|site| site.node);
        let asking = sites.filter(|node| node.is_mapping() && node.text_of("table") == Some(name));
        let by = |node: &Node| node.text_of("by")?.parse().ok();
        return asking
            .filter_map(by)
            .any(|field: FieldRef| domains.contains(&field));
    }
    let asked = |test: &Node| {
        tests(test).any(|part| part.word == "in_list" && part.value.text() == Some(name))
    };
    let sites = reading.sites.tests.iter().filter(|site| asked(site.test));
    sites
        .filter_map(|site| reading.field(site))
        .any(|field| domains.contains(&field))
}

fn rows(reading: &Reading<'_>, node: &Node) -> Option<Rows> {
    Rows::of(reading.texts.get(node.text_of("file")?)?).ok()
}

/// A value as records have it.
pub(crate) fn kept(text: &str, as_domain: bool) -> String {
    let domain = as_domain.then(|| crm::domain(text)).flatten();
    domain.unwrap_or_else(|| text.to_owned())
}
