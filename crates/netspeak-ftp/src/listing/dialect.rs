//! [`Dialect`]: the ways in which systems write listings.

use crate::listing::modified::Present;
use crate::listing::parts::{Known, Reading};
use crate::listing::{
    dos, enterprise, eplf, mlsx, mvs, netpresenz, netware, nonstop, os2, os400, unix, vms, vshell,
    vxworks, zvm,
};

/// A way to write a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// MLSD (RFC 3659 section 7).
    Mlsd,
    /// `ls -l` of Unix.
    Unix,
    /// `DIR` of MS-DOS and Windows.
    Dos,
    /// EPLF, of publicfile and anonftpd.
    Eplf,
    /// OpenVMS.
    Vms,
    /// OS/400, IBM i.
    Os400,
    /// z/OS: data sets, members, load modules, jobs.
    Mvs,
    /// z/VM.
    Zvm,
    /// OS/2.
    Os2,
    /// NetWare.
    NetWare,
    /// NetPresenz, of the old Mac OS.
    NetPresenz,
    /// NonStop Guardian.
    NonStop,
    /// VxWorks.
    VxWorks,
    /// VShell.
    VShell,
    /// Connect:Enterprise.
    Enterprise,
}

impl Dialect {
    /// In the order in which they are tried: the commonest first. None of them takes what a later
    /// one is for. NetPresenz is not among them: without a hint its lines are those of Unix.
    pub(super) const ALL: [Self; 14] = [
        Self::Unix,
        Self::Dos,
        Self::Eplf,
        Self::Vms,
        Self::Os400,
        Self::Mvs,
        Self::Zvm,
        Self::Os2,
        Self::NetWare,
        Self::NonStop,
        Self::VxWorks,
        Self::VShell,
        Self::Enterprise,
        Self::Mlsd,
    ];

    /// The dialect that the reply to SYST makes likely (RFC 959 section 4.1.3).
    ///
    /// ```
    /// use netspeak_ftp::listing::Dialect;
    ///
    /// assert_eq!(Dialect::from_syst("UNIX Type: L8"), Some(Dialect::Unix));
    /// assert_eq!(Dialect::from_syst("MVS is the operating system of this server."), Some(Dialect::Mvs));
    /// ```
    pub fn from_syst(text: &str) -> Option<Self> {
        let text = text.to_ascii_uppercase();
        let mut words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '/');
        words.find_map(|word| {
            Some(match word {
                "UNIX" => Self::Unix,
                "WINDOWS" | "WIN32" | "DOS" | "MSDOS" => Self::Dos,
                "VMS" | "OPENVMS" => Self::Vms,
                "OS/400" | "AS/400" | "OS400" => Self::Os400,
                "MVS" | "Z/OS" | "OS/390" => Self::Mvs,
                "VM" | "VM/CMS" | "Z/VM" | "VM/ESA" => Self::Zvm,
                "OS/2" => Self::Os2,
                "NETWARE" => Self::NetWare,
                "MACOS" => Self::NetPresenz,
                "NONSTOP" | "GUARDIAN" | "TANDEM" => Self::NonStop,
                "VXWORKS" => Self::VxWorks,
                _ => return None,
            })
        })
    }

    /// What a line is in this dialect; `None` if it is not in it. `Known::Told` if the dialect is
    /// known otherwise.
    pub(super) fn read(self, line: &[u8], present: Present, known: Known) -> Option<Reading<'_>> {
        match self {
            Self::Mlsd if known == Known::Untold => mlsx::parse_complete(line),
            Self::Mlsd => mlsx::parse(line),
            Self::Unix => unix::parse(line, present),
            Self::Dos => dos::parse(line),
            Self::Eplf => eplf::parse(line),
            Self::Vms => vms::parse(line),
            Self::Os400 => os400::parse(line),
            Self::Mvs => mvs::parse(line, known),
            Self::Zvm => zvm::parse(line, present),
            Self::Os2 => os2::parse(line),
            Self::NetWare => netware::parse(line, present),
            Self::NetPresenz => netpresenz::parse(line, present),
            Self::NonStop => nonstop::parse(line),
            Self::VxWorks => vxworks::parse(line),
            Self::VShell => vshell::parse(line, present),
            Self::Enterprise => enterprise::parse(line, present),
        }
    }
}
