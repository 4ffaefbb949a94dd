//! Which words of a message tell about the failure. Those in an address, in a path or in the name of something don't.
//!
//! ```text
//! error for url (https://auth.example.com/password/reset): connection refused
//! ```
//! →
//! ```text
//! "error for url ("   "): connection refused"
//! ```

/// The parts of a message between the addresses in it.
pub(super) fn segments(message: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(message);
    core::iter::from_fn(move || {
        let text = rest?;
        let Some((start, end)) = address(text) else { return rest.take() };
        rest = text.get(end..);
        text.get(..start)
    })
}

/// Where the first address is, or anything else that says nothing.
fn address(text: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(rest) = text.get(from..) {
        let start = from + rest.find(|character| !is_delimiter(character))?;
        let rest = text.get(start..)?;
        let end = start + rest.find(is_delimiter).unwrap_or(rest.len());
        let chunk = text.get(start..end)?;
        if is_address(chunk) {
            return Some((start, end_of(text, start, end)));
        }
        if let Some(escape) = escape(chunk) {
            return Some((start + escape, start + escape + 2));
        }
        if is_quoted_name(text, start, end) {
            return Some((start, end));
        }
        from = end;
    }
    None
}

fn is_delimiter(character: char) -> bool {
    character.is_whitespace() || "\"'`()<>[]{},;|#".contains(character)
}

/// A path that is quoted ends with the quotation, even with spaces in it; a URL may have a comma in it.
fn end_of(text: &str, start: usize, end: usize) -> usize {
    let (Some(before), Some(chunk)) = (text.get(..start), text.get(start..end)) else { return end };
    let behind = text.get(end..).unwrap_or_default();
    if chunk.contains("://") {
        let is_end = |character: char| character.is_whitespace() || "\"'`)>]}".contains(character);
        return end + behind.find(is_end).unwrap_or(behind.len());
    }
    let quote = before.chars().next_back().filter(|quote| "\"'`".contains(*quote));
    match quote.filter(|_| begins_path(chunk)).and_then(|quote| behind.find(quote)) {
        Some(length) => end + length,
        None => end,
    }
}

fn is_address(chunk: &str) -> bool {
    let chunk = chunk.trim_end_matches([':', '.', '!', '?']);
    chunk.contains("://")
        || chunk.contains('@')
        || is_path(chunk)
        || has_port(chunk)
        || is_name_with_dots(chunk)
}

/// `/etc/hosts`, `C:\timeout.log`, `config/limits`; not `i/o`, `HTTP/1.1`.
fn is_path(chunk: &str) -> bool {
    let is_short = |part: &str| (1..=3).contains(&part.len());
    let is_version = chunk.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("http/"));
    begins_path(chunk) || chunk.contains('/') && !is_version && !chunk.split('/').all(is_short)
}

/// `/`, `~/`, `./`, `C:\`, `\\server`
fn begins_path(chunk: &str) -> bool {
    let mut letters = chunk.chars();
    let is_drive = letters.next().is_some_and(|drive| drive.is_ascii_alphabetic())
        && letters.as_str().starts_with(":\\");
    is_drive || ["/", "~/", "./", "../", "\\\\"].iter().any(|start| chunk.starts_with(start))
}

/// Where two characters stand for one that is no letter, as in a text within a text: `\n`, `\"`.
fn escape(chunk: &str) -> Option<usize> {
    chunk.match_indices('\\').map(|(index, _)| index).find(|index| {
        let behind = chunk.get(index + 1..).unwrap_or_default();
        behind.starts_with(['n', 'r', 't', '\\', '/'])
    })
}

/// `redis:6379`, `10.0.0.1:80`; not `status_code:503`, `ETIMEDOUT:110`.
fn has_port(chunk: &str) -> bool {
    chunk.rsplit_once(':').is_some_and(|(host, port)| {
        let is_known = host.contains('.') || host.eq_ignore_ascii_case("localhost");
        let has_small_letter = host.contains(|letter: char| letter.is_ascii_lowercase());
        port.bytes().all(|byte| byte.is_ascii_digit())
            && (is_known && (1..=5).contains(&port.len())
                || has_small_letter && (4..=5).contains(&port.len()))
    })
}

/// `auth.example.com`, `rate-limit.toml`; not `Client.Timeout`, `1.1`.
fn is_name_with_dots(chunk: &str) -> bool {
    chunk.rsplit_once('.').is_some_and(|(name, last)| {
        name.ends_with(char::is_alphanumeric)
            && last.starts_with(char::is_alphanumeric)
            && last.contains(|character: char| character.is_ascii_lowercase())
            && !last.contains(char::is_uppercase)
    })
}

/// A single word of small letters in quotation marks, which is the name of something: `column "timeout"`. What is assigned
/// counts: `"error":"timeout"`.
fn is_quoted_name(text: &str, start: usize, end: usize) -> bool {
    let (Some(before), Some(chunk), Some(behind)) =
        (text.get(..start), text.get(start..end), text.get(end..))
    else {
        return false;
    };
    let quote = before.chars().next_back().filter(|quote| "\"'`".contains(*quote));
    let is_quoted = quote.is_some_and(|quote| behind.starts_with(quote));
    let outside = before.get(..start.saturating_sub(1)).unwrap_or_default().trim_end();
    is_quoted
        && chunk.bytes().all(|byte| byte.is_ascii_lowercase())
        && !outside.is_empty()
        && !outside.ends_with([':', '='])
}
