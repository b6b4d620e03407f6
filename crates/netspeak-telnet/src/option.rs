//! [`TelnetOption`]: what can be negotiated.

use std::fmt;

/// An option of the Telnet protocol, by its number (RFC 855 and IANA's list, and those of multi-user games).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TelnetOption(pub u8);

macro_rules! options {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $word:literal;)*) => {
        impl TelnetOption {
            $($(#[$doc])* pub const $name: Self = Self($number);)*

            /// Its name as RFCs write it; `None` for a number that nobody has named.
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some($word),)*
                    _ => None,
                }
            }
        }
    };
}

options! {
    /// RFC 856: eight bits, and no care for line ends.
    BINARY = 0, "BINARY";
    /// RFC 857: who says it shows what the other types.
    ECHO = 1, "ECHO";
    /// RFC 858: no GO AHEAD at the end of turns.
    SUPPRESS_GO_AHEAD = 3, "SGA";
    /// RFC 859: what is on.
    STATUS = 5, "STATUS";
    /// RFC 860: says when all before it was dealt with.
    TIMING_MARK = 6, "TIMING-MARK";
    /// RFC 727: out.
    LOGOUT = 18, "LOGOUT";
    /// RFC 779: where the terminal stands.
    SEND_LOCATION = 23, "SEND-LOCATION";
    /// RFC 1091: what terminal it is.
    TERMINAL_TYPE = 24, "TTYPE";
    /// RFC 885: END OF RECORD behind prompts.
    END_OF_RECORD = 25, "EOR";
    /// RFC 1073: how large the window is.
    NAWS = 31, "NAWS";
    /// RFC 1079: how fast the line is.
    TERMINAL_SPEED = 32, "TSPEED";
    /// RFC 1372: who obeys XON and XOFF.
    REMOTE_FLOW_CONTROL = 33, "LFLOW";
    /// RFC 1184: lines are edited here.
    LINEMODE = 34, "LINEMODE";
    /// RFC 1096: where X11 is.
    X_DISPLAY_LOCATION = 35, "XDISPLOC";
    /// RFC 1408: variables, by an old form that was read in two ways.
    ENVIRON = 36, "ENVIRON";
    /// RFC 2941: logins by Kerberos and others.
    AUTHENTICATION = 37, "AUTHENTICATION";
    /// RFC 2946: encryption without TLS.
    ENCRYPT = 38, "ENCRYPT";
    /// RFC 1572: variables.
    NEW_ENVIRON = 39, "NEW-ENVIRON";
    /// RFC 2355: the terminals of mainframes.
    TN3270E = 40, "TN3270E";
    /// RFC 2066: which character set.
    CHARSET = 42, "CHARSET";
    /// RFC 2217: a serial port behind the server.
    COM_PORT = 44, "COM-PORT";
    /// TLS on the way; a draft.
    START_TLS = 46, "START-TLS";
    /// Games: variables.
    MSDP = 69, "MSDP";
    /// Games: what server it is.
    MSSP = 70, "MSSP";
    /// Games: compression, by a form that cannot be read safely.
    COMPRESS = 85, "MCCP1";
    /// Games: compression of what the server sends.
    COMPRESS2 = 86, "MCCP2";
    /// Games: compression of what the client sends.
    COMPRESS3 = 87, "MCCP3";
    /// Games: sounds.
    MSP = 90, "MSP";
    /// Games: markup.
    MXP = 91, "MXP";
    /// Games: commands.
    ZMP = 93, "ZMP";
    /// Games: the forerunner of GMCP.
    ATCP = 200, "ATCP";
    /// Games: messages in JSON.
    GMCP = 201, "GMCP";
}

impl fmt::Display for TelnetOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None => f.pad(&self.0.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_called_by_its_name_or_number() {
        assert_eq!(TelnetOption::NAWS.to_string(), "NAWS");
        assert_eq!(TelnetOption(99).to_string(), "99");
        assert_eq!(TelnetOption::GMCP.0, 201);
    }
}
