// SPDX-License-Identifier: GPL-3.0-or-later
//
// GET with hyper. hyper's own pool may open a connection while another one is
// about to be free; here one is taken where one is kept, so that there are
// never more than tasks in flight. Plain HTTP/1.1; no redirects, no proxies.

use crate::told::{cause, Task};
use futures_util::future::poll_fn;
use hyper::body::HttpBody;
use hyper::client::conn::{handshake, SendRequest};
use hyper::header::{CONNECTION, HOST};
use hyper::{Body, Request, Uri};
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;
use tokio::net::TcpStream;

pub struct Client {
    reuse: bool,
    timeout: Option<Duration>,
    idle: Mutex<HashMap<String, Vec<SendRequest<Body>>>>,
}

impl Client {
    pub fn new(reuse: bool, timeout: Option<Duration>) -> Client {
        Client { reuse, timeout, idle: Mutex::default() }
    }

    pub async fn get(&self, task: &mut Task, url: &str) -> Result<(), String> {
        match self.timeout {
            None => self.fetch(task, url).await,
            Some(limit) => tokio::time::timeout(limit, self.fetch(task, url))
                .await
                .unwrap_or_else(|_| Err("timeout".into())),
        }
    }

    async fn fetch(&self, task: &mut Task, url: &str) -> Result<(), String> {
        let uri: Uri = url.parse().map_err(cause)?;
        let host = match (uri.scheme_str(), uri.authority()) {
            (Some("http"), Some(host)) => host.as_str(),
            _ => return Err("no http:// URL".into()),
        };
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let mut request = Request::get(path).header(HOST, host);
        if !self.reuse {
            request = request.header(CONNECTION, "close");
        }
        let request = request.body(Body::empty()).map_err(cause)?;
        let mut connection = self.take(host).await?;
        let mut response =
            connection.send_request(request).await.map_err(cause)?;
        task.value = i64::from(response.status().as_u16());
        let mut whole = task.keeps_body.then(Vec::new);
        while let Some(part) = response.body_mut().data().await {
            let part = part.map_err(cause)?;
            task.receive(&part);
            if let Some(whole) = &mut whole {
                whole.extend_from_slice(&part);
            }
        }
        if let Some(whole) = whole {
            task.body = whole;
        }
        if self.reuse {
            self.idle
                .lock()
                .unwrap()
                .entry(host.into())
                .or_default()
                .push(connection);
        }
        Ok(())
    }

    fn kept(&self, host: &str) -> Option<SendRequest<Body>> {
        self.idle.lock().unwrap().get_mut(host)?.pop()
    }

    // One that is kept and still open, or a new one.
    async fn take(&self, host: &str) -> Result<SendRequest<Body>, String> {
        while let Some(mut kept) = self.kept(host) {
            if poll_fn(|context| kept.poll_ready(context)).await.is_ok() {
                return Ok(kept);
            }
        }
        let port = if host.ends_with(|c: char| c.is_ascii_digit())
            && host.contains(':')
        {
            ""
        } else {
            ":80"
        };
        let stream =
            TcpStream::connect(format!("{host}{port}")).await.map_err(cause)?;
        stream.set_nodelay(true).map_err(cause)?;
        let (sender, connection) = handshake(stream).await.map_err(cause)?;
        tokio::spawn(connection); // its end is seen by the sender
        Ok(sender)
    }
}
