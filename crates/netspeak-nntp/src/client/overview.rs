//! OVER, HDR and XPAT: about many articles at once (RFC 3977 section 8, RFC 2980).

use super::{Client, Listing, Names};
use crate::command::{Command, List};
use crate::error::{Error, Result};
use crate::response::{HeaderRow, Overview, OverviewFormat, OverviewRow, header_row};
use crate::types::{Capabilities, Span};

/// Overviews as they flow: nothing is held in memory. Dropping it before its end poisons the session.
#[derive(Debug)]
pub struct Overviews<'a> {
    client: &'a mut Client,
    state: Flow,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Flowing,
    Ended,
}

impl Client {
    /// OVER, or XOVER where the server knows only that: what is known about articles at a glance.
    ///
    /// # Errors
    /// `work.rejected` without a group, `work.not_found` if there is no article in the range or of that
    /// id (servers may also answer with nothing).
    pub async fn over(&mut self, span: impl Into<Span>) -> Result<Overviews<'_>> {
        let span = span.into();
        self.by_either_name(Command::Over(&span), Command::Xover(&span))
            .await?;
        Ok(Overviews {
            client: self,
            state: Flow::Flowing,
        })
    }

    /// HDR, or XHDR where the server knows only that: one field of many articles.
    ///
    /// # Errors
    /// As [`over`](Self::over); [`Error::Usage`] for a field that is no word.
    pub async fn hdr(&mut self, field: &str, span: impl Into<Span>) -> Result<Listing<HeaderRow>> {
        let span = span.into();
        self.by_either_name(Command::Hdr(field, &span), Command::Xhdr(field, &span))
            .await?;
        self.rest_of_list(header_row).await
    }

    /// XPAT: the field of those articles in which it matches one of the patterns (RFC 2980 section
    /// 2.9).
    ///
    /// # Errors
    /// As [`hdr`](Self::hdr).
    pub async fn xpat(
        &mut self,
        field: &str,
        span: impl Into<Span>,
        patterns: &[&str],
    ) -> Result<Listing<HeaderRow>> {
        let span = span.into();
        if patterns.is_empty() || span == Span::Current {
            return Err(Error::usage("XPAT needs articles and a pattern"));
        }
        self.begun(&Command::Xpat(field, &span, patterns)).await?;
        self.rest_of_list(header_row).await
    }

    /// LIST OVERVIEW.FMT: which fields an overview has; asked once. A server that does not tell has
    /// the fixed seven.
    ///
    /// # Errors
    /// Network errors.
    pub async fn overview_format(&mut self) -> Result<OverviewFormat> {
        if let Some(format) = &self.format {
            return Ok(format.clone());
        }
        let format = match self.begun(&Command::List(List::OverviewFmt)).await {
            Ok(_) => {
                let lines = self.rest_of_list(|line| Some(line.to_vec())).await?;
                OverviewFormat::from_lines(lines.entries.iter().map(Vec::as_slice))
            }
            Err(Error::Refused { .. }) if !self.conn.is_busy() => OverviewFormat::default(),
            Err(error) => return Err(error),
        };
        self.format = Some(format.clone());
        Ok(format)
    }

    /// The name of RFC 3977 unless the server does not know it; that is asked or tried once.
    async fn by_either_name(&mut self, new: Command<'_>, old: Command<'_>) -> Result<()> {
        let lacks_over = |offered: &Capabilities| offered.reader() && !offered.over();
        if self.capabilities.as_ref().is_some_and(lacks_over) {
            self.names = Names::Old;
        }
        if self.names == Names::Old {
            return self.begun(&old).await.map(drop);
        }
        match self.begun(&new).await {
            Err(Error::Refused { reply, .. }) if matches!(reply.code(), 500 | 501 | 503) => {
                self.begun(&old).await?;
                self.names = Names::Old;
                Ok(())
            }
            answer => answer.map(drop),
        }
    }
}

impl Overviews<'_> {
    /// The next row, borrowed from what came; `None` at the end. Lines that are no overview are left
    /// out.
    ///
    /// # Errors
    /// Network errors, [`Error::Limit`] for rows without end.
    pub async fn next(&mut self) -> Result<Option<OverviewRow<'_>>> {
        while self.state == Flow::Flowing {
            let Some(line) = self.client.line().await? else {
                self.state = Flow::Ended;
                break;
            };
            if OverviewRow::parse(self.client.bytes_of(&line)).is_some() {
                return Ok(OverviewRow::parse(self.client.bytes_of(&line)));
            }
        }
        Ok(None)
    }

    /// All rows that are left, their texts decoded.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    pub async fn all(&mut self) -> Result<Vec<Overview>> {
        let mut rows = Vec::new();
        while let Some(row) = self.next().await? {
            rows.push(row.into());
        }
        Ok(rows)
    }
}
