//! HTTPS: with the certificate of the first start, TLS 1.2 and 1.3, and nothing in the clear.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion};

use crate::client::raw;
use crate::world::World;

fn get(
    address: SocketAddr,
    certificate: &Path,
    version: &'static SupportedProtocolVersion,
) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(certificate).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_protocol_versions(&[version]).unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let connection = ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
    let mut stream = StreamOwned::new(connection, TcpStream::connect(address)?);
    stream.write_all(b"GET /api/v1/room HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    match stream.read_to_string(&mut answer) {
        Ok(_) => Ok(answer),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(answer),
        Err(error) => Err(error),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_versions_are_served_and_plain_text_is_not() {
    let world = World::empty("").await;
    let certificate = world.folder.path().join("data/tls.crt");
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let (address, certificate) = (world.server.https, certificate.clone());
        let answer =
            tokio::task::spawn_blocking(move || get(address, &certificate, version)).await.unwrap().unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        assert!(answer.to_lowercase().contains("strict-transport-security"), "{answer}");
    }
    let plain = raw(world.server.https, b"GET /api/v1/room HTTP/1.1\r\nhost: room\r\n\r\n").await;
    assert_ne!(plain.status, 200);
}
