//! A bucket, as far as people put right what lies there: listed, read, removed.

use crate::{
    settings::Settings,
    signed::{ask, between},
};

/// A bucket.
#[derive(Debug)]
pub struct Bucket {
    settings: Settings,
    name: String,
}

/// The bucket did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the bucket {name}: {why}")]
pub struct ObjectError {
    /// Which.
    pub name: String,
    /// Why.
    pub why: String,
}

/// One thing in a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its key.
    pub key: String,
    /// When it was put there, in ISO 8601.
    pub at: String,
}

impl Bucket {
    /// The bucket of this name.
    #[must_use]
    pub fn new(settings: &Settings, name: String) -> Self {
        Self {
            settings: settings.clone(),
            name,
        }
    }

    /// What is in it, at most 1,000 things, by key; and whether that is all.
    ///
    /// # Errors
    /// If it does not answer, or says no.
    pub async fn list(&self) -> Result<(Vec<Object>, bool), ObjectError> {
        let text = self.ask("GET", "", "?list-type=2").await?;
        let found = text.split("<Contents>").skip(1).filter_map(|one| {
            Some(Object {
                key: unescaped(between(one, "Key")?),
                at: between(one, "LastModified")?.to_owned(),
            })
        });
        let all = between(&text, "IsTruncated") != Some("true");
        Ok((found.collect(), all))
    }

    /// What a key holds.
    ///
    /// # Errors
    /// If the bucket does not answer, or has it no more.
    pub async fn read(&self, key: &str) -> Result<String, ObjectError> {
        self.ask("GET", key, "").await
    }

    /// Removes what a key holds.
    ///
    /// # Errors
    /// If it may still be there.
    pub async fn remove(&self, key: &str) -> Result<(), ObjectError> {
        self.ask("DELETE", key, "").await.map(drop)
    }

    async fn ask(&self, method: &str, key: &str, query: &str) -> Result<String, ObjectError> {
        let failed = |why: String| ObjectError {
            name: self.name.clone(),
            why,
        };
        let url = format!("{}/{}{query}", self.address(), encoded(key));
        let (status, text) = ask(&self.settings, "s3", method, &url)
            .await
            .map_err(failed)?;
        if (200..300).contains(&status) {
            return Ok(text);
        }
        let code = between(&text, "Code").unwrap_or("it gives no reason");
        Err(failed(format!("it says {status}: {code}")))
    }

    /// Where it is: below an emulator's address by its path, else under a name of its own.
    fn address(&self) -> String {
        let (region, name) = (self.settings.region(), &self.name);
        match self.settings.endpoint() {
            Some(endpoint) => format!("{}/{name}", endpoint.trim_end_matches('/')),
            None => format!("https://{name}.s3.{region}.amazonaws.com"),
        }
    }
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">");
    text.replace("&quot;", "\"").replace("&amp;", "&")
}

/// A key in an address.
fn encoded(key: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let mut text = String::with_capacity(key.len());
    for byte in key.bytes() {
        if plain(byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    fn settings(endpoint: Option<&str>) -> Settings {
        let text = |text: &str| text.to_owned();
        Settings::new(
            text("eu-central-1"),
            endpoint.map(str::to_owned),
            text("key"),
            text("secret"),
            Some(text("token")),
        )
    }

    #[test]
    fn a_request_goes_where_the_bucket_is() {
        let cloud = Bucket::new(&settings(None), "unpublished".to_owned());
        assert_eq!(
            cloud.address(),
            "https://unpublished.s3.eu-central-1.amazonaws.com"
        );
        let here = Bucket::new(&settings(Some("http://127.0.0.1:4566/")), "it".to_owned());
        assert_eq!(here.address(), "http://127.0.0.1:4566/it");
        let key = encoded("aws/lambda/a b/shard:1+é");
        assert_eq!(key, "aws/lambda/a%20b/shard%3A1%2B%C3%A9");
    }

    #[test]
    fn what_is_listed_is_read_from_the_answer() {
        let text = "<R><IsTruncated>false</IsTruncated><Contents><Key>a&amp;b</Key><LastModified>2026-11-23T10:00:00.000Z</LastModified></Contents></R>";
        let one = text.split("<Contents>").nth(1).unwrap();
        assert_eq!(between(one, "Key").map(unescaped), Some("a&b".to_owned()));
        assert_eq!(between(text, "IsTruncated"), Some("false"));
        assert_eq!(between(text, "Code"), None);
    }
}
