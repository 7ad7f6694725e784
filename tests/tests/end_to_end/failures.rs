use serde_json::{Value, json};

use crate::{
    expect::{SOON, eventually},
    stack::{Stack, stack_of_its_own},
};

/// What failed and lies somewhere.
async fn failures(stack: &Stack, kind: &str) -> Vec<Value> {
    let listed = stack
        .fairlead(&["failures", "--json", "--kind", kind])
        .await;
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    listed.as_array().cloned().expect("a list")
}

/// The first failure of a kind, as soon as there is one.
async fn first(stack: &Stack, kind: &str) -> Value {
    let what = format!("a failure of the kind {kind}");
    eventually(&what, SOON, || async {
        failures(stack, kind).await.into_iter().next()
    })
    .await
}

fn id(failure: &Value) -> String {
    failure["id"].as_str().expect("an id").to_owned()
}

/// Everything fails once in another way, is seen, and is put right or given up; in the end all is well.
#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn what_fails_is_seen_in_one_place_and_put_right_from_there() {
    // Its own, since the others look for dead letters that are theirs.
    let stack = &stack_of_its_own("failures").await;
    let nothing = stack.fairlead(&["failures"]).await;
    assert_eq!(nothing, "nothing has failed\n");
    let (code, said, _) = stack.asked(&["status"]).await;
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("never heard"), "{said}");

    spoiled_webhook(stack).await;
    dead_letter(stack).await;
    refused_write(stack).await;
    unpublished(stack).await;
    drift(stack).await;

    stack.tick(&jiff::Timestamp::now().to_string()).await;
    eventually("all to be well", SOON, || async {
        let (code, said, _) = stack.asked(&["status"]).await;
        (code == 0).then_some(said)
    })
    .await;
    let (code, _, why) = stack.asked(&["failures", "show", "ffffffff"]).await;
    assert_eq!(code, 1);
    assert!(why.contains("there is no failure ffffffff"), "{why}");
}

/// One event of a webhook that is no JSON costs no other, and its record is fetched again by hand.
async fn spoiled_webhook(stack: &Stack) {
    let none = json!({ "url": null });
    stack
        .crm(reqwest::Method::PUT, "/_sandbox/webhooks", Some(none))
        .await;
    let (good, bad) = (
        stack.german_lead("meise", 300).await,
        stack.german_lead("amsel", 300).await,
    );
    let told = |lead: &str| stack.creation("contact.creation", lead.parse().expect("a number"));
    let mut spoiled = told(&bad);
    spoiled["propertyValue"] = json!("here");
    let mut webhook = stack.webhook(&json!([told(&good), spoiled]));
    let body = String::from_utf8(webhook.body).expect("text");
    webhook.body = body.replace("\"here\"", "1e400").into_bytes();
    let answer = stack.send(webhook).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    stack.owner_of(&good, SOON).await;
    let failure = first(stack, "quarantine").await;
    assert_eq!(failure["record"], format!("contacts {bad}"));
    assert_eq!(failure["function"], "crm-sync");
    assert_eq!(
        failures(stack, "quarantine").await.len(),
        1,
        "to list changes nothing"
    );
    let (code, said, _) = stack.asked(&["status"]).await;
    assert_eq!(code, 1);
    assert!(said.contains("shared/runbooks/quarantine.md"), "{said}");
    let said = stack
        .fairlead(&["failures", "redrive", &id(&failure)])
        .await;
    assert!(
        said.contains(&format!("lead:{bad} is fetched from the CRM again")),
        "{said}"
    );
    stack.owner_of(&bad, SOON).await;
    assert_eq!(failures(stack, "quarantine").await, Vec::<Value>::new());
    let url = json!({ "url": stack.text("webhook_url") });
    stack
        .crm(reqwest::Method::PUT, "/_sandbox/webhooks", Some(url))
        .await;
}

/// What nobody can read is put back, comes here again, and is given up, which is recorded.
async fn dead_letter(stack: &Stack) {
    let event = json!({ "id": "0".repeat(32), "version": 99, "time": "2026-11-22T00:00:00Z",
        "record": { "source": "hubspot", "kind": "lead", "id": "1" }, "sequence": 0,
        "revision": { "number": 1, "hash": "f" }, "correlation": "0".repeat(32),
        "name": "record.noticed", "data": { "property": null, "occurred": "2026-11-22T00:00:00Z", "deleted": false } });
    stack.put_on_bus("record.noticed", &event).await;
    let failure = first(stack, "dead-letter").await;
    assert_eq!(failure["function"], "crm-sync");
    assert_eq!(failure["record"], "lead:1");
    let reason = failure["reason"].as_str().expect("a reason");
    assert!(reason.contains("the event has version 99"), "{reason}");
    let shown = stack.fairlead(&["failures", "show", &id(&failure)]).await;
    assert!(
        shown.contains("\"occurred\": \"2026-11-22T00:00:00Z\""),
        "{shown}"
    );
    let said = stack
        .fairlead(&["failures", "redrive", &id(&failure)])
        .await;
    assert!(
        said.contains("is in the queue fairlead-local-crm-sync again"),
        "{said}"
    );
    let again = eventually("it to come back", SOON, || async {
        let all = failures(stack, "dead-letter").await.into_iter();
        all.into_iter().find(|it| it["id"] != failure["id"])
    })
    .await;
    let (code, _, why) = stack
        .asked(&[
            "failures",
            "drop",
            &id(&again),
            "--reason",
            "a test",
            "--by",
            "olgo",
        ])
        .await;
    assert_eq!(code, 1);
    assert!(why.contains("did you mean olga?"), "{why}");
    stack
        .fairlead(&[
            "failures",
            "drop",
            &id(&again),
            "--reason",
            "a test",
            "--by",
            "olga",
        ])
        .await;
    assert_eq!(failures(stack, "dead-letter").await, Vec::<Value>::new());
    let decided = stack
        .decisions("lead:1", contracts::Function::CommandLine)
        .await;
    assert_eq!(decided.len(), 1);
    assert!(
        decided[0].outcome.contains("a test"),
        "{}",
        decided[0].outcome
    );
}

/// What the CRM refuses for good is asked for again once it takes it.
async fn refused_write(stack: &Stack) {
    stack
        .fault(json!({ "status": 400, "times": 1, "method": "POST", "path": "/crm/objects/2026-09/tasks" }))
        .await;
    let company = json!({ "name": "Zaunkönig", "domain": "zaunkoenig.example", "country": "DE" });
    let company = stack.create("companies", company, None).await;
    let deal = json!({ "dealname": "Zaunkönig", "amount": "100", "pipeline": "default",
        "dealstage": "appointmentscheduled", "hubspot_owner_id": "11001" });
    let deal = stack.create("deals", deal, Some(&company)).await;
    let record = format!("opportunity:{deal}");
    eventually("our copy of the deal", SOON, || {
        stack.state(&record, "gate")
    })
    .await;
    let stage = json!({ "properties": { "dealstage": "qualifiedtobuy" } });
    let path = format!("/crm/objects/2026-09/deals/{deal}");
    stack.crm(reqwest::Method::PATCH, &path, Some(stage)).await;
    let failure = first(stack, "refused").await;
    assert_eq!(failure["function"], "crm-writeback");
    assert_eq!(failure["record"], record);
    let task = async || {
        let tasks = stack.tasks().await;
        tasks.into_iter().find(|it| it.to_string().contains(&deal))
    };
    assert!(task().await.is_none(), "there is a task already");
    let said = stack
        .fairlead(&["failures", "redrive", &id(&failure)])
        .await;
    assert!(said.contains("is asked for again"), "{said}");
    eventually("the task", SOON, task).await;
    eventually("nothing to be refused", SOON, || async {
        failures(stack, "refused").await.is_empty().then_some(())
    })
    .await;
}

/// What event-publisher could not publish lies in a bucket.
async fn unpublished(stack: &Stack) {
    let items = stack.items("A#hubspot:lead:1").await;
    let body: Value = items[0].body.json().expect("JSON");
    let mut audit = attribute(&body);
    let waiting = attribute(&json!([{ "name": "record.waiting", "data": { "rule": "none" } }]));
    audit["M"]["events"] = waiting;
    audit["M"]["version"] = json!({ "N": contracts::Event::VERSION.to_string() });
    let change = json!({ "eventName": "INSERT", "dynamodb": { "SequenceNumber": "1",
        "NewImage": { "pk": { "S": "A#hubspot:lead:1" }, "body": audit } } });
    let payload = json!({ "Records": [change] }).to_string();
    let text =
        json!({ "requestContext": { "condition": "RetryAttemptsExhausted" }, "payload": payload });
    stack
        .put_object("aws/lambda/it/shard 1", &text.to_string())
        .await;
    let failure = first(stack, "unpublished").await;
    assert_eq!(failure["event"], "record.waiting", "{failure}");
    let said = stack
        .fairlead(&["failures", "redrive", "--all", "--kind", "unpublished"])
        .await;
    assert!(said.contains("1 of its events are on the bus"), "{said}");
    assert_eq!(failures(stack, "unpublished").await, Vec::<Value>::new());
}

/// A property is renamed in the CRM: the operators hear of it once, and what came meanwhile is fetched again once the
/// model knows its new name.
async fn drift(stack: &Stack) {
    // As if somebody had renamed it: the model asks for what is not there.
    let model = stack.beside("drifted");
    copy_model(&model);
    let file = model.join("technology.yaml");
    let text = std::fs::read_to_string(&file).expect("technology.yaml");
    let renamed = text.replace("hubspot: industry", "hubspot: industry_old");
    assert_ne!(renamed, text);
    std::fs::write(&file, &renamed).expect("technology.yaml");
    stack
        .redeploy(&["--config", &model.to_string_lossy()])
        .await;
    let company = json!({ "name": "Star", "domain": "star.example", "industry": "software" });
    let company = stack.create("companies", company, None).await;
    let failure = first(stack, "quarantine").await;
    let reason = failure["reason"].as_str().expect("a reason");
    assert!(reason.contains("has no `industry_old`"), "{reason}");
    assert!(
        reason.contains("what reads it finds no value: "),
        "{reason}"
    );
    assert!(
        reason.contains("gate lifecycles.lead.qualified.enter.fit"),
        "{reason}"
    );
    eventually("a mail to the operators", SOON, || async {
        let mails = stack.mails_with("The CRM has changed").await;
        (!mails.is_empty()).then_some(())
    })
    .await;
    std::fs::write(&file, &text).expect("technology.yaml");
    stack
        .redeploy(&["--config", &model.to_string_lossy()])
        .await;
    let record = format!("account:{company}");
    let industry = || async {
        let copy = stack.state(&record, "record").await?;
        let industry = copy["record"]["fields"]["industry"].clone();
        (!industry.is_null()).then_some(industry)
    };
    assert_eq!(industry().await, None);
    stack
        .fairlead(&["failures", "redrive", "--all", "--kind", "quarantine"])
        .await;
    eventually("the industry", SOON, industry).await;
    assert_eq!(failures(stack, "quarantine").await, Vec::<Value>::new());
}

fn copy_model(to: &std::path::Path) {
    let from = crate::stack::root().join("config");
    copy(&from, to);
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("config").flatten() {
        let there = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &there);
        } else {
            std::fs::copy(entry.path(), there).expect("a file");
        }
    }
}

/// A value as the table's stream writes it.
fn attribute(value: &Value) -> Value {
    match value {
        Value::Null => json!({ "NULL": true }),
        Value::Bool(yes) => json!({ "BOOL": yes }),
        Value::Number(number) => json!({ "N": number.to_string() }),
        Value::String(text) => json!({ "S": text }),
        Value::Array(all) => json!({ "L": all.iter().map(attribute).collect::<Vec<_>>() }),
        Value::Object(all) => {
            let all = all.iter();
            let all = all.map(|(name, value)| (name.clone(), attribute(value)));
            json!({ "M": all.collect::<serde_json::Map<_, _>>() })
        }
    }
}
