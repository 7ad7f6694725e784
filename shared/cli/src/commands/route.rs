mod told;

use std::{
    fs,
    io::{ErrorKind, Read},
    path::{Path, PathBuf},
    process::ExitCode,
};

use ::model::scenario::Scenario;
use clap::Args;
use crm::RecordKind;
use decisions::{Rules, Staffing, routing::would, scenarios::staffing};
use jiff::{Timestamp, Zoned};
use model_compiler::{LARGEST_FILE, Texts, scenarios};
use serde_json::Value;

use self::told::Told;
use super::{
    CouldNotRun, Outcome, PROBLEMS,
    company::Company,
    explain::reader::Reader,
    live::Live,
    options::{TableOptions, rules_in},
    print_problems, print_whole,
};
use crate::{instant::Typed, stack::wait};

/// Ask to whom a record would go, by which rule and why. Nothing is written.
///
/// The record is written as in the scenarios, in YAML or JSON. The pools are fresh: nobody has got
/// anything yet, and everybody is there, unless the file says otherwise. With --live the running stack
/// says whose turn it is, who is away and who has how many open leads.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// The file with the record; - reads it from standard input.
    #[arg(long, value_name = "FILE")]
    record: PathBuf,
    /// When it comes [default: what the file says, else now].
    #[arg(long, value_name = "TIME")]
    at: Option<Typed>,
    /// The folder of the operating model.
    #[arg(value_name = "DIR", default_value = "config")]
    folder: PathBuf,
    /// Read from the running stack whose turn it is, who is away, and who has how many open leads. So does
    /// --stack, --endpoints or --table.
    #[arg(long)]
    live: bool,
    /// Print one object of JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    table: TableOptions,
}

const HELP: &str = "\
The record, for example:
  lead: { email: lena@kranich.example, source: web }
  account: { country: \"DE\", industry: software, employees: 300 }

How often their person has done something (`behaviours`) is given by the field that counts it: `pricing_views: 3`.
Whose another of their domain was last (`latest`) is given by the field that asks: `former_owner: anna`.
Beside it may stand `at`, and without --live `away: [anna]` and `open_leads: { ben: 25 }`. A scenario may be
given as it is; what it expects is not looked at.

  fairlead route --record lead.yaml
  fairlead route --record lead.yaml --at \"2026-11-23 10:00 Europe/Berlin\" --live
  echo '{\"lead\": {\"source\": \"web\"}}' | fairlead route --record - --json proposed-config

--json prints {outcome, owner, rule, pool, waits, moved_to, respond_by, turn, at, live, reasons, facts}; what
there is not is null. `waits` is {facts, person, queue, until, else}, and `else` what is decided if nothing comes
or nobody takes it by then; `turn` is {person, asked, owed, because}.

Exit codes: 0 told, whatever it is, 1 the record cannot be understood, 2 could not run.";

/// Asks and tells.
///
/// # Errors
/// If the record, the model or the stack cannot be read.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = Timestamp::now();
    let rules = rules_in(&arguments.folder, now)?;
    let scenario = match record(arguments, &rules, now)? {
        Ok(scenario) => scenario,
        Err(problems) => {
            let folder = arguments.record.parent().unwrap_or(Path::new(""));
            print_problems(folder, &problems);
            return Ok(ExitCode::from(PROBLEMS));
        }
    };
    is_routed(&rules, scenario.record.id.kind, &arguments.folder)?;
    let is_live = arguments.live || arguments.table.names_one();
    let (staffing, live, place) = if is_live {
        is_not_said_twice(&scenario)?;
        let (stack, table) = arguments.table.find()?;
        let live = wait(stack.ask(Live::read(&table, &rules)))?;
        (live.staffing(&rules), live, Some(stack.place))
    } else {
        (staffing(&rules, &scenario), Live::default(), None)
    };
    let told = told(&staffing, &scenario, &live)?;
    print_whole(&if arguments.json {
        format!("{:#}\n", told.json(is_live))
    } else {
        let zone = rules.company_zone().clone();
        told.text(&reader(arguments, zone, now), place.as_deref())
    })?;
    Ok(ExitCode::SUCCESS)
}

fn told(staffing: &Staffing, scenario: &Scenario, live: &Live) -> Result<Told, CouldNotRun> {
    let failed = |why: decisions::RotationError| CouldNotRun(why.to_string());
    let (record, at) = (&scenario.record, scenario.at);
    let routed = would(staffing, record, None, live.rotations(), at).map_err(failed)?;
    let waits = routed.as_ref().and_then(|it| it.routing.waits.as_ref());
    let otherwise = match (waits, &routed) {
        (Some(waits), Some(routed)) if waits.person.is_none() => {
            let before = Some(&routed.routing);
            would(staffing, record, before, live.rotations(), waits.until).map_err(failed)?
        }
        _ => None,
    };
    Told::of(staffing, at, routed, otherwise, live.rotations()).map_err(failed)
}

fn reader(arguments: &Arguments, zone: jiff::tz::TimeZone, now: Timestamp) -> Reader {
    Reader {
        zone_said: zone.iana_name().unwrap_or("UTC").to_owned(),
        zone,
        company: Company::of(&arguments.folder),
        now,
    }
}

/// The record, or the problems of the file.
fn record(
    arguments: &Arguments,
    rules: &Rules,
    now: Timestamp,
) -> Result<Result<Scenario, Vec<model_compiler::Problem>>, CouldNotRun> {
    let path = &arguments.record;
    let (name, bytes) = if path.as_os_str() == "-" {
        ("standard input".to_owned(), read_whole(std::io::stdin()))
    } else {
        let name = path.file_name().unwrap_or_default();
        let bytes = fs::File::open(path).and_then(read_whole);
        (name.to_string_lossy().into_owned(), bytes)
    };
    let bytes = bytes.map_err(|why| {
        let shown = path.display();
        CouldNotRun(format!("the record {shown} cannot be read: {why}"))
    })?;
    let at = arguments.at.as_ref().map(|at| at.resolve(now));
    Ok(understood(rules, &name, &bytes, at.as_ref(), now))
}

/// The record that is written in a text of this name, or every problem of it.
///
/// # Errors
/// The problems.
pub(super) fn understood(
    rules: &Rules,
    name: &str,
    bytes: &[u8],
    at: Option<&Zoned>,
    now: Timestamp,
) -> Result<Scenario, Vec<model_compiler::Problem>> {
    let mut files = Texts::new();
    files.insert(name, bytes);
    let now = now.to_zoned(rules.company_zone().clone());
    scenarios::record(&rules.model, &files, at, &now)
}

/// What would become of a record of the model in this folder, for programs: the pools are fresh, and everybody is
/// there, unless the record says otherwise.
///
/// # Errors
/// If the model routes no record of its kind.
pub(super) fn dry(rules: &Rules, scenario: &Scenario, folder: &Path) -> Result<Value, CouldNotRun> {
    is_routed(rules, scenario.record.id.kind, folder)?;
    let told = told(&staffing(rules, scenario), scenario, &Live::default())?;
    Ok(told.json(false))
}

fn read_whole(from: impl Read) -> std::io::Result<Vec<u8>> {
    let most = u64::try_from(LARGEST_FILE).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    from.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() > LARGEST_FILE {
        let kib = LARGEST_FILE / 1024;
        let what = format!("it is larger than {kib} KiB, and one record is meant");
        return Err(std::io::Error::new(ErrorKind::InvalidData, what));
    }
    Ok(bytes)
}

fn is_routed(rules: &Rules, kind: RecordKind, folder: &Path) -> Result<(), CouldNotRun> {
    let routing = &rules.model.routing;
    if routing.contains_key(&kind) {
        return Ok(());
    }
    let shown = folder.display();
    let kinds: Vec<&str> = routing.keys().map(|kind| kind.word()).collect();
    let kinds = kinds.join(", ");
    Err(CouldNotRun(format!(
        "the model in {shown} has no routing for a record of kind {kind}; it routes: {kinds}"
    )))
}

fn is_not_said_twice(scenario: &Scenario) -> Result<(), CouldNotRun> {
    if scenario.away.is_empty() && scenario.open_leads.is_empty() {
        return Ok(());
    }
    Err(CouldNotRun(
        "who is away and who has how many open leads is read from the running stack: leave `away` and \
         `open_leads` out of the file, or ask without a stack"
            .to_owned(),
    ))
}
