use crm_hubspot::signature::sign_v3;
use serde_json::{Value, json};

use crate::stack::Stack;

/// What a webhook was answered.
pub struct Answered {
    pub status: u16,
    pub body: String,
}

/// A webhook about to be sent, right in all until a test spoils it.
pub struct Webhook {
    pub body: Vec<u8>,
    pub secret: String,
    pub timestamp_ms: i64,
    /// Added to the body after it was signed.
    pub tampered: Option<u8>,
    pub unsigned: bool,
}

impl Stack {
    pub fn webhook(&self, events: &Value) -> Webhook {
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap();
        Webhook {
            body: serde_json::to_vec(events).unwrap(),
            secret: self.text("sandbox_secret").to_owned(),
            timestamp_ms: i64::try_from(now.as_millis()).unwrap(),
            tampered: None,
            unsigned: false,
        }
    }

    /// An event of ours about an object, as HubSpot tells it.
    pub fn creation(&self, subscription: &str, object: u64) -> Value {
        json!({ "eventId": object, "subscriptionId": 1, "portalId": self.endpoints["portal"],
            "appId": self.endpoints["app_id"], "occurredAt": 1_795_300_000_000_i64 + i64::try_from(object).unwrap(),
            "subscriptionType": subscription, "attemptNumber": 0, "objectId": object,
            "changeFlag": "CREATED", "changeSource": "CRM_UI" })
    }

    pub async fn send(&self, webhook: Webhook) -> Answered {
        let url = format!("{}/webhooks/hubspot", self.text("webhooks"));
        let signature = sign_v3(
            &webhook.secret,
            "POST",
            &url,
            &webhook.body,
            webhook.timestamp_ms,
        );
        let mut body = webhook.body;
        body.extend(webhook.tampered);
        let mut request = self
            .http
            .post(&url)
            .header("content-type", "application/json")
            .body(body);
        if !webhook.unsigned {
            request = request.header("X-HubSpot-Signature-v3", signature).header(
                "X-HubSpot-Request-Timestamp",
                webhook.timestamp_ms.to_string(),
            );
        }
        let answer = request.send().await.expect("the webhook address");
        Answered {
            status: answer.status().as_u16(),
            body: answer.text().await.expect("a body"),
        }
    }
}
