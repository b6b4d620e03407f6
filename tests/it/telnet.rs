//! Telnet sessions with inetutils' telnetd, in the clear and inside TLS, and with busybox's.

use netspeak::core::{ClearTextAuth, Phase, Secret, Target};
use netspeak::telnet::{Client, Pattern, Profile, Result, Side, TelnetOption, Window};

use crate::harness::{
    at, connector, docker, kind, password, probing, probing_as, target, user, variable,
};

/// The three ways in.
fn ways() -> [Target; 3] {
    [
        target("telnet", "TELNETD_TELNET"),
        target("telnet", "TELNETD_BUSYBOX"),
        target("telnets", "TELNETD_TELNETS"),
    ]
}

async fn opened(target: &Target, profile: Profile) -> Client {
    let builder = Client::builder().connector(connector()).profile(profile);
    builder.connect(target).await.unwrap()
}

async fn logged_in(target: &Target, profile: Profile) -> Client {
    let mut client = opened(target, profile).await;
    let login = client.login(user::TELNET, &password()).await.unwrap();
    assert_eq!(login.prompt, b"box$", "{target}");
    client
}

/// What a command prints. The prompt ends it, and the command itself is shown before.
async fn run(client: &mut Client, command: &str) -> Result<String> {
    client.write_line(command).await?;
    client.read_until("\r\n").await?;
    let found = client.expect(&[Pattern::text("box$ ")]).await?;
    Ok(String::from_utf8_lossy(&found.before).trim().to_owned())
}

#[tokio::test]
#[ignore = "needs telnetd"]
async fn a_login_and_commands() {
    for target in ways() {
        let mut client = logged_in(&target, Profile::default()).await;
        assert!(
            client.engine().is_on(Side::Remote, TelnetOption::ECHO),
            "{target}"
        );
        for (command, expected) in [
            ("echo it works", "it works"),
            ("stty size", "24 80"),
            ("printf '\\377' | od -An -tx1 | tr -d ' '", "ff"),
            ("whoami", user::TELNET),
        ] {
            assert_eq!(
                run(&mut client, command).await.unwrap(),
                expected,
                "{target} {command}"
            );
        }
        client.write_line("exit").await.unwrap();
        client.read_all(1 << 16).await.unwrap();
        assert!(client.is_over());
    }
}

#[tokio::test]
#[ignore = "needs telnetd"]
async fn what_the_terminal_is_and_what_it_becomes() {
    let mut profile = Profile::default();
    profile.terminal_types = vec!["VT220".to_owned()];
    profile.window = Window {
        columns: 132,
        rows: 43,
    };
    let mut client = logged_in(&target("telnet", "TELNETD_TELNET"), profile).await;
    assert_eq!(
        run(&mut client, "echo $TERM").await.unwrap().to_lowercase(),
        "vt220"
    );
    assert_eq!(run(&mut client, "stty size").await.unwrap(), "43 132");
    let smaller = Window {
        columns: 40,
        rows: 10,
    };
    client.resize(smaller).await.unwrap();
    // The server tells its terminal, and the shell's next command sees it.
    loop {
        if run(&mut client, "stty size").await.unwrap() == "10 40" {
            break;
        }
    }
}

#[tokio::test]
#[ignore = "needs telnetd"]
async fn a_control_character_stops_what_runs() {
    for target in [
        target("telnet", "TELNETD_TELNET"),
        target("telnets", "TELNETD_TELNETS"),
    ] {
        let mut client = logged_in(&target, Profile::default()).await;
        client.write_line("sleep 1000").await.unwrap();
        client.read_until("1000\r\n").await.unwrap();
        client.write(b"\x03").await.unwrap();
        client.read_until("box$ ").await.unwrap();
        assert_eq!(run(&mut client, "echo again").await.unwrap(), "again");
    }
}

#[tokio::test]
#[ignore = "needs telnetd"]
async fn much_text_comes_whole() {
    for target in ways() {
        let mut client = logged_in(&target, Profile::default()).await;
        let text = run(&mut client, "seq 1 20000").await.unwrap();
        let expected: Vec<String> = (1..=20_000).map(|number: u32| number.to_string()).collect();
        assert!(
            text.lines()
                .map(str::trim)
                .eq(expected.iter().map(String::as_str)),
            "{target}"
        );
    }
}

#[tokio::test]
#[ignore = "needs telnetd"]
async fn a_wrong_password_is_refused() {
    for target in ways() {
        let mut client = opened(&target, Profile::default()).await;
        let wrong = Secret::from("marker-of-a-wrong-password");
        let login = client.login(user::TELNET_REJECTED, &wrong).await;
        let error = login.unwrap_err();
        assert_eq!(error.kind().to_string(), "auth.rejected", "{target}");
        assert!(!error.to_string().contains("marker"), "{error}");
    }
    let log = docker(&["logs", &variable("NETSPEAK_TELNETD_CONTAINER")]).await;
    assert!(
        !log.contains("marker"),
        "the server has written a secret down"
    );
}

#[tokio::test]
#[ignore = "needs telnetd"]
async fn no_password_in_the_clear_to_a_stranger() {
    let stranger = at("telnet", "telnetd");
    let mut client = opened(&stranger, Profile::default()).await;
    let login = client.login(user::TELNET, &password()).await;
    assert_eq!(kind(&login), "auth.plaintext_blocked");
    client.set_clear_text_auth(ClearTextAuth::Allowed);
    client.login(user::TELNET, &password()).await.unwrap();
}

#[tokio::test]
#[ignore = "needs telnetd"]
async fn a_probe_tells_what_the_servers_want() {
    for target in ways() {
        let report = netspeak::probe(&target, &probing()).await;
        assert!(report.error.is_none(), "{:?}", report.error);
        let greeting = report.greeting.unwrap().raw;
        assert!(greeting.ends_with("login:"), "{greeting}");
        let wants = report.protocol_detail["do"].to_string();
        assert!(wants.contains("NAWS"), "{target} {wants}");
        let report = netspeak::probe(&target, &probing_as(user::TELNET)).await;
        assert_eq!(report.auth.ok, Some(true), "{target} {:?}", report.error);
        assert_eq!(report.reached, Some(Phase::Auth));
    }
}
