//! What may go wrong on a data connection.

/// What goes wrong on a data connection: [`Fault::data`](crate::Fault::data). Octets are counted as they go over the connection, below TLS.
///
/// | to play | say |
/// |---|---|
/// | data that are cut short, and a server that says all is well | `data("RETR", Short(100))` |
/// | a transfer that breaks in the middle | `data("RETR", Broken(100))`: 426; with `reply(TRANSFER, "451 disk\r\n")` something else |
/// | an upload that finds no room | `data("STOR", Broken(1000))` and `reply(TRANSFER, "552 no room\r\n")` |
/// | a FIN without close_notify | `data("RETR", Truncated(usize::MAX))`, or after so many octets |
/// | a listing without end | `data("LIST", Endless(line))` |
/// | a port where nobody listens | `data("EPSV", NoListener)` |
/// | no data connection | `reply("RETR", "425 no\r\n")` |
/// | a last reply that never comes | `Stall(Moment::Command(TRANSFER))`, `reply(TRANSFER, "")` |
/// | a last reply before the data have ended | `say(Moment::Transferred(500), "226 done\r\n")` and `reply(TRANSFER, "")` |
/// | a last reply before the first one | `reply("RETR", "226 done\r\n150 coming\r\n")` and `reply(TRANSFER, "")` |
/// | no first reply | `reply("RETR", "")` |
/// | silence in the middle of the data | `Stall(Moment::Transferred(500))` |
/// | a server that closes down in the middle | `say(Moment::Transferred(500), "421 closing\r\n")` and `Close(Moment::Transferred(500))` |
/// | another address, odd delimiters, impossible numbers | `reply("PASV", "227 ok 10,0,0,1,{high},{low}\r\n")`: see below |
/// | 227 as an answer to EPSV | `reply("EPSV", "227 Entering Passive Mode ({address},{high},{low})\r\n")` |
/// | a size or a hash that is not true | `reply("SIZE", "213 7\r\n")` |
/// | a refusal to protect data | `reply("PROT", "536 no\r\n")` |
///
/// In a reply that is forced upon PASV and EPSV, `{port}` becomes the port that is listened on, `{high}` and `{low}` its two bytes, and
/// `{address}` the address with commas.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DataFault {
    /// Ends the data connection in good order after so many octets, and takes the transfer for complete.
    Short(usize),
    /// Ends the data connection in good order after so many octets, and the transfer with 426.
    Broken(usize),
    /// Ends the data connection with a FIN and no close_notify after so many octets, and takes the transfer for complete.
    Truncated(usize),
    /// Resets the data connection after so many octets, and ends the transfer with 426.
    Reset(usize),
    /// Sends these bytes again and again behind the data, as fast as the client reads.
    Endless(Vec<u8>),
    /// Tells a port and does not listen on it. For PASV and EPSV; what needs a data connection is then refused with 425.
    NoListener,
}
