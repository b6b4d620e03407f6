//! What the verbs share about HTTP: one client for all URLs, who logs in, what an error means.

mod answer;
mod body;
mod cookies;
mod fields;

use std::cell::RefCell;
use std::num::NonZeroU64;
use std::path::PathBuf;
use std::time::Duration;

use netspeak::core::sasl::Credentials;
use netspeak::core::{Phase, Target, Trace};
use netspeak::http::{
    Builder, Client, Decoding, Error, HeaderMap, Method, Redirects, RequestBuilder, Url, Versions,
};

use crate::args::{ConnectArgs, HttpArgs};
use crate::failure::Failure;
use crate::render::talk;
use crate::{exit, output};

pub(super) use answer::{Show, discard, show};
pub(super) use body::with_body;

/// What ends slow transfers, where only one of the two is given.
const SLOW: (u64, u64) = (1, 30);

/// A connection that has waited so long for its next request is closed.
const IDLE: Duration = Duration::from_secs(90);

/// One client, whose connections and cookies all URLs share.
pub(super) struct Session {
    client: Client,
    trace: Option<Trace>,
    /// The fields of each request.
    fields: HeaderMap,
    method: Option<Method>,
    jar: Option<PathBuf>,
    logins: RefCell<Vec<Login>>,
}

/// Who logs in, for a scheme, a user of a URL and a host; nobody is asked twice for a password.
struct Login {
    scheme: Option<String>,
    user: Option<String>,
    host: String,
    credentials: Option<Credentials>,
}

impl Session {
    /// For so many requests at once.
    pub(super) fn new(
        args: &HttpArgs,
        connect: &ConnectArgs,
        jobs: usize,
    ) -> Result<Self, Failure> {
        let mut opening = connect.opening_for_anybody()?;
        if connect.verbose == 0 {
            opening.trace = None;
        }
        let trace = opening.trace.clone();
        let mut builder = Client::builder()
            .opening(opening)
            .versions(versions(args))
            .pool(jobs, IDLE)
            .redirects(match args.max_redirs {
                0 => Redirects::None,
                most => Redirects::UpTo(most),
            })
            .decoding(match args.compressed {
                true => Decoding::On,
                false => Decoding::Off,
            });
        if let Some(most) = args.max_filesize {
            builder = builder.body_limit(most.get());
        }
        builder = slow(args, builder)?;
        let (jar, own) = cookies::read(args)?;
        if let Some(jar) = jar {
            builder = builder.cookies(jar);
        }
        let mut fields = fields::of(args)?;
        fields.extend(own);
        Ok(Self {
            client: builder.build().map_err(failed)?,
            trace,
            fields,
            method: args.request.as_deref().map(method).transpose()?,
            jar: args.cookie_jar.clone(),
            logins: RefCell::default(),
        })
    }

    /// A request by this method, if the user has not named another, and who logs in.
    pub(super) fn request(
        &self,
        method: Method,
        target: &Target,
        args: &HttpArgs,
        connect: &ConnectArgs,
    ) -> Result<RequestBuilder, Failure> {
        let url = url(target)?;
        let method = self.method.clone().unwrap_or(method);
        let mut request = self.client.request_url(method, url);
        if !self.fields.is_empty() {
            request = request.headers(self.fields.clone());
        }
        Ok(match self.login(target, args, connect)? {
            Some(credentials) => request.credentials(&credentials),
            None => request,
        })
    }

    /// Whether the user has given this field.
    pub(super) fn has_field(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    fn login(
        &self,
        target: &Target,
        args: &HttpArgs,
        connect: &ConnectArgs,
    ) -> Result<Option<Credentials>, Failure> {
        if target.user().is_none() && !connect.names_a_login() {
            return Ok(None);
        }
        let (user, host) = (target.user(), target.host().to_string());
        let scheme = target.scheme();
        let mut logins = self.logins.borrow_mut();
        let is_same = |login: &&Login| {
            let asked = target.password().is_none() && login.host == host;
            asked && login.user.as_deref() == user && login.scheme.as_deref() == scheme
        };
        if let Some(known) = logins.iter().find(is_same) {
            return Ok(known.credentials.clone());
        }
        let mut credentials = connect.credentials(target)?;
        for (is_wished, scheme) in [(args.basic, "Basic"), (args.digest, "Digest")] {
            if is_wished {
                credentials = credentials.map(|found| found.with_mechanism(scheme));
            }
        }
        logins.push(Login {
            scheme: scheme.map(str::to_owned),
            user: user.map(str::to_owned),
            host,
            credentials: credentials.clone(),
        });
        Ok(credentials)
    }

    /// What a status means that says no.
    pub(super) fn refused(&self, refusal: Error) -> Failure {
        let is_login = refusal.kind().phase() == Phase::Auth;
        let logins = self.logins.borrow();
        let somebody = logins.iter().any(|login| login.credentials.is_some());
        let failure = failed(refusal);
        match is_login && somebody {
            true => failure.with_code(Some(exit::LOGIN)),
            false => failure,
        }
    }

    /// Shows the talk if it was asked for, and keeps the cookies.
    pub(super) fn end(&self) -> Result<(), Failure> {
        for line in self.trace.iter().flat_map(talk::lines) {
            output::say(&line);
        }
        match (&self.jar, self.client.cookies()) {
            (Some(path), Some(jar)) => cookies::write(path, &jar),
            _ => Ok(()),
        }
    }
}

/// What of a target is sent: nobody who logs in, no fragment.
pub(super) fn url(target: &Target) -> Result<Url, Failure> {
    netspeak::http::uri::url(target).map_err(failed)
}

fn versions(args: &HttpArgs) -> Versions {
    if args.http10 {
        Versions::Http10
    } else if args.http11 {
        Versions::Http11
    } else if args.http2_prior_knowledge {
        Versions::Http2
    } else {
        Versions::Negotiated
    }
}

fn method(name: &str) -> Result<Method, Failure> {
    let method = name.parse().ok();
    method.ok_or_else(|| Failure::usage(format!("-X: {name:?} is no method")))
}

fn slow(args: &HttpArgs, builder: Builder) -> Result<Builder, Failure> {
    if args.speed_limit.is_none() && args.speed_time.is_none() {
        return Ok(builder);
    }
    let bytes = args.speed_limit.map_or(SLOW.0, NonZeroU64::get);
    let bytes = NonZeroU64::new(bytes).unwrap_or(NonZeroU64::MIN);
    match args.speed_time.unwrap_or(SLOW.1) {
        0 => Err(Failure::usage("-y takes a number of seconds, 1 at least")),
        seconds => Ok(builder.low_speed(bytes, Duration::from_secs(seconds))),
    }
}

/// What an error means here, with curl's code for what is HTTP's own.
pub(super) fn failed(error: Error) -> Failure {
    let code = match &error {
        Error::Refused { reply, .. } if reply.status() == 416 => Some(exit::RANGE),
        Error::Refused { .. } => Some(exit::STATUS),
        Error::Limit {
            what: "redirects" | "redirects to one URL",
            ..
        } => Some(exit::REDIRECTS),
        Error::Limit {
            what: "bytes in a body",
            ..
        } => Some(exit::TOO_LARGE),
        _ => None,
    };
    Failure::from(error).with_code(code)
}
