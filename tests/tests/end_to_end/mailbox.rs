use serde_json::Value;

use crate::stack::Stack;

impl Stack {
    /// The mails about a record, `lead:100001`, which people are told as `lead 100001`; or those whose text or subject
    /// has `part` in it. As JSON texts.
    pub async fn mails_with(&self, part: &str) -> Vec<String> {
        let part = part.replacen(':', " ", 1);
        let answer = self
            .http
            .get(self.text("mailbox"))
            .header("accept", "application/json");
        let mails: Value = answer
            .send()
            .await
            .expect("the mailbox")
            .json()
            .await
            .expect("JSON");
        // The emulator keeps them by account.
        let accounts = mails["messages"].as_object().expect("mails by account");
        accounts
            .values()
            .filter_map(Value::as_array)
            .flatten()
            .map(ToString::to_string)
            .filter(|mail| mail.contains(&part))
            .collect()
    }
}
