//! What of a message is said by somebody, and what only names something: a word in an address, in a path or in a file's
//! name says nothing about a failure.
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

/// Where the first address is.
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
        from = end;
    }
    None
}

fn is_delimiter(character: char) -> bool {
    character.is_whitespace() || "\"'`()<>[]{},;|#".contains(character)
}

/// What is quoted ends with the quotation, even with spaces in it; a URL may have a comma in it.
fn end_of(text: &str, start: usize, end: usize) -> usize {
    let quote = text.get(..start).and_then(|before| before.chars().next_back());
    let behind = text.get(end..).unwrap_or_default();
    if let Some(quote) = quote.filter(|quote| "\"'`".contains(*quote)) {
        if let Some(length) = behind.find(quote) {
            return end + length;
        }
    }
    if !text.get(start..end).is_some_and(|chunk| chunk.contains("://")) {
        return end;
    }
    let is_end = |character: char| character.is_whitespace() || "\"'`)>]}".contains(character);
    end + behind.find(is_end).unwrap_or(behind.len())
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
    if chunk.contains('\\') {
        return true;
    }
    let is_short = |part: &str| (1..=3).contains(&part.len());
    let is_version = chunk.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("http/"));
    chunk.contains('/') && !is_version && !chunk.split('/').all(is_short)
}

/// `redis:6379`
fn has_port(chunk: &str) -> bool {
    chunk.rsplit_once(':').is_some_and(|(host, port)| {
        !host.is_empty()
            && (2..=5).contains(&port.len())
            && port.bytes().all(|byte| byte.is_ascii_digit())
            && !["code", "error", "status"].iter().any(|word| host.eq_ignore_ascii_case(word))
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
