//! The table as a decision table of zen-engine, prepared as its documentation advises.

use decisions::Rules;
use serde_json::{Map, Value, json};
use zen_engine::{Decision, Variable, model::GraphContent};

use crate::table::{Asks, Table, name};

const FIELDS: [&str; 7] = [
    "country",
    "industry",
    "source",
    "employees",
    "segment",
    "territory",
    "in_icp",
];

pub fn answers(table: &Table) -> Vec<String> {
    let (decision, runtime) = (decision(table), runtime());
    let inputs = inputs(table);
    inputs
        .iter()
        .map(|input| runtime.block_on(ask(&decision, input)))
        .collect()
}

pub fn measure(table: &Table) -> (f64, f64) {
    let (decision, runtime) = (decision(table), runtime());
    crate::times(&inputs(table), 11, |input| {
        let response = runtime.block_on(decision.evaluate(input.clone()));
        response.unwrap().result
    })
}

async fn ask(decision: &Decision, input: &Variable) -> String {
    let response = decision.evaluate(input.clone()).await.unwrap();
    let result: Value = response.result.to_value();
    result["rule"]
        .as_str()
        .unwrap_or_else(|| panic!("{result}"))
        .to_owned()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
}

fn inputs(table: &Table) -> Vec<Variable> {
    let rules: Rules = table.rules();
    let leads = table.leads.iter();
    leads
        .map(|lead| Variable::from(crate::peer_input(&rules, lead)))
        .collect()
}

fn decision(table: &Table) -> Decision {
    let column = |field: &str| json!({ "id": field, "name": field, "field": field });
    let rules = table
        .rules
        .iter()
        .enumerate()
        .map(|(number, asks)| row(number, asks));
    let content = json!({
        "nodes": [
            { "id": "in", "name": "in", "type": "inputNode", "content": {} },
            { "id": "table", "name": "table", "type": "decisionTableNode", "content": {
                "hitPolicy": "first",
                "inputs": FIELDS.map(column),
                "outputs": [column("rule")],
                "rules": rules.collect::<Vec<_>>(),
            } },
            { "id": "out", "name": "out", "type": "outputNode", "content": {} },
        ],
        "edges": [
            { "id": "1", "type": "edge", "sourceId": "in", "targetId": "table" },
            { "id": "2", "type": "edge", "sourceId": "table", "targetId": "out" },
        ],
    });
    let graph: GraphContent = serde_json::from_value(content).unwrap();
    let mut decision = Decision::from(graph);
    decision.compile();
    decision
}

fn row(number: usize, asks: &Asks) -> Value {
    let words = |words: &[&str]| {
        let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
        quoted.join(", ")
    };
    let size = asks.size.map(|(from, to)| format!("[{from}..{to}]"));
    let cells = [
        ("country", words(&asks.countries)),
        ("industry", words(&asks.industries)),
        ("source", words(&asks.sources)),
        ("employees", size.unwrap_or_default()),
        ("segment", words(asks.segment.as_slice())),
        ("territory", words(asks.territory.as_slice())),
        (
            "in_icp",
            asks.in_icp.map(|fits| fits.to_string()).unwrap_or_default(),
        ),
        ("rule", format!("'{}'", name(number))),
        ("_id", number.to_string()),
    ];
    let cells = cells
        .into_iter()
        .map(|(field, cell)| (field.to_owned(), Value::String(cell)));
    Value::Object(cells.collect::<Map<_, _>>())
}
