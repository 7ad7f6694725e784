use std::{collections::BTreeSet, path::PathBuf, process::ExitCode};

use ::model::OperatingModel;
use clap::Args;
use contracts::{Key, state::RecordState};
use crm::{PersonId, Record, RecordId, RecordName};
use decisions::{
    Rules,
    why_not::{AT_A_DESK, Answer, MOST_CHANGES, Wanted, Way, WhyNot, why_not},
};
use jiff::Timestamp;
use serde_json::json;
use store::{Store, StoreError, Versioned};

use super::{
    CouldNotRun, Outcome,
    named::unknown,
    no,
    options::{TableOptions, rules_in},
    print_whole,
};
use crate::{instant::Typed, stack::wait};

/// Ask why a record does not go to somebody: the fewest facts that would have to be others.
///
/// Each answer is enough by itself, and was put to the rules again before it is told: a number, and one of a list, as an
/// example. Whose turn it is in a pool,
/// times that pass, and facts of other records are taken as they are. Nothing is written.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// The record of the running stack, such as lead:123.
    #[arg(value_name = "RECORD")]
    record: RecordName,
    #[command(flatten)]
    whom: Whom,
    /// The time at which the rules are asked.
    #[arg(long, value_name = "TIME", default_value = "now")]
    at: Typed,
    /// The folder of the operating model.
    #[arg(long, value_name = "FOLDER", default_value = "config")]
    config: PathBuf,
    /// Print one object of JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    table: TableOptions,
}

/// To whom, or where, it is asked why the record does not go: one of these.
#[derive(Debug, Default, Args)]
pub struct Whom {
    /// The person, by their name in people.yaml.
    #[arg(value_name = "PERSON", required_unless_present_any = ["pool", "queue", "rule"])]
    pub person: Option<String>,
    /// A pool instead.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["person", "queue", "rule"])]
    pub pool: Option<String>,
    /// A queue instead.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["person", "rule"])]
    pub queue: Option<String>,
    /// A rule of the routing instead.
    #[arg(long, value_name = "NAME", conflicts_with = "person")]
    pub rule: Option<String>,
}

const HELP: &str = "\
  fairlead why-not lead:123 anna
  fairlead why-not lead:123 --pool dach_account_executives
  fairlead why-not opportunity:5 --queue deal_desk --config proposed

The rules are asked as if nobody had the record yet. `fairlead explain` tells why it went where it is.

--json prints {record, rule, leads_to, answer, ways: [{rule, at, leads_to, differs: [{field, found, personal,
needed, example}]}]}; answer is ways,
already, no_rule or none_found. What is found in a personal field is not shown, but null.

Exit codes: 0 told, 1 there is no such record, person, pool, queue or rule, 2 could not ask.";

/// Asks and tells.
///
/// # Errors
/// If there is no stack, it does not answer, or the model cannot be read.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = Timestamp::now();
    let rules = rules_in(&arguments.config, now)?;
    let at = arguments.at.resolve(now).timestamp();
    let record = rules.model.record_named(&arguments.record);
    let record = record.map_err(|why| CouldNotRun(why.to_string()))?;
    let wanted = match wanted(&rules.model, &record, &arguments.whom) {
        Ok(wanted) => wanted,
        Err(why) => return Ok(no(&why)),
    };
    let (stack, table) = arguments.table.find()?;
    let Some(copy) = wait(stack.ask(copy_of(&table, &record)))? else {
        let name = &arguments.record;
        return Ok(no(&format!(
            "there is no copy of {name}: no webhook and no look through the CRM has told of it"
        )));
    };
    let told = why_not(&rules, &copy, &wanted, (at, AT_A_DESK));
    print_whole(&if arguments.json {
        format!("{:#}\n", as_json(&rules, &copy, &told))
    } else {
        as_text(&rules, &copy, &wanted, &told)
    })?;
    Ok(ExitCode::SUCCESS)
}

/// What is asked for.
///
/// # Errors
/// If the model has no such thing, or does not route such a record.
pub(super) fn wanted(
    model: &OperatingModel,
    record: &RecordId,
    whom: &Whom,
) -> Result<Wanted, String> {
    let Some(list) = model.routing.get(&record.kind) else {
        return Err(format!(
            "the model does not route a record of kind {}: see `routing` in processes.yaml",
            record.kind.word()
        ));
    };
    let rules: BTreeSet<&str> = list.iter().map(|rule| rule.rule.as_str()).collect();
    let pools = model.pools.keys().map(String::as_str);
    let queues = model.queues.keys().map(String::as_str);
    let people = model.people.keys().map(PersonId::as_str);
    let (missing, wanted) = match (&whom.person, &whom.pool, &whom.queue, &whom.rule) {
        (Some(it), ..) => (
            unknown("person", people, Some(it)),
            Wanted::Person(PersonId::new(it.as_str())),
        ),
        (_, Some(it), ..) => (unknown("pool", pools, Some(it)), Wanted::Pool(it.clone())),
        (_, _, Some(it), _) => (
            unknown("queue", queues, Some(it)),
            Wanted::Queue(it.clone()),
        ),
        (_, _, _, it) => {
            let it = it.clone().unwrap_or_default();
            let missing = unknown("rule", rules.into_iter(), Some(it.as_str()));
            (missing, Wanted::Rule(it))
        }
    };
    missing.map_or(Ok(wanted), Err)
}

/// Our copy of a record.
///
/// # Errors
/// If the table does not answer or the item is malformed.
pub(super) async fn copy_of<S: Store>(
    table: &S,
    record: &RecordId,
) -> Result<Option<Record>, StoreError> {
    let found = table.get(&[Key::record(record)]).await?;
    let item = found.into_iter().flatten().next();
    let read = item.map(Versioned::<RecordState>::read).transpose()?;
    Ok(read.map(|read| read.state.record))
}

fn whom(wanted: &Wanted) -> String {
    match wanted {
        Wanted::Person(person) => person.to_string(),
        Wanted::Pool(pool) => format!("pool {pool}"),
        Wanted::Queue(queue) => format!("queue {queue}"),
        Wanted::Rule(rule) => format!("wherever rule {rule} leads"),
    }
}

fn as_text(rules: &Rules, record: &Record, wanted: &Wanted, told: &WhyNot) -> String {
    let model = &rules.model;
    let name = model.name_of(&record.id);
    let mut text = format!(
        "by its facts {name} goes to {} (rule {})\n",
        told.leads, told.rule
    );
    if record.archived {
        text.push_str(
            "the CRM has it no more, so it goes nowhere: the rules are asked as if it were there\n",
        );
    }
    if let Some(owner) = record.owner() {
        text.push_str(&format!(
            "it is {owner}'s already: the rules are asked as if nobody had it\n"
        ));
    }
    let whom = whom(wanted);
    match &told.answer {
        Answer::Already if matches!(wanted, Wanted::Person(_)) => text.push_str(&format!(
            "{whom} is among those who may get it: whose turn it was, `fairlead explain {name}` tells, and \
             `fairlead pools` whose it is now\n"
        )),
        Answer::Already => text.push_str("that is where it was to go\n"),
        Answer::NoRuleLeadsThere => text.push_str(&format!(
            "no rule leads a record of kind {} to {whom}, whatever its facts are: see `routing` in processes.yaml\n",
            record.id.kind.word()
        )),
        Answer::NoneFound { gave_up } => text.push_str(&format!(
            "nothing was found that leads it to {whom} with at most {MOST_CHANGES} other facts{}\n",
            if *gave_up { ", and not all of them could be tried" } else { "" }
        )),
        Answer::Ways(ways) => {
            text.push_str(&match ways.len() {
                1 => format!("it would go to {whom} if this were so:\n"),
                _ => format!("it would go to {whom} if one of these were so:\n"),
            });
            ways.iter().for_each(|way| text.push_str(&way_text(model, way)));
        }
    }
    text
}

fn way_text(model: &OperatingModel, way: &Way) -> String {
    let differs = way.differs.iter().map(|it| {
        let found = it.found.as_ref().map_or_else(
            || "it has no value".to_owned(),
            |found| format!("it is {found}"),
        );
        let found = if is_personal(model, &it.field) {
            "it is personal, and not shown".to_owned()
        } else {
            found
        };
        let example = if it.example { ", for example" } else { "" };
        format!("{}: {}{example} ({found})", it.field, it.needed)
    });
    let differs: Vec<String> = differs.collect();
    format!(
        "  {}\n      by rule {}, {}:{}, to {}\n",
        differs.join("\n  and "),
        way.rule,
        way.place.file.name(),
        way.place.line,
        way.leads
    )
}

fn is_personal(model: &OperatingModel, field: &crm::FieldRef) -> bool {
    let fields = model.records.get(&field.kind);
    let declared = fields.and_then(|fields| fields.get(&field.name));
    declared.is_some_and(|it| it.personal)
}

/// The answer for programs, without what is personal.
pub(super) fn as_json(rules: &Rules, record: &Record, told: &WhyNot) -> serde_json::Value {
    let (answer, ways) = match &told.answer {
        Answer::Already => ("already", &[][..]),
        Answer::NoRuleLeadsThere => ("no_rule", &[][..]),
        Answer::NoneFound { .. } => ("none_found", &[][..]),
        Answer::Ways(ways) => ("ways", ways.as_slice()),
    };
    let ways = ways.iter().map(|way| {
        let differs = way.differs.iter().map(|it| {
            let personal = is_personal(&rules.model, &it.field);
            let found = it.found.as_ref().filter(|_| !personal);
            json!({ "field": it.field.to_string(), "found": found.map(ToString::to_string), "personal": personal,
                    "needed": it.needed, "example": it.example })
        });
        json!({ "rule": way.rule, "at": format!("{}:{}", way.place.file.name(), way.place.line),
                "leads_to": way.leads.to_string(), "differs": differs.collect::<Vec<_>>() })
    });
    json!({ "record": rules.model.name_of(&record.id).to_string(), "rule": told.rule,
            "leads_to": told.leads.to_string(), "answer": answer, "ways": ways.collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use testkit::{at, example_model, lead, rules};

    use super::*;

    const NOW: &str = "2026-11-23T10:00:00Z";

    fn told(wanted: &Wanted) -> (String, serde_json::Value) {
        let rules = rules(example_model());
        let lead = lead("1", at(NOW)).text("email", "lena@kranich.example");
        let lead = lead.account("US", "software", 300).build();
        let told = why_not(&rules, &lead, wanted, (at(NOW), AT_A_DESK));
        (
            as_text(&rules, &lead, wanted, &told),
            as_json(&rules, &lead, &told),
        )
    }

    #[test]
    fn each_way_stands_with_its_rule_and_what_is_found() {
        let (text, json) = told(&Wanted::Person(PersonId::new("anna")));
        assert_eq!(
            text,
            "by its facts lead:1 goes to pool america_account_executives (rule north_america)\n\
             it would go to anna if one of these were so:\n  \
             account.owner: anna (it has no value)\n      \
             by rule existing_customer, processes.yaml:78, to anna\n  \
             account.country: DE or AT or CH (it is US)\n      \
             by rule dach, processes.yaml:85, to pool dach_account_executives\n"
        );
        assert_eq!(json["ways"][1]["differs"][0]["found"], "US");
    }

    #[test]
    fn what_is_personal_is_told_neither_to_people_nor_to_programs() {
        // What is personal may be asked for being there, and its value then stands in what was found.
        let piece = "lead.email_domain: { in_list: free_mail }";
        let absent = "lead.email: { present: no }";
        let model = testkit::example_with("processes.yaml", piece, absent);
        let rules = rules(model);
        let lead = lead("1", at(NOW)).text("email", "lena@kranich.example");
        let lead = lead.account("US", "software", 300).build();
        let wanted = Wanted::Rule("private_mail".to_owned());
        let told = why_not(&rules, &lead, &wanted, (at(NOW), AT_A_DESK));
        let (text, json) = (
            as_text(&rules, &lead, &wanted, &told),
            as_json(&rules, &lead, &told).to_string(),
        );
        for said in [&text, &json] {
            assert!(
                said.contains("lead.email") && !said.contains("lena"),
                "{said}"
            );
        }
    }

    #[test]
    fn where_it_goes_already_and_where_nothing_leads_is_said() {
        let (text, _) = told(&Wanted::Person(PersonId::new("maya")));
        assert!(
            text.contains("maya is among those who may get it"),
            "{text}"
        );
        let (text, json) = told(&Wanted::Queue("deal_desk".to_owned()));
        assert!(
            text.contains("no rule leads a record of kind lead to queue deal_desk"),
            "{text}"
        );
        assert_eq!(json["answer"], "no_rule");
    }
}
