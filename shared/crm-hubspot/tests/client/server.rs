//! An HTTP/1.1 server on a free port of this machine: one scripted reply per request, in order.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What the server answers.
#[derive(Debug, Clone)]
pub enum Reply {
    /// A status, further headers, a body.
    Answer(u16, &'static str, Vec<u8>),
    /// The connection is closed without a word.
    Nothing,
}

/// What the server was asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Method and path with query: `GET /crm/owners/2026-09?limit=100`.
    pub line: String,
    /// The whole head.
    pub head: String,
    /// The body; null if there is none.
    pub body: Value,
}

/// The server. It stops when it is dropped.
pub struct Server {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: JoinHandle<()>,
}

/// A JSON reply.
pub fn json(status: u16, body: &Value) -> Reply {
    Reply::Answer(status, "", body.to_string().into_bytes())
}

impl Server {
    /// Starts a server with these replies. A request beyond them is answered with 599.
    pub async fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let remembered = Arc::clone(&asked);
        let mut replies = VecDeque::from(replies);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let beyond = Reply::Answer(599, "", Vec::new());
                let reply = replies.pop_front().unwrap_or(beyond);
                serve(stream, &reply, &remembered).await;
            }
        });
        Self { port, asked, task }
    }

    /// Its base address.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What it was asked so far, in order.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The first lines of what it was asked.
    pub fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Reads one request, remembers it, and only then replies: who has the reply can rely on it.
async fn serve(mut stream: TcpStream, reply: &Reply, remembered: &Mutex<Vec<Asked>>) -> Option<()> {
    let mut bytes = Vec::new();
    let end_of_head = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end_of_head].to_vec()).ok()?;
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, value)| value.trim().parse().unwrap());
    while bytes.len() < end_of_head + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let line = head.lines().next().unwrap();
    remembered.lock().unwrap().push(Asked {
        line: line.trim_end_matches(" HTTP/1.1").to_owned(),
        body: serde_json::from_slice(&bytes[end_of_head..]).unwrap_or_default(),
        head,
    });
    if let Reply::Answer(status, headers, body) = reply {
        let head = format!(
            "HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.ok()?;
        stream.write_all(body).await.ok()?;
        stream.shutdown().await.ok()?;
    }
    Some(())
}
