//! The table as CEL: one compiled expression for each rule, asked in turn, since CEL has no tables.

use cel::{Context, Program, Value};

use crate::table::{Asks, Table, name};

pub fn answers(table: &Table) -> Vec<String> {
    let programs = programs(table);
    let contexts = contexts(table);
    contexts
        .iter()
        .map(|context| name(first(&programs, context)))
        .collect()
}

pub fn measure(table: &Table) -> (f64, f64) {
    let programs = programs(table);
    crate::times(&contexts(table)[..200], 5, |context| {
        first(&programs, context)
    })
}

fn first(programs: &[Program], context: &Context<'_, '_>) -> usize {
    let holds = |program: &Program| matches!(program.execute(context), Ok(Value::Bool(true)));
    programs.iter().position(holds).unwrap()
}

fn programs(table: &Table) -> Vec<Program> {
    let compiled = table
        .rules
        .iter()
        .map(|asks| Program::compile(&written(asks)).unwrap());
    compiled.collect()
}

fn contexts(table: &Table) -> Vec<Context<'static, 'static>> {
    let rules = table.rules();
    let leads = table.leads.iter();
    leads
        .map(|lead| {
            let mut context = Context::default();
            let input = crate::peer_input(&rules, lead);
            for (field, value) in input.as_object().unwrap() {
                let value = match value {
                    serde_json::Value::Bool(fits) => Value::Bool(*fits),
                    serde_json::Value::Number(number) => Value::Int(number.as_i64().unwrap()),
                    other => Value::String(other.as_str().unwrap().to_owned().into()),
                };
                context.add_variable_from_value(field.clone(), value);
            }
            context
        })
        .collect()
}

fn written(asks: &Asks) -> String {
    let among = |field: &str, words: &[&str]| match words {
        [] => None,
        [one] => Some(format!("{field} == '{one}'")),
        all => Some(format!("{field} in ['{}']", all.join("', '"))),
    };
    let size = asks
        .size
        .map(|(from, to)| format!("employees >= {from} && employees <= {to}"));
    let parts = [
        among("country", &asks.countries),
        among("industry", &asks.industries),
        among("source", &asks.sources),
        size,
        among("segment", asks.segment.as_slice()),
        among("territory", asks.territory.as_slice()),
        asks.in_icp.map(|fits| format!("in_icp == {fits}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        "true".to_owned()
    } else {
        parts.join(" && ")
    }
}
