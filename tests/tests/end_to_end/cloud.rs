use aws::{DynamoStore, Settings};
use contracts::{AuditRecord, Function, Key, Subject};
use serde_json::{Value, json};
use store::{Item, Store};
use testkit::record_id;

use crate::stack::Stack;

impl Stack {
    fn table(&self) -> DynamoStore {
        let text = |name: &str| self.text(name).to_owned();
        let settings = Settings::new(
            text("region"),
            Some(text("aws_endpoint")),
            "test".to_owned(),
            "test".to_owned(),
            None,
        );
        DynamoStore::new(&settings, text("table"))
    }

    pub async fn items(&self, partition: &str) -> Vec<Item> {
        self.table().partition(partition).await.expect("the table")
    }

    /// What one function decided about a record, `lead:1`, or somebody, `person:anna`.
    pub async fn decisions(&self, about: &str, function: Function) -> Vec<AuditRecord> {
        let subject = match about.strip_prefix("person:") {
            Some(person) => Subject::Person(crm::PersonId::new(person)),
            None => Subject::Record(record_id(about)),
        };
        let items = self.items(&Key::audit_partition_of(&subject)).await;
        let mut found: Vec<AuditRecord> = items
            .into_iter()
            .map(|item| item.body.read().expect("an audit record"))
            .filter(|audit: &AuditRecord| audit.function == function)
            .collect();
        found.sort_by_key(|audit| audit.at);
        found
    }

    /// One item of a record's state.
    pub async fn state(&self, record: &str, item: &str) -> Option<Value> {
        let items = self.items(&Key::partition_of(&record_id(record))).await;
        items
            .into_iter()
            .find(|it| it.key.sk == item)
            .map(|it| it.body.json().expect("JSON"))
    }

    /// Where the writes into the CRM stand that lead-routing asked for.
    pub async fn writes_of(&self, record: &str) -> Vec<String> {
        self.writes_by(record, Function::LeadRouting).await
    }

    /// Where the writes into the CRM stand that a function asked for.
    pub async fn writes_by(&self, record: &str, function: Function) -> Vec<String> {
        let mut found = Vec::new();
        for audit in self.decisions(record, function).await {
            for event in audit.events {
                if event.data.name() == "crm_write.requested" {
                    let effect = self.items(&Key::effect(&event.id).pk).await;
                    let body = effect.first().map(|item| item.body.json().expect("JSON"));
                    let status = body.map(|body| body["status"].clone());
                    let status = status.and_then(|status| status.as_str().map(str::to_owned));
                    found.push(status.unwrap_or_else(|| "not begun".to_owned()));
                }
            }
        }
        found
    }

    /// How many messages lie in a queue of `endpoints.json`, for example `dead_letters`/`CrmSync`.
    pub async fn waiting(&self, kind: &str, queue: &str) -> u64 {
        let url = self.text_of(kind, queue);
        let text = self
            .sqs(&format!(
                "Action=GetQueueAttributes&AttributeName.1=ApproximateNumberOfMessages&QueueUrl={url}"
            ))
            .await;
        let count = text
            .split("<Value>")
            .nth(1)
            .and_then(|rest| rest.split("</Value>").next());
        count
            .and_then(|count| count.parse().ok())
            .unwrap_or_else(|| panic!("{text}"))
    }

    /// How many dead letters each function has.
    pub async fn dead_letters(&self) -> Vec<(String, u64)> {
        let queues = self.endpoints["dead_letters"].as_object();
        let mut counts = Vec::new();
        for queue in queues.expect("the dead letters").keys() {
            counts.push((queue.clone(), self.waiting("dead_letters", queue).await));
        }
        counts
    }

    /// A message among the dead letters of a function, with what stands on it; it stays there.
    pub async fn dead_letter(&self, queue: &str) -> Option<String> {
        let url = self.text_of("dead_letters", queue);
        let text = self
            .sqs(&format!(
                "Action=ReceiveMessage&MessageAttributeName.1=All&VisibilityTimeout=0&QueueUrl={url}"
            ))
            .await;
        text.contains("<Message>").then_some(text)
    }

    fn text_of(&self, kind: &str, queue: &str) -> &str {
        self.endpoints[kind][queue].as_str().expect("a queue")
    }

    async fn sqs(&self, form: &str) -> String {
        let answer = self
            .http
            .post(self.text("aws_endpoint"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0")
            .body(format!("{form}&Version=2012-11-05"))
            .send()
            .await
            .expect("the queue");
        answer.text().await.expect("a body")
    }

    /// Puts something into the bucket of what could not be published.
    pub async fn put_object(&self, key: &str, text: &str) {
        let (at, bucket) = (self.text("aws_endpoint"), self.text("unpublished"));
        let key = key.replace(' ', "%20");
        let answer = self
            .http
            .put(format!("{at}/{bucket}/{key}"))
            .header("authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0")
            .body(text.to_owned())
            .send()
            .await
            .expect("the bucket");
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    /// Puts something on the bus that no function would.
    pub async fn put_on_bus(&self, name: &str, detail: &Value) {
        let entry = json!({ "Source": "fairlead", "DetailType": name, "Detail": detail.to_string(), "EventBusName": self.text("bus") });
        let answer = self
            .http
            .post(self.text("aws_endpoint"))
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", "AWSEvents.PutEvents")
            .header("authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/events/aws4_request, SignedHeaders=host, Signature=0")
            .body(json!({ "Entries": [entry] }).to_string())
            .send()
            .await
            .expect("the bus");
        let text = answer.text().await.expect("a body");
        assert!(
            text.contains("\"FailedEntryCount\": 0") || text.contains("\"FailedEntryCount\":0"),
            "{text}"
        );
    }
}
