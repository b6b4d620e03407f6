//! The ways to a data connection: IPv6, from the server to us, through proxies.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};

use netspeak::core::{Connector, Proxy, Secret, Trace};
use netspeak::ftp::{ActiveMode, Builder, Client};

use super::{SERVERS, file, large, over_tls, put};
use crate::harness::{
    assert_same, at, connector, container_address, kind, said, user, variable, with_password,
};

/// Sends, fetches and lists.
async fn assert_usable(mut client: Client, what: &str) {
    let (name, bytes) = large();
    assert_same(&file(&mut client, &name).await.unwrap(), &bytes, what);
    put(&mut client, "by this way", what.as_bytes())
        .await
        .unwrap();
    assert_same(
        &file(&mut client, "by this way").await.unwrap(),
        what.as_bytes(),
        what,
    );
    let entries = client.entries("").await.unwrap().collect(99).await.unwrap();
    assert!(
        entries.iter().any(|entry| entry.name() == "by this way"),
        "{what}"
    );
    client.quit().await.unwrap();
}

/// In its container, by the address of this variable, under the name that is in its certificate.
async fn in_container(builder: Builder, server: &str, connector: Connector, user: &str) -> Client {
    let target = at("ftp", &server.to_lowercase());
    let connecting = builder
        .connector(connector)
        .credentials(with_password(user));
    connecting
        .connect(&target)
        .await
        .unwrap_or_else(|error| panic!("{target}: {error}"))
}

#[tokio::test]
#[ignore = "needs vsftpd and proftpd"]
async fn ipv6_has_its_own_way_to_passive_connections() {
    for server in SERVERS {
        let address: IpAddr = variable(&format!("NETSPEAK_{server}_IPV6"))
            .parse()
            .unwrap();
        assert!(address.is_ipv6());
        let name = server.to_lowercase();
        let connector = connector().with_address_of(&name, None, vec![address]);
        let trace = Trace::with_transcript();
        let builder = over_tls().trace(trace.clone());
        let client = in_container(builder, server, connector, user::FTP_IPV6).await;
        assert!(client.conn().peer_addr().unwrap().is_ipv6());
        assert_usable(client, server).await;
        let said = said(&trace);
        assert!(said.iter().any(|line| line == "EPSV"), "{said:?}");
        assert!(said.iter().all(|line| line != "PASV"), "{said:?}");
    }
}

#[tokio::test]
#[ignore = "needs vsftpd and proftpd"]
async fn the_server_connects_to_us_in_active_mode() {
    for server in SERVERS {
        // The address of ours that the container sees, at Docker's bridge.
        let probe = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
        probe.connect((container_address(server), 9)).unwrap();
        let ours = probe.local_addr().unwrap().ip();
        let trace = Trace::with_transcript();
        let builder = over_tls().active(ActiveMode::new()).trace(trace.clone());
        let client = in_container(builder, server, connector(), user::FTP_ACTIVE).await;
        assert_eq!(
            client.conn().local_addr().unwrap().ip().to_canonical(),
            ours
        );
        assert_usable(client, server).await;
        let said = said(&trace);
        assert!(
            said.iter().any(|line| line.starts_with("PORT ")),
            "{said:?}"
        );
        assert!(
            said.iter().all(|line| line != "EPSV" && line != "PASV"),
            "{said:?}"
        );
    }
}

#[tokio::test]
#[ignore = "needs vsftpd and proftpd"]
async fn active_mode_works_over_ipv6() {
    for server in SERVERS {
        let address: IpAddr = variable(&format!("NETSPEAK_{server}_IPV6"))
            .parse()
            .unwrap();
        let name = server.to_lowercase();
        let connector = connector().with_address_of(&name, None, vec![address]);
        let trace = Trace::with_transcript();
        let builder = over_tls().active(ActiveMode::new()).trace(trace.clone());
        let client = in_container(builder, server, connector, user::FTP_ACTIVE).await;
        assert_usable(client, server).await;
        let said = said(&trace);
        assert!(
            said.iter().any(|line| line.starts_with("EPRT |2|")),
            "{said:?}"
        );
    }
}

fn through(scheme: &str) -> Connector {
    let service = match scheme {
        "http" => "NETSPEAK_TINYPROXY",
        _ => "NETSPEAK_DANTE",
    };
    let proxy: Proxy = format!("{scheme}://{}", variable(service)).parse().unwrap();
    let password = Secret::new(variable("NETSPEAK_PROXY_PASSWORD"));
    let proxy = proxy.with_login(&variable("NETSPEAK_PROXY_USER"), password);
    connector().with_proxy(proxy.unwrap())
}

#[tokio::test]
#[ignore = "needs vsftpd, proftpd, dante and tinyproxy"]
async fn what_goes_through_a_proxy_has_its_data_go_there_too() {
    for scheme in ["socks5h", "socks5", "http"] {
        for server in SERVERS {
            let client = in_container(over_tls(), server, through(scheme), user::FTP_PROXIED).await;
            assert!(client.conn().is_tunnelled());
            assert_usable(client, &format!("{scheme} {server}")).await;
        }
    }
}

#[tokio::test]
#[ignore = "needs vsftpd and dante"]
async fn active_mode_does_not_go_through_a_proxy() {
    let builder = over_tls().active(ActiveMode::new());
    let mut client = in_container(builder, "VSFTPD", through("socks5h"), user::FTP_PROXIED).await;
    assert_eq!(kind(&client.list("").await), "usage");
    client.quit().await.unwrap();
}
