//! A network that breaks when a story wants it to.

use std::sync::Arc;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// Stands before a room; every connection through it can be cut.
pub struct Proxy {
    url: String,
    cut: Arc<Notify>,
    running: tokio::task::JoinHandle<()>,
}

impl Proxy {
    /// Before the plain server at `url`.
    ///
    /// # Errors
    /// If there is no port.
    pub async fn before(url: &str) -> anyhow::Result<Self> {
        let room = url.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let cut = Arc::new(Notify::new());
        let cutting = cut.clone();
        let running = tokio::spawn(async move {
            while let Ok((mut here, _)) = listener.accept().await {
                let (room, cutting) = (room.clone(), cutting.clone());
                tokio::spawn(async move {
                    let cut = cutting.notified();
                    let Ok(mut there) = TcpStream::connect(room).await else { return };
                    tokio::select! {
                        () = cut => {}
                        _ = copy_bidirectional(&mut here, &mut there) => {}
                    }
                });
            }
        });
        Ok(Self { url, cut, running })
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Breaks all connections that there are.
    pub fn cut(&self) {
        self.cut.notify_waiters();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.running.abort();
    }
}
