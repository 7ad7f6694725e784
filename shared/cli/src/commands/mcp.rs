mod answer;
mod check;
mod decided;
mod explain;
mod metrics;
mod one_of;
mod pools;
mod queues;
mod reads;
mod route;
mod server;
#[cfg(test)]
mod tests;
mod why_not;

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use rmcp::{ServiceExt, transport::stdio};

use self::{reads::Reads, server::Server};
use super::{CouldNotRun, Outcome, options::TableOptions};
use crate::stack::wait;

/// Let an assistant ask the operating model: a Model Context Protocol server on standard input and output.
///
/// Of the model: `check` tells its problems, `route` to whom a record would go and why, `metrics` computes its numbers
/// from exports. Of the running stack: `explain` tells why something happened, `why_not` why a record does not go to
/// somebody, `pools` and `queues` how these stand. None of them can write anything, and none tells a personal value.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// The folder of the operating model. It is read anew for each question.
    #[arg(long, value_name = "DIR", default_value = "config")]
    config: PathBuf,
    /// The folder of the exports that `metrics` may read, with the mapping of their columns. Nothing outside it
    /// is read for it.
    #[arg(long, value_name = "DIR")]
    exports: Option<PathBuf>,
    #[command(flatten)]
    table: TableOptions,
}

const HELP: &str = "\
An assistant starts it itself; register it there, for example in the file of its MCP servers:
  {\"mcpServers\": {\"fairlead\": {\"command\": \"fairlead\",
    \"args\": [\"mcp\", \"--config\", \"/path/of/config\", \"--exports\", \"/path/of/exports\"]}}}

The stack is the one that --stack or --endpoints names, else as for every other command; without one the tools that ask
it say so. Each answer is one object of JSON, with the revision of the model and the ids of the decisions it stands on. What cannot be answered is an answer, too, that says
what to do. Nothing but the protocol is printed to standard output.

Exit codes: 0 the assistant has ended it, 2 could not run.";

/// Answers until the assistant closes the connection.
///
/// # Errors
/// If a folder is not there, or what comes in is not the protocol.
pub fn run(arguments: Arguments) -> Outcome {
    for folder in [Some(&arguments.config), arguments.exports.as_ref()] {
        if let Some(folder) = folder.filter(|it| !it.is_dir()) {
            let shown = folder.display();
            return Err(CouldNotRun(format!(
                "there is no folder {shown}: name it as it is seen from where the assistant starts, or whole"
            )));
        }
    }
    let reads = Reads::of(arguments.table);
    let server = Server::new(arguments.config, arguments.exports, reads);
    wait(serve(server))?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(server: Server) -> Result<(), CouldNotRun> {
    let failed = |why: String| CouldNotRun(format!("the assistant cannot be answered: {why}"));
    let running = server.serve(stdio()).await;
    let running = running.map_err(|why| failed(why.to_string()))?;
    let ended = running.waiting().await;
    ended.map_err(|why| failed(why.to_string()))?;
    Ok(())
}
