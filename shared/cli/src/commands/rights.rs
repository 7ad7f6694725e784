use std::process::ExitCode;

use ::model::OperatingModel;
use clap::Args;
use crm::PersonId;
use decisions::rights::{Has, asked_of, rights_of};
use serde_json::json;

use super::{Outcome, PROBLEMS, named::unknown, options::model_in, print_whole};

/// Show what somebody may decide, and what the model asks of them, each with its line.
///
/// Rights are given in people.yaml (`decision_rights`) and named where they are needed; all else follows from
/// where the model names the person, their team, or them as somebody's manager. It needs no running stack.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "--json prints an array: {person, rights: [{what, place}], asked: [{what, place}]}.\n\n\
                  Exit codes: 0 shown, 1 nobody is called so, 2 could not be read."
)]
pub struct Arguments {
    /// Whose: the name in people.yaml; everybody's who has a right, if left out.
    person: Option<String>,
    /// Print one array of JSON.
    #[arg(long)]
    json: bool,
    /// The folder of the operating model.
    #[arg(long, value_name = "FOLDER", default_value = "config")]
    config: std::path::PathBuf,
}

/// Shows what people may decide.
///
/// # Errors
/// If the model cannot be read.
pub fn run(arguments: &Arguments) -> Outcome {
    let model = model_in(&arguments.config)?;
    let people = model.people.keys().map(PersonId::as_str);
    let named = arguments.person.as_deref();
    if let Some(unknown) = unknown("person", people, named).filter(|_| named.is_some()) {
        eprintln!("fairlead: {unknown}");
        return Ok(ExitCode::from(PROBLEMS));
    }
    let shown: Vec<PersonId> = match named {
        Some(person) => vec![PersonId::new(person)],
        None => {
            let all = model.people.keys();
            let have = all.filter(|it| !rights_of(&model, it).is_empty());
            have.cloned().collect()
        }
    };
    print_whole(&if arguments.json {
        format!("{:#}\n", as_json(&model, &shown))
    } else if shown.is_empty() {
        "the model gives nobody a decision right\n".to_owned()
    } else {
        let texts = shown.iter().map(|it| as_text(&model, it, named.is_some()));
        texts.collect::<Vec<_>>().join("\n")
    })?;
    Ok(ExitCode::SUCCESS)
}

/// One person's: their rights, and if `all`, what else is asked of them.
fn as_text(model: &OperatingModel, person: &PersonId, all: bool) -> String {
    let known = model.people.get(person);
    let name = known.map_or("", |it| it.name.as_str());
    let mut text = format!("{person}  {name}\n");
    let rights = rights_of(model, person);
    if rights.is_empty() {
        text += "  has no decision right\n";
    }
    let asked = match all {
        true => asked_of(model, person),
        false => Vec::new(),
    };
    let lines = || rights.iter().chain(&asked);
    let width = lines().map(|it| it.place.to_string().len()).max();
    let width = width.unwrap_or(0);
    for Has { what, place } in lines() {
        let place = place.to_string();
        text += &format!("  {place:width$}  {what}\n");
    }
    text
}

fn as_json(model: &OperatingModel, people: &[PersonId]) -> serde_json::Value {
    let each = |all: Vec<Has>| -> serde_json::Value {
        let all = all.into_iter();
        let all = all.map(|it| json!({ "what": it.what, "place": it.place.to_string() }));
        all.collect()
    };
    let all = people.iter().map(|person| {
        json!({
            "person": person,
            "rights": each(rights_of(model, person)),
            "asked": each(asked_of(model, person)),
        })
    });
    all.collect()
}

#[cfg(test)]
mod tests {
    use testkit::example_model;

    use super::*;

    #[test]
    fn what_somebody_may_decide_stands_in_one_place_with_its_line() {
        let text = as_text(&example_model(), &PersonId::new("jonas"), true);
        assert_eq!(
            text,
            "jonas  Jonas Brandt\n\
             \x20 people.yaml:37      approve_discount: may give the approval discount up to 30 of opportunity.discount; never \
             of their own\n\
             \x20 people.yaml:36      grant_exception: may grant exceptions of 14d at the most, and end them; never of \
             their own\n\
             \x20 people.yaml:17      leads the team dach_sales\n\
             \x20 people.yaml:24      is the manager of anna, ben: acts upon links in mails about their records\n\
             \x20 metrics.yaml:93     answers for the metric consistent_past_sql\n\
             \x20 metrics.yaml:31     answers for the metric response_on_time\n\
             \x20 metrics.yaml:17     answers for the metric sql_integrity\n\
             \x20 metrics.yaml:39     answers for the metric within_corridor\n\
             \x20 governance.yaml:56  is in the review forecast\n\
             \x20 people.yaml:45      gets records from the pool dach_account_executives in turn\n\
             \x20 people.yaml:45      is asked when nobody of the pool dach_account_executives is there\n\
             \x20 people.yaml:45      is asked when nobody of the pool dach_account_executives has room\n"
        );
    }

    #[test]
    fn who_has_none_is_told_so() {
        let text = as_text(&example_model(), &PersonId::new("ben"), false);
        assert_eq!(text, "ben  Ben Huber\n  has no decision right\n");
    }
}
