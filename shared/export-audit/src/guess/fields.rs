//! Which column is which field, by its heading.

use std::collections::BTreeMap;

use crm::{FieldType, RecordKind};
use model::OperatingModel;

use crate::{
    guess::sample::Sample,
    table::{MODIFIED, TIMES},
};

/// What other headings are usual for a field, in letters and digits only.
const USUAL: [(&str, &[&str]); 19] = [
    (
        "stage",
        &[
            "stagename",
            "salesstage",
            "pipelinestage",
            "status",
            "phase",
        ],
    ),
    (
        "amount",
        &[
            "value",
            "closevalue",
            "betrag",
            "expectedrevenue",
            "total",
            "volume",
        ],
    ),
    (
        "owner",
        &[
            "ownerid",
            "ownername",
            "salesagent",
            "salesrep",
            "rep",
            "agent",
            "assignedto",
            "responsible",
            "besitzer",
            "accountexecutive",
        ],
    ),
    (
        "close_date",
        &[
            "closingdate",
            "expectedclosedate",
            "closedat",
            "closed",
            "abschlussdatum",
            "duedate",
        ],
    ),
    (
        "created",
        &[
            "createdate",
            "createddate",
            "createdat",
            "createdon",
            "creationdate",
            "datecreated",
            "engagedate",
            "opendate",
            "opened",
            "openedon",
            "erstelltam",
        ],
    ),
    (
        "last_contact",
        &[
            "lastactivity",
            "lastactivitydate",
            "lastcontacted",
            "lastcontactdate",
            "noteslastcontacted",
            "lasttouch",
            "letzterkontakt",
        ],
    ),
    (
        "stage_since",
        &[
            "stageentered",
            "stageenteredat",
            "laststagechange",
            "laststagechangedate",
            "stagechanged",
            "instagesince",
            "dateenteredstage",
        ],
    ),
    (
        MODIFIED,
        &[
            "modifiedat",
            "modifiedon",
            "modifieddate",
            "modifydate",
            "datemodified",
            "lastmodified",
            "lastmodifiedat",
            "lastmodifiedon",
            "lastmodifieddate",
            "hslastmodifieddate",
            "systemmodstamp",
            "updated",
            "updatedat",
            "updatedon",
            "lastupdated",
            "lastupdate",
            "updatetime",
            "geändertam",
        ],
    ),
    (
        "account",
        &[
            "accountid",
            "accountname",
            "company",
            "companyid",
            "companyname",
            "associatedcompany",
            "customer",
            "organisation",
            "organization",
            "firma",
            "kunde",
        ],
    ),
    (
        "name",
        &[
            "title",
            "dealname",
            "opportunityname",
            "companyname",
            "accountname",
            "account",
            "company",
        ],
    ),
    (
        "employees",
        &[
            "numberofemployees",
            "noofemployees",
            "employeecount",
            "headcount",
            "mitarbeiter",
            "companysize",
        ],
    ),
    ("industry", &["sector", "branche", "vertical"]),
    (
        "country",
        &[
            "billingcountry",
            "countryregion",
            "land",
            "officelocation",
            "location",
        ],
    ),
    ("domain", &["website", "web", "url", "companydomainname"]),
    ("email", &["emailaddress", "mail", "emailadresse"]),
    ("title", &["jobtitle", "position", "role"]),
    ("source", &["leadsource", "originalsource", "channel"]),
    (
        "loss_reason",
        &["closedlostreason", "lostreason", "reasonlost"],
    ),
    ("revenue", &["annualrevenue", "turnover", "umsatz"]),
];

/// What a heading may say of the kind of record before the field: `deal_stage`.
const PREFIXES: [&str; 6] = ["deal", "opportunity", "opp", "lead", "contact", "record"];

/// A heading or name in letters and digits only.
pub(super) fn plain(text: &str) -> String {
    let letters = text.chars().filter(|it| it.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// The columns of the fields of a kind of record, each at most once.
pub(super) fn columns(
    model: &OperatingModel,
    kind: RecordKind,
    sample: &Sample,
) -> BTreeMap<String, usize> {
    let headings: Vec<String> = sample.headings.iter().map(|it| plain(it)).collect();
    let mut found = BTreeMap::new();
    for (name, words) in names(model, kind) {
        let of_word = |word: &String| headings.iter().position(|it| is(it, word));
        if let Some(at) = words.iter().find_map(of_word) {
            found.insert(name, at);
        }
    }
    // An id is not the name of its account, and one column is not two fields.
    let mut taken: Vec<usize> = Vec::new();
    found.retain(|_, at| {
        let free = !taken.contains(at);
        taken.push(*at);
        free
    });
    found
}

fn is(heading: &str, word: &str) -> bool {
    let of_kind = |prefix: &&str| heading.strip_prefix(*prefix) == Some(word);
    heading == word || PREFIXES.iter().any(of_kind)
}

/// The fields that may have a column, each with the words for it, the surest first.
fn names(model: &OperatingModel, kind: RecordKind) -> Vec<(String, Vec<String>)> {
    let mut names = Vec::new();
    for (name, field) in model.records.get(&kind).into_iter().flatten() {
        let mut words = vec![plain(name)];
        words.extend(field.properties.values().map(|it| plain(it)));
        let usual = if field.holds == FieldType::Account {
            "account"
        } else {
            name.as_str()
        };
        words.extend(usual_words(usual));
        names.push((name.clone(), words));
    }
    for time in TIMES.map(|(time, _)| time).into_iter().chain([MODIFIED]) {
        let mut words = vec![plain(time)];
        words.extend(usual_words(time));
        names.push((time.to_owned(), words));
    }
    // `account` is a heading of accounts for their name, and of others for whose they are.
    if kind != RecordKind::Account {
        names.sort_by_key(|(name, _)| name == "name");
    }
    names
}

fn usual_words(name: &str) -> Vec<String> {
    let usual = USUAL.iter().filter(|(field, _)| *field == name);
    usual
        .flat_map(|(_, words)| words.iter().map(|it| (*it).to_owned()))
        .collect()
}

/// The column of the id: by its heading, else the first in which every row has another value.
pub(super) fn id(kind: RecordKind, sample: &Sample) -> Option<(usize, bool)> {
    let own = format!("{}id", kind.word());
    let words = [
        own.as_str(),
        "id",
        "recordid",
        "dealid",
        "objectid",
        "hsobjectid",
        "companyid",
    ];
    let headings: Vec<String> = sample.headings.iter().map(|it| plain(it)).collect();
    let by_heading = |word: &&str| headings.iter().position(|it| it == word);
    if let Some(at) = words.iter().find_map(by_heading) {
        return Some((at, true));
    }
    let unique = (0..headings.len()).find(|at| sample.is_unique(*at));
    unique.map(|at| (at, false))
}
