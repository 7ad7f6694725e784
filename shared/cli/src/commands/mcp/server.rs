//! The protocol: which tools there are, and who answers.

use std::{path::PathBuf, sync::Arc};

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation,
        ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
        ToolAnnotations,
    },
    service::RequestContext,
};
use serde_json::{Map, Value};

use super::{
    answer::text,
    check, explain, metrics, pools, queues,
    reads::{Reads, in_time},
    route, why_not,
};
use crate::commands::CouldNotRun;

const INSTRUCTIONS: &str = "Fairlead enforces a company's go-to-market operating model, YAML files in a folder. These \
tools only read. Cite the revision, the file and line of a rule, and the ids of decisions with what you tell.";

/// Answers an assistant by the model in one folder.
#[derive(Debug)]
pub struct Server {
    config: PathBuf,
    exports: Option<PathBuf>,
    reads: Reads,
}

impl Server {
    /// By the model in a folder, by the exports in another, if there is one, and by a stack.
    pub const fn new(config: PathBuf, exports: Option<PathBuf>, reads: Reads) -> Self {
        Self {
            config,
            exports,
            reads,
        }
    }

    /// The answer of a tool, or None if there is no such tool.
    async fn answer(
        &self,
        tool: &str,
        given: Map<String, Value>,
    ) -> Option<Result<String, CouldNotRun>> {
        let answer = match tool {
            "check" => check::answer(&self.config, given),
            "route" => route::answer(&self.config, given),
            "metrics" => metrics::answer(&self.config, self.exports.as_deref(), given),
            "explain" | "why_not" | "pools" | "queues" => self.of_stack(tool, given).await,
            _ => return None,
        };
        Some(answer.and_then(|answer| text(&answer)))
    }

    async fn of_stack(&self, tool: &str, given: Map<String, Value>) -> Result<Value, CouldNotRun> {
        let (config, table) = (&self.config, self.reads.table()?);
        match tool {
            "explain" => in_time(explain::answer(config, &table, given)).await,
            "why_not" => in_time(why_not::answer(config, &table, given)).await,
            "pools" => in_time(pools::answer(config, &table, given)).await,
            _ => in_time(queues::answer(config, &table, given)).await,
        }
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let tools = ServerCapabilities::builder().enable_tools().build();
        let name = Implementation::new("fairlead", env!("CARGO_PKG_VERSION"));
        ServerConfig::new(tools)
            .with_server_info(name)
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(vec![
            tool("check", check::WHEN, check::schema()),
            tool("route", route::WHEN, route::schema()),
            tool("metrics", metrics::WHEN, metrics::schema()),
            tool("explain", explain::WHEN, explain::schema()),
            tool("why_not", why_not::WHEN, why_not::schema()),
            tool("pools", pools::WHEN, pools::schema()),
            tool("queues", queues::WHEN, queues::schema()),
        ]))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let given = request.arguments.unwrap_or_default();
        let name = &request.name;
        let Some(answer) = self.answer(name, given).await else {
            let what = format!(
                "there is no tool {name}; there are: check, route, metrics, explain, why_not, pools, queues"
            );
            return Err(ErrorData::invalid_params(what, None));
        };
        let told = match answer {
            Ok(text) => CallToolResult::success(vec![ContentBlock::text(text)]),
            Err(why) => CallToolResult::error(vec![ContentBlock::text(why.to_string())]),
        };
        Ok(told.into())
    }
}

fn tool(name: &'static str, when: &'static str, schema: Value) -> Tool {
    let schema = match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    };
    let reads = ToolAnnotations::new().read_only(true).open_world(false);
    Tool::new(name, when, Arc::new(schema)).with_annotations(reads)
}
