use super::{
    follows,
    table::Table,
    words::{amounts, choice, condition, criteria, destination, inline, when},
};
use model::{
    Budget, ClockTerms, CountsFrom, CountsSince, GateMode, LateStep, Lifecycle, Meet,
    OperatingModel, Reassign, Recipient, RoutingRule, Stage, Start, Which,
};

pub(super) fn lifecycles(model: &OperatingModel) -> Vec<Table> {
    model.lifecycles.values().map(lifecycle).collect()
}

fn lifecycle(lifecycle: &Lifecycle) -> Table {
    let rows = lifecycle.stages.iter().map(|stage| {
        let stay = stage.stay.at_most.as_ref().map(budget);
        let here = |name: &String| {
            let stage = lifecycle.stage(name);
            stage
                .map_or(name.as_str(), |it| lifecycle.called_here(it))
                .to_owned()
        };
        let next = if stage.closes {
            "(closed)".to_owned()
        } else {
            let next: Vec<String> = stage.may_move_to.iter().map(here).collect();
            next.join(", ")
        };
        [
            lifecycle.called_here(stage).to_owned(),
            stage.team.clone().unwrap_or_default(),
            criteria(&stage.enter),
            to_leave(stage),
            stay.unwrap_or_default(),
            next,
            follows::of_stage(stage),
        ]
    });
    let gate = match lifecycle.gate {
        GateMode::TurnBack => "is turned back",
        GateMode::Warn => "stands, and its owner is told",
        GateMode::Observe => "stands, and is only recorded",
    };
    let mut title = format!(
        "Lifecycle of {}: a move without what is needed {gate}",
        of(lifecycle)
    );
    if !lifecycle.corridor.is_empty() {
        let corridor = lifecycle.corridor.iter();
        let corridor: Vec<String> = corridor
            .map(|(segment, longest)| format!("{segment} {longest}"))
            .collect();
        let corridor = corridor.join(", ");
        title += &format!("; longest time to close (corridor): {corridor}");
    }
    let heads = [
        "stage",
        "team",
        "needed to enter",
        "needed to go on",
        "longest stay",
        "may move to",
        "what follows",
    ];
    Table::new(title, heads, rows)
}

/// Of which records a journey is.
pub(super) fn of(lifecycle: &Lifecycle) -> String {
    let kind = lifecycle.record;
    let on = match lifecycle.name == kind.word() {
        true => String::new(),
        false => format!(" on {}", lifecycle.name),
    };
    match &lifecycle.which {
        Which::All => format!("{kind} records{on}"),
        Which::Pipeline(pipeline) => format!("{kind} records of the pipeline {pipeline}{on}"),
        Which::When(condition) => {
            format!("{kind} records{on}, of which {} holds", inline(condition))
        }
    }
}

/// What is needed to go on from a stage, and where to it is not asked.
fn to_leave(stage: &Stage) -> String {
    let asked = criteria(&stage.leave.criteria);
    if stage.leave.unless_to.is_empty() {
        return asked;
    }
    format!("{asked}\n(not to {})", stage.leave.unless_to.join(", "))
}

fn given_into(rule: &RoutingRule) -> String {
    let to = destination(&rule.to);
    match &rule.into {
        Some(field) => format!("{to}, into {field}"),
        None => to,
    }
}

pub(super) fn routing(model: &OperatingModel) -> Vec<Table> {
    let table = |(kind, rules): (&crm::RecordKind, &Vec<RoutingRule>)| {
        let rows = rules.iter().zip(1..).map(|(rule, number)| {
            [
                number.to_string(),
                rule.rule.clone(),
                when(&rule.when),
                given_into(rule),
                rule.move_to.clone().unwrap_or_default(),
            ]
        });
        let heads = ["", "rule", "when", "goes to", "moves to stage"];
        let title = format!("Routing of {kind} records (the first rule that fits decides)");
        Table::new(title, heads, rows)
    };
    model.routing.iter().map(table).collect()
}

pub(super) fn clocks(model: &OperatingModel) -> Table {
    let rows = model.clocks.iter().map(|(name, clock)| {
        [
            name.clone(),
            clock.record.to_string(),
            runs(clock),
            budget(&clock.within),
            choice(&clock.calendar),
            late(clock),
        ]
    });
    let heads = [
        "clock",
        "on",
        "runs",
        "time allowed",
        "in the hours of",
        "warnings and steps",
    ];
    Table::new("Clocks", heads, rows)
}

fn runs(clock: &ClockTerms) -> String {
    let from = match &clock.start {
        Start::ClockMet(other) => format!("{other} met"),
        Start::CustomerReplied(CountsFrom::FirstUnanswered) => {
            "customer replied (first unanswered message)".to_owned()
        }
        Start::CustomerReplied(CountsFrom::Latest) => {
            "customer replied (latest message)".to_owned()
        }
        Start::StageEntered(stage) => format!("stage {stage} entered"),
        Start::StageLeft(stage) => format!("stage {stage} left"),
        Start::FieldChanged(field) => format!("{field} changed"),
        Start::OnDate { field, at } => {
            format!("the day in {field}, {}", at.strftime("%H:%M"))
        }
        Start::Routed => match &clock.counts_since {
            CountsSince::Routed => choice(&clock.start),
            CountsSince::Created => format!("{}, counted from creation", choice(&clock.start)),
            CountsSince::Field(field) => format!("{}, counted from {field}", choice(&clock.start)),
        },
        other => choice(other),
    };
    let ways = [&clock.meet].into_iter().chain(&clock.or_meet);
    let until: Vec<String> = ways.map(meets).collect();
    let mut terms = format!("from: {from}\nuntil: {}", until.join("\nor until: "));
    if let Some(when) = &clock.when {
        terms = format!("where {}\n{terms}", inline(when));
    }
    if let Some(pause) = &clock.pause {
        terms += &format!("\npaused while {}", inline(pause));
    }
    terms
}

fn meets(meet: &Meet) -> String {
    let by = if meet.by_owner { " by the owner" } else { "" };
    let times = match meet.times {
        1 => String::new(),
        times => format!(", {times} times"),
    };
    let days = meet.on_days.map(|days| format!(", on {days} days"));
    format!("{}{by}{times}{}", meet.upon, days.unwrap_or_default())
}

fn budget(budget: &Budget) -> String {
    match budget {
        Budget::Fixed(amount) => amount.to_string(),
        Budget::By {
            field,
            amounts: by,
            otherwise,
            unknown,
        } => {
            let rest = [("any other", otherwise), ("no value", unknown)];
            let rest = rest
                .into_iter()
                .filter_map(|(value, amount)| Some(format!("\n{value}: {}", amount.as_ref()?)));
            format!(
                "depends on {field}\n{}{}",
                amounts(by),
                rest.collect::<String>()
            )
        }
    }
}

fn late(clock: &ClockTerms) -> String {
    let warning = clock.warn_at;
    let warning = warning.map(|at| format!("at {at}%: warn owner"));
    let steps = clock.when_late.iter().map(step);
    let lines: Vec<String> = warning.into_iter().chain(steps).collect();
    lines.join("\n")
}

fn step(step: &LateStep) -> String {
    let after = match (step.after, step.after_previous) {
        (None, _) => "when due".to_owned(),
        (Some(after), false) => format!("after {after}"),
        (Some(after), true) => format!("{after} later"),
    };
    let waits = if step.within_working_time {
        ", in their working time"
    } else {
        ""
    };
    let tell = step.tell.as_ref();
    let tell = tell.map(|tell| format!("tell {}{waits}", recipient(tell)));
    let reassigned = step.reassign.as_ref().map(|reassign| {
        let Reassign { at_most, finally } = reassign;
        format!(
            "give it to another member of the pool, {at_most} times at most, then to {}",
            recipient(finally)
        )
    });
    let moved = step
        .move_to
        .as_ref()
        .map(|stage| format!("move it to {stage}"));
    let done: Vec<String> = tell.into_iter().chain(reassigned).chain(moved).collect();
    format!("{after}: {}", done.join(", "))
}

fn recipient(recipient: &Recipient) -> String {
    choice(recipient)
}

pub(super) fn deviations(model: &OperatingModel) -> Table {
    let rows = model.deviations.iter().map(|(name, rule)| {
        let response = model.responses.get(&rule.respond);
        let by = response.map(|it| format!("{} within {}", recipient(&it.by), it.resolve_within));
        let then = response.map(|it| recipient(&it.escalate_to));
        [
            name.clone(),
            rule.record.to_string(),
            condition(&rule.when),
            rule.severity.word().to_owned(),
            by.unwrap_or_default(),
            then.unwrap_or_default(),
            follows::steps(rule),
        ]
    });
    let heads = [
        "deviation",
        "on",
        "when",
        "severity",
        "to be resolved by",
        "then goes to",
        "if it lasts",
    ];
    Table::new("Deviations", heads, rows)
}
