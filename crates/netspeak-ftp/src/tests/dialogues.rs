//! Conversations that servers in the field have led.
//!
//! Where there is a data connection a real one is made, over loopback: the peer is a small server that
//! follows the script.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

use super::*;

/// A step of a peer that follows a script.
enum Turn {
    /// The client says this.
    Hear(&'static str),
    /// Says this; `{port}` is the data port, `{high}` and `{low}` its two bytes.
    Say(&'static str),
    /// Sends this over the data connection.
    Send(&'static str),
    /// Reads the data connection to its end.
    Read,
    /// Ends the data connection.
    End,
    /// Ends its side of the data connection, and the other is not to be reset.
    Part,
}
use Turn::{End, Hear, Part, Read, Say, Send};

/// Follows the script on a thread of its own; what came over data connections.
fn follow(listener: TcpListener, turns: Vec<Turn>) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let (control, _) = listener.accept().unwrap();
        let mut data = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut control = BufReader::new(control);
        let mut open: Option<TcpStream> = None;
        let mut came = Vec::new();
        for turn in turns {
            match turn {
                Say(text) => {
                    if text.contains('{') {
                        data = TcpListener::bind("127.0.0.1:0").unwrap();
                    }
                    let [high, low] = data.local_addr().unwrap().port().to_be_bytes();
                    let text = text
                        .replace("{port}", &u16::from_be_bytes([high, low]).to_string())
                        .replace("{high}", &high.to_string())
                        .replace("{low}", &low.to_string());
                    control.get_mut().write_all(text.as_bytes()).unwrap();
                }
                Hear(wanted) => {
                    let mut line = Vec::new();
                    control.read_until(b'\n', &mut line).unwrap();
                    // Telnet's Interrupt Process and Synch.
                    let line = line
                        .strip_prefix(&[255, 244, 255, 242][..])
                        .unwrap_or(&line);
                    assert_eq!(String::from_utf8_lossy(line), format!("{wanted}\r\n"));
                }
                Send(text) => {
                    let stream = open.get_or_insert_with(|| data.accept().unwrap().0);
                    stream.write_all(text.as_bytes()).unwrap();
                }
                Read => {
                    let (mut stream, _) = data.accept().unwrap();
                    stream.read_to_end(&mut came).unwrap();
                }
                End => drop(open.take()),
                Part => {
                    let mut stream = open.take().unwrap();
                    stream.shutdown(std::net::Shutdown::Write).unwrap();
                    stream.read_to_end(&mut came).unwrap();
                }
            }
        }
        came
    })
}

/// A port to connect to. Telnet's urgent byte stands among the others, as at real servers.
async fn listen() -> (TcpListener, Target) {
    let inline = netspeak_core::socket::Options::new().out_of_band_inline();
    let bound = netspeak_core::socket::TcpListener::bind_with("127.0.0.1:0", &inline).await;
    let listener = bound.unwrap().into_inner().into_std().unwrap();
    listener.set_nonblocking(false).unwrap();
    let url = format!("ftp://ops:secret@{}", listener.local_addr().unwrap());
    (listener, url.parse().unwrap())
}

/// Logs in and has the talk; what came over data connections.
async fn talk<T>(turns: Vec<Turn>, talk: impl AsyncFnOnce(Client) -> T) -> (T, Vec<u8>) {
    let (listener, target) = listen().await;
    let mut all = vec![
        Say("220 ready\r\n"),
        Hear("USER ops"),
        Say("331 go on\r\n"),
        Hear("PASS secret"),
        Say("230 in\r\n"),
    ];
    all.extend(turns);
    let following = follow(listener, all);
    let builder = Client::builder()
        .tls(Tls::Off)
        .pipelining(crate::Pipelining::Off);
    let found = talk(builder.connect(&target).await.unwrap()).await;
    (found, following.join().unwrap())
}

/// What a first transfer begins with.
fn begin(mut turns: Vec<Turn>) -> Vec<Turn> {
    let mut all = vec![
        Hear("FEAT"),
        Say("502 no\r\n"),
        Hear("TYPE I"),
        Say("200 ok\r\n"),
    ];
    all.append(&mut turns);
    all
}

const PASV: &str = "227 Entering Passive Mode (127,0,0,1,{high},{low}).\r\n";
const EPSV: &str = "229 Entering Extended Passive Mode (|||{port}|)\r\n";

async fn names(client: &mut Client) -> Result<usize> {
    let entries = client.nlst("").await?.collect(100).await?;
    Ok(entries.len())
}

#[tokio::test]
async fn epsv_may_be_answered_as_pasv_and_the_other_way_round() {
    for (asked, answer) in [("EPSV", PASV), ("PASV", EPSV)] {
        let refused = [
            Hear("EPSV"),
            Say("522 Network protocol not supported, use (1)\r\n"),
        ];
        let mut turns: Vec<Turn> = match asked {
            "PASV" => refused.into_iter().collect(),
            _ => Vec::new(),
        };
        turns.extend([
            Hear(asked),
            Say(answer),
            Hear("NLST"),
            Say("150 go\r\n"),
            Send("a\r\nb\r\n"),
            End,
            Say("226 done\r\n"),
            // What was refused is not asked for again.
            Hear(asked),
            Say(answer),
            Hear("NLST"),
            Say("150 go\r\n"),
            Send("a\r\nb\r\n"),
            End,
            Say("226 done\r\n"),
        ]);
        talk(begin(turns), async |mut client| {
            assert_eq!(names(&mut client).await.unwrap(), 2);
            assert_eq!(names(&mut client).await.unwrap(), 2);
        })
        .await;
    }
}

#[tokio::test]
async fn data_may_come_without_a_first_reply() {
    let turns = vec![
        Hear("EPSV"),
        Say(EPSV),
        Hear("NLST"),
        Send("a\r\nb\r\n"),
        End,
        Say("226 Transfer complete\r\n"),
    ];
    let (found, _) = talk(begin(turns), async |mut client| names(&mut client).await).await;
    assert_eq!(found.unwrap(), 2);
}

/// Behind SIZE and EPSV, which a file begins with.
fn retr(name: &'static str, size: &'static str, turns: Vec<Turn>) -> Vec<Turn> {
    let mut all = vec![Hear(name), Say(size), Hear("EPSV"), Say(EPSV)];
    all.extend(turns);
    all
}

#[tokio::test]
async fn the_last_reply_may_come_before_the_data_has_ended() {
    let turns = retr(
        "SIZE big",
        "213 10\r\n",
        vec![
            Hear("RETR big"),
            Say("150 ok\r\n"),
            Send("first"),
            Say("226 Transfer complete\r\n"),
            Send("secnd"),
            End,
            Hear("NOOP"),
            Say("200 ok\r\n"),
        ],
    );
    talk(begin(turns), async |mut client| {
        assert_eq!(file(&mut client, "big").await.unwrap(), b"firstsecnd");
        client.noop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn any_positive_reply_ends_a_transfer() {
    let turns = vec![
        Hear("EPSV"),
        Say(EPSV),
        Hear("STOR f"),
        Say("125 go\r\n"),
        Read,
        Say("250 Requested file action okay\r\n"),
    ];
    let (stored, came) = talk(begin(turns), async |mut client| {
        put(&mut client, "f", b"abc").await
    })
    .await;
    assert_eq!(
        (stored.unwrap().reply.code(), came.as_slice()),
        (250, &b"abc"[..])
    );
}

#[tokio::test]
async fn a_second_last_reply_is_not_the_answer_to_the_next_command() {
    let turns = retr(
        "SIZE a",
        "213 1\r\n",
        vec![
            Hear("RETR a"),
            Say("150 ok\r\n"),
            Send("x"),
            End,
            Say("226 Transfer complete\r\n226 Closing data connection\r\n"),
            Hear("SIZE b"),
            Say("213 12\r\n"),
        ],
    );
    talk(begin(turns), async |mut client| {
        assert_eq!(file(&mut client, "a").await.unwrap(), b"x");
        assert_eq!(client.size("b").await.unwrap(), 12);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_stray_reply_is_told_and_ends_the_session() {
    let script = "
        C: CWD project
        S: 200 OK
        C: CWD media
        S- 250 Directory successfully changed.\\r\\n250 Directory successfully changed.\\r\\n
        ...
    ";
    let ((), said) = scripted(script, async |mut client| {
        client.cwd("project").await.unwrap();
        client.cwd("media").await.unwrap();
        assert_eq!(kind(client.pwd().await), "proto.malformed");
        assert!(matches!(client.pwd().await, Err(Error::Poisoned)));
    })
    .await;
    assert_eq!(said, ["CWD project", "CWD media"]);
}

#[tokio::test]
async fn a_refusal_behind_the_data_is_one() {
    let turns = vec![
        Hear("EPSV"),
        Say(EPSV),
        Hear("STOR f"),
        Say("150 ok\r\n"),
        Read,
        Say("426 Failure reading network stream.\r\n"),
        Hear("NOOP"),
        Say("200 ok\r\n"),
    ];
    talk(begin(turns), async |mut client| {
        let error = put(&mut client, "f", b"abc").await.unwrap_err();
        assert_eq!(error.kind().to_string(), "data.aborted");
        assert!(error.to_string().contains("3 bytes moved"), "{error}");
        client.noop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_empty_folder_may_be_refused_and_a_missing_one_is() {
    let turns = vec![
        Hear("EPSV"),
        Say(EPSV),
        Hear("NLST"),
        Say("550 No files found.\r\n"),
        Hear("CWD /nope"),
        Say("550 Failed to change directory.\r\n"),
    ];
    talk(begin(turns), async |mut client| {
        assert_eq!(names(&mut client).await.unwrap(), 0);
        assert_eq!(kind(client.cwd("/nope").await), "work.not_found");
    })
    .await;
}

#[tokio::test]
async fn a_download_goes_on_without_a_size() {
    let turns = retr(
        "SIZE f",
        "550 SIZE not allowed in ASCII mode\r\n",
        vec![
            Hear("RETR f"),
            Say("150 ok\r\n"),
            Send("abc"),
            End,
            Say("226 ok\r\n"),
        ],
    );
    let (found, _) = talk(begin(turns), async |mut client| {
        file(&mut client, "f").await
    })
    .await;
    assert_eq!(found.unwrap(), b"abc");
}

#[tokio::test]
async fn features_refused_before_the_login_are_asked_for_behind_it() {
    let (listener, target) = listen().await;
    let turns = vec![
        Say("220 hi\r\n"),
        Hear("FEAT"),
        Say("530 Access denied.\r\n"),
        Hear("USER ops"),
        Say("331 pw\r\n"),
        Hear("PASS secret"),
        Say("230 in\r\n"),
        Hear("FEAT"),
        Say("211-x\r\n MLST type*;\r\n211 End\r\n"),
        Hear("TYPE I"),
        Say("200 ok\r\n"),
        Hear("EPSV"),
        Say(EPSV),
        Hear("MLSD"),
        Say("150 ok\r\n"),
        Send("type=file; a\r\n"),
        End,
        Say("226 ok\r\n"),
    ];
    let following = follow(listener, turns);
    let builder = Client::builder()
        .tls(Tls::Opportunistic)
        .pipelining(crate::Pipelining::Off);
    let mut client = builder.connect(&target).await.unwrap();
    let entries = client.entries("").await.unwrap().collect(10).await.unwrap();
    assert_eq!(entries.len(), 1);
    following.join().unwrap();
}

#[tokio::test(start_paused = true)]
async fn logins_of_every_length() {
    let password = Secret::from("secret");
    let account = Secret::from("ledger");
    // 230 right behind USER.
    let script = "S: 220 hi\nC: USER anonymous\nS: 230 Anonymous user logged in";
    let (_, said) = dialogue(script, async |conn| {
        let endpoint = Endpoint::new("localhost".parse().unwrap(), 21);
        let mut client = Client::from_conn(conn, Connector::new(), endpoint)
            .await
            .unwrap();
        client.login_anonymously().await.unwrap();
    })
    .await;
    assert_eq!(said, ["USER anonymous"]);
    // 202 to PASS.
    let script = "S: 220 hi\nC: USER ops\nS: 331 pw\nC: PASS secret\nS: 202 superfluous";
    dialogue(script, async |conn| drop(logged_in(conn).await)).await;
    // 332 asks for an account.
    let script = "S: 220 hi\nC: USER ops\nS: 331 pw\nC: PASS secret\nS: 332 account";
    let with_account = format!("{script}\nC: ACCT ledger\nS: 230 in");
    for (script, account, fails) in [
        (script, None, true),
        (with_account.as_str(), Some(account), false),
    ] {
        let (entered, _) = dialogue(script, async |conn| {
            let endpoint = Endpoint::new("localhost".parse().unwrap(), 21);
            let mut client = Client::from_conn(conn, Connector::new(), endpoint)
                .await
                .unwrap();
            client.set_clear_text_auth(ClearTextAuth::Allowed);
            client.set_account(account);
            client.user_pass("ops", &password).await
        })
        .await;
        assert_eq!(entered.is_err(), fails);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_may_ask_for_patience_before_it_greets() {
    let script = "S: 120 Service ready in 001 minutes\n... 3\nS: 220 Ready";
    let (greeting, _) = dialogue(script, async |conn| {
        let endpoint = Endpoint::new("localhost".parse().unwrap(), 21);
        let client = Client::from_conn(conn, Connector::new(), endpoint)
            .await
            .unwrap();
        client.greeting().code()
    })
    .await;
    assert_eq!(greeting, 220);
}

#[tokio::test]
async fn abor_is_answered_once_or_twice() {
    for answers in [
        "426 Failure writing network stream.\r\n226 ABOR successful\r\n",
        "226 ABOR successful\r\n",
        "225 ABOR command successful\r\n",
        "226 Transfer complete\r\n225 No transfer to ABOR.\r\n",
        "426 broken\r\n502 ABOR not implemented\r\n",
    ] {
        let turns = retr(
            "SIZE big",
            "213 100000\r\n",
            vec![
                Hear("RETR big"),
                Say("150 ok\r\n"),
                Send("some"),
                Hear("ABOR"),
                Say(answers),
                Hear("NOOP"),
                Say("200 ok\r\n"),
                Hear("NOOP"),
                Say("200 ok\r\n"),
            ],
        );
        talk(begin(turns), async |mut client| {
            let mut download = client.retr("big").await.unwrap();
            assert_eq!(download.chunk().await.unwrap().unwrap(), b"some");
            download.abort().await.unwrap();
            client.noop().await.unwrap();
        })
        .await;
    }
}

/// ProFTPD gives up the session when its data connection is reset under TLS.
#[tokio::test]
async fn what_is_still_on_its_way_after_abor_is_read() {
    let turns = retr(
        "SIZE big",
        "213 100000\r\n",
        vec![
            Hear("RETR big"),
            Say("150 ok\r\n"),
            Send("some"),
            Hear("ABOR"),
            Send("more"),
            Part,
            Say("226 Abort successful\r\n426 Transfer aborted\r\n"),
            Hear("NOOP"),
            Say("200 ok\r\n"),
        ],
    );
    talk(begin(turns), async |mut client| {
        let mut download = client.retr("big").await.unwrap();
        assert_eq!(download.chunk().await.unwrap().unwrap(), b"some");
        download.abort().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_closes_is_heard_and_the_session_is_over() {
    let closing = "421 Timeout (300 seconds): closing control connection.";
    for script in [
        format!("C: CWD /a\nS: {closing}"),
        // Unasked, between two commands.
        format!("S: {closing}"),
    ] {
        let ((), _) = scripted(&script, async |mut client| {
            tokio::task::yield_now().await;
            let error = client.cwd("/a").await.unwrap_err();
            assert!(error.is_temporary(), "{error}");
            assert_eq!(error.reply().unwrap().code(), 421);
            assert!(matches!(client.cwd("/a").await, Err(Error::Poisoned)));
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_option_that_is_refused_is_no_fault() {
    let script = "
        C: OPTS UTF8 ON
        S: 202 UTF8 mode is always enabled. No need to send this command.
        C: PWD
        S: 257 \"/\"
    ";
    let ((), _) = scripted(script, async |mut client| {
        client.opts("UTF8 ON").await.unwrap();
        assert_eq!(client.pwd().await.unwrap(), "/");
    })
    .await;
}

#[tokio::test]
async fn the_offset_of_a_refused_transfer_does_not_stay() {
    let turns = vec![
        Hear("SIZE a"),
        Say("213 200\r\n"),
        Hear("EPSV"),
        Say(EPSV),
        Hear("REST 100"),
        Say("350 ok\r\n"),
        Hear("RETR a"),
        Say("550 no\r\n"),
        Hear("SIZE b"),
        Say("213 1\r\n"),
        Hear("EPSV"),
        Say(EPSV),
        Hear("REST 0"),
        Say("350 ok\r\n"),
        Hear("RETR b"),
        Say("150 ok\r\n"),
        Send("x"),
        End,
        Say("226 ok\r\n"),
    ];
    talk(begin(turns), async |mut client| {
        assert_eq!(kind(client.retr_from("a", 100).await), "work.not_found");
        assert_eq!(file(&mut client, "b").await.unwrap(), b"x");
    })
    .await;
}
