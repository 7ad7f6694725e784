//! `fairlead`, the command line: a second host of the core that the functions run.
//!
//! Each command is a file under `commands/`. A command reads what it needs, asks the core, prints
//! the answer, and says by its exit code how it went: 0 fine, 1 problems found, 2 could not run.

#![allow(
    clippy::disallowed_methods,
    reason = "this is where a person's files, environment and clock come in"
)]

#[macro_use]
mod say;

mod commands;
mod instant;
mod portal;
mod stack;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Run a go-to-market operating model as code: write it, check it, show it, build it, and explain
/// what it did.
#[derive(Debug, Parser)]
#[command(
    name = "fairlead",
    version,
    after_help = "Exit codes: 0 fine, 1 problems found, 2 could not run."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(commands::init::Arguments),
    Check(commands::check::Arguments),
    Model(commands::model::Arguments),
    Reference(commands::reference::Arguments),
    Schema(commands::schema::Arguments),
    Test(commands::test::Arguments),
    Simulate(commands::simulate::Arguments),
    Audit(commands::audit::Arguments),
    Metrics(commands::metrics::Arguments),
    Lineage(commands::lineage::Arguments),
    Movement(commands::movement::Arguments),
    Reconcile(commands::reconcile::Arguments),
    Retention(commands::retention::Arguments),
    Build(commands::build::Arguments),
    Mcp(commands::mcp::Arguments),
    Route(commands::route::Arguments),
    Explain(commands::explain::Arguments),
    WhyNot(commands::why_not::Arguments),
    Try(commands::trial::Arguments),
    Status(commands::status::Arguments),
    Failures(commands::failures::Arguments),
    Pools(commands::pools::Arguments),
    Queues(commands::queues::Arguments),
    Crm(commands::crm::Arguments),
    Sweep(commands::sweep::Arguments),
    Holds(commands::holds::Arguments),
    Rights(commands::rights::Arguments),
    Exception(commands::exception::Arguments),
    Exceptions(commands::exceptions::Arguments),
    Approve(commands::approve::Arguments),
    Approvals(commands::approvals::Arguments),
    Take(commands::take::Arguments),
    HandOff(commands::hand_off::Arguments),
    Undo(commands::undo::Arguments),
    Reroute(commands::reroute::Arguments),
    Replay(commands::replay::Arguments),
    Readiness(commands::readiness::Arguments),
    Away(commands::away::Arguments),
    Links(commands::links::Arguments),
    Forget(commands::forget::Arguments),
    Clocks(commands::clocks::Arguments),
    Digest(commands::digest::Arguments),
    Review(commands::review::Arguments),
    Due(commands::due::Arguments),
    Tick(commands::tick::Arguments),
    Republish(commands::republish::Arguments),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Init(arguments) => commands::init::run(&arguments),
        Command::Check(arguments) => commands::check::run(&arguments),
        Command::Model(arguments) => commands::model::run(&arguments),
        Command::Reference(arguments) => commands::reference::run(&arguments),
        Command::Schema(arguments) => commands::schema::run(&arguments),
        Command::Test(arguments) => commands::test::run(&arguments),
        Command::Simulate(arguments) => commands::simulate::run(&arguments),
        Command::Audit(arguments) => commands::audit::run(&arguments),
        Command::Metrics(arguments) => commands::metrics::run(&arguments),
        Command::Lineage(arguments) => commands::lineage::run(&arguments),
        Command::Movement(arguments) => commands::movement::run(&arguments),
        Command::Reconcile(arguments) => commands::reconcile::run(&arguments),
        Command::Retention(arguments) => commands::retention::run(&arguments),
        Command::Build(arguments) => commands::build::run(&arguments),
        Command::Mcp(arguments) => commands::mcp::run(arguments),
        Command::Route(arguments) => commands::route::run(&arguments),
        Command::Explain(arguments) => commands::explain::run(&arguments),
        Command::WhyNot(arguments) => commands::why_not::run(&arguments),
        Command::Try(arguments) => commands::trial::run(&arguments),
        Command::Status(arguments) => commands::status::run(&arguments),
        Command::Failures(arguments) => commands::failures::run(&arguments),
        Command::Pools(arguments) => commands::pools::run(&arguments),
        Command::Queues(arguments) => commands::queues::run(&arguments),
        Command::Crm(arguments) => commands::crm::run(&arguments),
        Command::Sweep(arguments) => commands::sweep::run(&arguments),
        Command::Holds(arguments) => commands::holds::run(&arguments),
        Command::Rights(arguments) => commands::rights::run(&arguments),
        Command::Exception(arguments) => commands::exception::run(&arguments),
        Command::Exceptions(arguments) => commands::exceptions::run(&arguments),
        Command::Approve(arguments) => commands::approve::run(&arguments),
        Command::Approvals(arguments) => commands::approvals::run(&arguments),
        Command::Take(arguments) => commands::take::run(&arguments),
        Command::HandOff(arguments) => commands::hand_off::run(&arguments),
        Command::Undo(arguments) => commands::undo::run(&arguments),
        Command::Reroute(arguments) => commands::reroute::run(&arguments),
        Command::Replay(arguments) => commands::replay::run(&arguments),
        Command::Readiness(arguments) => commands::readiness::run(&arguments),
        Command::Away(arguments) => commands::away::run(&arguments),
        Command::Links(arguments) => commands::links::run(&arguments),
        Command::Forget(arguments) => commands::forget::run(&arguments),
        Command::Clocks(arguments) => commands::clocks::run(&arguments),
        Command::Digest(arguments) => commands::digest::run(&arguments),
        Command::Review(arguments) => commands::review::run(&arguments),
        Command::Due(arguments) => commands::due::run(&arguments),
        Command::Tick(arguments) => commands::tick::run(&arguments),
        Command::Republish(arguments) => commands::republish::run(&arguments),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("fairlead: {error}");
        ExitCode::from(commands::COULD_NOT_RUN)
    })
}
