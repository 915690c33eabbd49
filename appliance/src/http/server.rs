//! Sockets, time-outs and threads of the server.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{App as Service, HttpServer};

use super::guard::guard;
use super::handlers::room::LastClock;
use super::{AddressLimits, Failure, TlsError, routes, server_config};
use crate::app::App;
use crate::bridge::Pairings;
use crate::error::Fault;
use crate::service::SignsOfLife;

/// How long a client may take for the head of a request, and an idle connection is kept.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// How long requests under way may take when the server stops, seconds.
const STOP_WITHIN: u64 = 5;
/// How often time takes effect in the sessions.
const TICK: Duration = Duration::from_millis(250);
/// Threads that serve connections.
const SERVING: usize = 2;

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// An address could not be taken.
    #[error("listening on {address}: {source}")]
    Listen {
        /// Which address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// TLS.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Threads.
    #[error("threads of the server: {0}")]
    Threads(std::io::Error),
}

/// Threads for work that waits for custody: the threads that serve connections run one task at a time, and a device
/// that takes seconds must not stop the others.
pub struct Workers {
    runtime: Option<tokio::runtime::Runtime>,
}

impl Workers {
    /// Starts them.
    ///
    /// # Errors
    /// The threads could not be started.
    pub fn start() -> std::io::Result<Self> {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(2).thread_name("custody work").enable_all().build()?;
        Ok(Self { runtime: Some(runtime) })
    }

    /// Does work there. It goes on to its end even if the connection that asked is gone.
    ///
    /// # Errors
    /// A [`Failure`], if the server is stopping.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Failure> {
        let runtime = self.runtime.as_ref().ok_or(Fault::Stopping)?;
        Ok(runtime.spawn(work).await.map_err(|_| Fault::Stopping)?)
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        // A runtime must not be dropped, waiting, inside another one.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A running server.
pub struct Server {
    /// Address of the HTTPS server.
    pub https: SocketAddr,
    /// Address of the server without TLS, in a drill that has one.
    pub http: Option<SocketAddr>,
    handle: ServerHandle,
    running: tokio::task::JoinHandle<std::io::Result<()>>,
    ticking: tokio::task::JoinHandle<()>,
}

impl Server {
    /// Waits until the server has stopped: by a signal, or by [`Server::stop`].
    ///
    /// # Errors
    /// The server failed.
    pub async fn wait(self) -> std::io::Result<()> {
        let ended = self.running.await.unwrap_or_else(|error| Err(std::io::Error::other(error)));
        self.ticking.abort();
        ended
    }

    /// Stops it: requests under way may end.
    ///
    /// # Errors
    /// The server failed.
    pub async fn stop(self) -> std::io::Result<()> {
        self.handle.stop(true).await;
        self.wait().await
    }
}

/// Starts the server on the addresses of the configuration, within a tokio runtime. `signals` has it stop at SIGINT
/// and SIGTERM.
///
/// # Errors
/// [`ServeError`].
pub fn serve(app: Arc<App>, signals: bool) -> Result<Server, ServeError> {
    serve_on(app, signals, None)
}

/// The same; the HTTPS server listens on `handed` if there is such a socket, and opens none.
///
/// # Errors
/// [`ServeError`].
pub fn serve_on(app: Arc<App>, signals: bool, handed: Option<TcpListener>) -> Result<Server, ServeError> {
    let config = &app.config;
    let tls = server_config(&config.tls, app.now())?;
    let (secure, https) = match handed {
        Some(listener) => take_up(listener, config.listen)?,
        None => listen(config.listen)?,
    };
    let plain = config.plain_http.map(listen).transpose()?;
    let connections = usize::try_from(config.limits.connections).unwrap_or(usize::MAX);

    let data = Data::from(app.clone());
    let limits = Data::new(AddressLimits::new(&config.limits));
    let workers = Data::new(Workers::start().map_err(ServeError::Threads)?);
    let clock = Data::new(LastClock::default());
    let pairings = Data::new(Pairings::default());
    let factory = move || {
        Service::new()
            .app_data(data.clone())
            .app_data(limits.clone())
            .app_data(workers.clone())
            .app_data(clock.clone())
            .app_data(pairings.clone())
            .wrap(from_fn(guard))
            .configure(routes)
    };
    let mut server = HttpServer::new(factory)
        .workers(SERVING)
        .max_connections(connections.div_ceil(SERVING))
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(HEAD_WITHIN)
        .tls_handshake_timeout(HEAD_WITHIN)
        .shutdown_timeout(STOP_WITHIN);
    if !signals {
        server = server.disable_signals();
    }
    let failed = |address| move |source| ServeError::Listen { address, source };
    server = server.listen_rustls_0_23(secure, tls).map_err(failed(https))?;
    let mut http = None;
    if let Some((listener, address)) = plain {
        server = server.listen(listener).map_err(failed(address))?;
        http = Some(address);
    }
    let server = server.run();
    let handle = server.handle();
    tracing::info!(%https, ?http, "serving");
    let rooms = app.clone();
    let ticking = tokio::spawn(async move {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut signs = SignsOfLife::from_environment();
        loop {
            ticks.tick().await;
            rooms.tick();
            signs.give();
        }
    });
    Ok(Server { https, http, handle, running: tokio::spawn(server), ticking })
}

fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    let listener = TcpListener::bind(address).map_err(|source| ServeError::Listen { address, source })?;
    take_up(listener, address)
}

fn take_up(listener: TcpListener, address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    let failed = |source| ServeError::Listen { address, source };
    crate::live::drop_stalled_peers(&listener).map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}
