//! Dates as `ls` and its kin write them, in any order and language.
//!
//! Each parser takes a date and leaves the blank that ends it, and the name behind. A date whose
//! shape is right and whose day does not exist is a date that is not known.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use nom::branch::alt;
use nom::bytes::complete::{take_while, take_while_m_n, take_while1};
use nom::character::complete::{char, one_of, space0, space1};
use nom::combinator::{map_opt, opt, verify};
use nom::sequence::{preceded, terminated};
use nom::{IResult, Parser};

use crate::listing::facts::nanoseconds;
use crate::listing::modified::{Clock, DayTime, Modified, Precision, Present};
use crate::listing::month::month;
use crate::listing::words::number;

/// A date and what is behind it; `None` in it is a day that does not exist.
pub(super) type Dated<'l> = IResult<&'l [u8], Option<Modified>>;

/// A date in a line of `ls`.
///
/// ```text
/// Mar  2 15:13   Apr 27  2001   Oct 08, 2002 09:47   Mar  2 15:13:22 2020
/// 29 Jul 02:27   01 oct 2004    26. Juli, 20:10
/// 2005-04-08 11:22   2024-02-29 23:59:58.000000000 +0100   03-12 15:20   2005-04-08
/// 2004.07.15   1999/10/12 17:12   15-07-2004 10:02
/// ```
pub(super) fn date(text: &[u8], present: Present) -> Dated<'_> {
    let (after, found) = match text.first() {
        Some(b'0'..=b'9') => alt((
            |text| day_first(text, present),
            iso,
            |text| month_and_day(text, present),
            in_numbers,
            |text| with_characters(text, present),
        ))
        .parse(text)?,
        _ => month_first(text, present)?,
    };
    let (after, ()) = ends_word(after)?;
    Ok((after, found))
}

fn month_first(text: &[u8], present: Present) -> Dated<'_> {
    let (after, name) = letters(text)?;
    let (text, day) = preceded((opt(char('.')), space1), short).parse(after)?;
    // Most words that stand here are owners and groups: the day is looked at first.
    let Some(month) = month(name) else {
        return failed(text);
    };
    let (text, comma) = opt(char(',')).parse(text)?;
    let (text, _) = space1(text)?;
    if comma.is_some() {
        let (text, year) = year(text)?;
        let (text, time) = preceded(space1, time).parse(text)?;
        return Ok((text, on(year, month, day, time)));
    }
    day_time_or_year(text, month, day, present)
}

fn day_first(text: &[u8], present: Present) -> Dated<'_> {
    let (text, day) = terminated(short, opt(char('.'))).parse(text)?;
    let (text, month) = preceded(space1, month_name).parse(text)?;
    let (text, _) = preceded(opt(one_of(".,")), space1).parse(text)?;
    day_time_or_year(text, month, day, present)
}

/// What stands behind month and day: a time for new files, a year for old ones. Seconds stand
/// only in long dates, where the year is behind them.
fn day_time_or_year(text: &[u8], month: i8, day: i8, present: Present) -> Dated<'_> {
    let Ok((after, time)) = time(text) else {
        let (text, year) = year(text)?;
        let found = Date::new(year, month, day).ok().map(Modified::day);
        return Ok((text, found));
    };
    if time.precision == Precision::Second
        && let Ok((after, year)) = preceded(space1, year).parse(after)
    {
        return Ok((after, on(year, month, day, time)));
    }
    let newest = time
        .of_day
        .and_then(|of_day| present.newest(month, day, of_day));
    let found = newest.map(|civil| Modified::server(civil, time.precision));
    Ok((after, found))
}

/// `2005-04-08 11:22`, with seconds, fraction and zone where they are.
fn iso(text: &[u8]) -> Dated<'_> {
    let (text, year) = year(text)?;
    let (text, month) = preceded(char('-'), short).parse(text)?;
    let (text, day) = preceded(char('-'), short).parse(text)?;
    let Ok((text, time)) = preceded(space1::<_, nom::error::Error<_>>, time).parse(text) else {
        return day_alone(text, Date::new(year, month, day).ok());
    };
    let (text, fraction) = opt(preceded(char('.'), take_while1(is_digit))).parse(text)?;
    let (text, offset) = opt(preceded(char(' '), offset)).parse(text)?;
    let found = on(year, month, day, time).map(|modified| with_fraction(modified, fraction));
    Ok((
        text,
        found.map(|modified| match offset {
            Some(offset) => Modified {
                clock: Clock::Offset(offset),
                ..modified
            },
            None => modified,
        }),
    ))
}

fn with_fraction(modified: Modified, fraction: Option<&[u8]>) -> Modified {
    let exact = nanoseconds(fraction)
        .filter(|_| fraction.is_some())
        .and_then(|nanoseconds| {
            let finer = modified.civil.with().subsec_nanosecond(nanoseconds);
            finer.build().ok()
        });
    match exact {
        Some(civil) => Modified {
            civil,
            precision: Precision::Fraction,
            ..modified
        },
        None => modified,
    }
}

/// `+0100`
fn offset(text: &[u8]) -> IResult<&[u8], Offset> {
    let (text, sign) = one_of("+-")(text)?;
    let (text, hours) = two_digits(text)?;
    let (text, minutes) = two_digits(text)?;
    let seconds = (i32::from(hours) * 60 + i32::from(minutes)) * 60;
    let signed = if sign == '-' { -seconds } else { seconds };
    match Offset::from_seconds(signed) {
        Ok(offset) => Ok((text, offset)),
        Err(_) => failed(text),
    }
}

/// `03-12 15:20`
fn month_and_day(text: &[u8], present: Present) -> Dated<'_> {
    let (text, month) = two_digits(text)?;
    let (text, day) = preceded(char('-'), two_digits).parse(text)?;
    let (text, time) = preceded(space1, time).parse(text)?;
    let newest = time
        .of_day
        .and_then(|of_day| present.newest(month, day, of_day));
    Ok((
        text,
        newest.map(|civil| Modified::server(civil, time.precision)),
    ))
}

/// Dates in numbers alone, with dots, slashes or hyphens, year first or last. Of two numbers that
/// might both be the month none is taken.
fn in_numbers(text: &[u8]) -> Dated<'_> {
    let (text, first) = digits(text)?;
    let (text, separator) = one_of("./-")(text)?;
    let (text, second) = short(text)?;
    let (text, _) = char(separator)(text)?;
    let (text, third) = digits(text)?;
    let date = match (first, third) {
        (1000.., 0..=99) => date_of(first, i64::from(second), third),
        (0..=99, 1000..) if first > 12 => date_of(third, i64::from(second), first),
        (0..=99, 1000..) if second > 12 => date_of(third, first, i64::from(second)),
        (0..=99, 1000..) => None,
        _ => return failed(text),
    };
    match preceded(space1::<_, nom::error::Error<_>>, time).parse(text) {
        Ok((text, time)) => Ok((text, date.and_then(|date| at(date, time)))),
        Err(_) => day_alone(text, date),
    }
}

/// Japanese, Chinese and Korean dates, in any coding: numbers with a character behind each.
fn with_characters(text: &[u8], present: Present) -> Dated<'_> {
    let (text, (first, first_mark)) = marked(text)?;
    let (text, (second, second_mark)) = preceded(space0, marked).parse(text)?;
    if first >= 1000 {
        let (text, (third, third_mark)) = preceded(space0, marked).parse(text)?;
        if !(first_mark || second_mark || third_mark) {
            return failed(text);
        }
        let date = date_of(first, second, third);
        return match preceded(space1::<_, nom::error::Error<_>>, time).parse(text) {
            Ok((text, time)) => Ok((text, date.and_then(|date| at(date, time)))),
            Err(_) => Ok((text, date.map(Modified::day))),
        };
    }
    let (Ok(month), Ok(day), true) = (first.try_into(), second.try_into(), first_mark) else {
        return failed(text);
    };
    let (text, _) = space1(text)?;
    let (text, found) = day_time_or_year(text, month, day, present)?;
    // The year's own character.
    let (text, _) = take_while(|byte: u8| !byte.is_ascii()).parse(text)?;
    Ok((text, found))
}

fn marked(text: &[u8]) -> IResult<&[u8], (i64, bool)> {
    let (text, number) = digits(text)?;
    let (text, mark) = take_while_m_n(0, 4, |byte: u8| !byte.is_ascii()).parse(text)?;
    Ok((text, (number, !mark.is_empty())))
}

/// A date where the column of the time is left blank: all blanks but one are padding.
fn day_alone(text: &[u8], date: Option<Date>) -> Dated<'_> {
    let blanks = text.iter().take_while(|byte| **byte == b' ').count();
    let text = text.get(blanks.saturating_sub(1)..).unwrap_or(text);
    Ok((text, date.map(Modified::day)))
}

/// A time of day as it was written; one that does not exist is `None`.
#[derive(Clone, Copy)]
pub(super) struct Clocked {
    pub(super) of_day: Option<DayTime>,
    pub(super) precision: Precision,
}

/// `9:05`, `15:13`, `24:00`, `15:13:22`
pub(super) fn time(text: &[u8]) -> IResult<&[u8], Clocked> {
    let (text, hour) = short(text)?;
    let (text, minute) = preceded(char(':'), two_digits).parse(text)?;
    let (text, second) = opt(preceded(char(':'), two_digits)).parse(text)?;
    let of_day = match (hour, minute, second.unwrap_or(0)) {
        (24, 0, 0) => Some(DayTime::End),
        (hour, minute, second) => Time::new(hour, minute, second, 0).ok().map(DayTime::Within),
    };
    let precision = match second {
        Some(_) => Precision::Second,
        None => Precision::Minute,
    };
    Ok((text, Clocked { of_day, precision }))
}

pub(super) fn at(date: Date, time: Clocked) -> Option<Modified> {
    let civil: DateTime = time.of_day?.on(date)?;
    Some(Modified::server(civil, time.precision))
}

fn on(year: i16, month: i8, day: i8, time: Clocked) -> Option<Modified> {
    at(Date::new(year, month, day).ok()?, time)
}

pub(super) fn date_of(year: i64, month: i64, day: i64) -> Option<Date> {
    Date::new(
        year.try_into().ok()?,
        month.try_into().ok()?,
        day.try_into().ok()?,
    )
    .ok()
}

/// The year that two or three digits mean: servers that count from 1900 write 2003 as 103.
pub(super) fn full_year(year: i64) -> i64 {
    match year {
        0..70 => year + 2000,
        70..1000 => year + 1900,
        _ => year,
    }
}

pub(super) fn month_name(text: &[u8]) -> IResult<&[u8], i8> {
    terminated(map_opt(letters, month), opt(char('.'))).parse(text)
}

fn letters(text: &[u8]) -> IResult<&[u8], &[u8]> {
    take_while1(|byte: u8| byte.is_ascii_alphabetic() || !byte.is_ascii()).parse(text)
}

fn year(text: &[u8]) -> IResult<&[u8], i16> {
    let digits = verify(take_while1(is_digit), |digits: &[u8]| digits.len() == 4);
    map_opt(digits, |digits| i16::try_from(number(digits)?).ok()).parse(text)
}

/// One or two digits.
pub(super) fn short(text: &[u8]) -> IResult<&[u8], i8> {
    let digits = verify(take_while1(is_digit), |digits: &[u8]| digits.len() <= 2);
    map_opt(digits, |digits| i8::try_from(number(digits)?).ok()).parse(text)
}

fn two_digits(text: &[u8]) -> IResult<&[u8], i8> {
    map_opt(take_while_m_n(2, 2, is_digit), |digits| {
        i8::try_from(number(digits)?).ok()
    })
    .parse(text)
}

/// Up to four digits.
pub(super) fn digits(text: &[u8]) -> IResult<&[u8], i64> {
    let digits = verify(take_while1(is_digit), |digits: &[u8]| digits.len() <= 4);
    map_opt(digits, |digits| i64::try_from(number(digits)?).ok()).parse(text)
}

/// The end of the line or of a word: `Mar 2 15:13x` holds no time.
fn ends_word(text: &[u8]) -> IResult<&[u8], ()> {
    if text.first().is_none_or(|byte| matches!(byte, b' ' | b'\t')) {
        Ok((text, ()))
    } else {
        failed(text)
    }
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

pub(super) fn failed<T>(text: &[u8]) -> IResult<&[u8], T> {
    let kind = nom::error::ErrorKind::Verify;
    Err(nom::Err::Error(nom::error::Error::new(text, kind)))
}
