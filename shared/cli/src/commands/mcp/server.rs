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

use super::{answer::text, check, metrics, route};
use crate::commands::CouldNotRun;

const INSTRUCTIONS: &str = "Fairlead enforces a company's go-to-market operating model, YAML files in a folder. These \
tools only read. Cite the revision, and the file and line of a rule, with what you tell.";

/// Answers an assistant by the model in one folder.
#[derive(Debug)]
pub struct Server {
    config: PathBuf,
    exports: Option<PathBuf>,
}

impl Server {
    /// By the model in a folder, and by the exports in another, if there is one.
    pub const fn new(config: PathBuf, exports: Option<PathBuf>) -> Self {
        Self { config, exports }
    }

    /// The answer of a tool, or None if there is no such tool.
    fn answer(&self, tool: &str, given: Map<String, Value>) -> Option<Result<String, CouldNotRun>> {
        let answer = match tool {
            "check" => check::answer(&self.config, given),
            "route" => route::answer(&self.config, given),
            "metrics" => metrics::answer(&self.config, self.exports.as_deref(), given),
            _ => return None,
        };
        Some(answer.and_then(|answer| text(&answer)))
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
        ]))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let given = request.arguments.unwrap_or_default();
        let name = &request.name;
        let Some(answer) = self.answer(name, given) else {
            let what = format!("there is no tool {name}; there are: check, route, metrics");
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
