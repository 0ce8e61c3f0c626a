//! Leaving out of a snapshot's lines what the author does not want to hold.
//!
//! Enters: a line of a snapshot. Leaves: the line, with `_` for what was left out. What stands in
//! quotes is a guest's own data, and stays. Refuses to know: what is left out, and why.

/// What is put in the place of what is left out.
const NOTHING: &str = "_";

/// The hexadecimal digits of a whole hash, and of the beginning that stands for one.
const WHOLE: usize = 64;
const SHORT: usize = 8;

/// Leaves out roots and other hashes.
pub fn hashes(line: &str) -> String {
    outside_of_quotes(line, |part| {
        words(part, |before, word| {
            let is_hex = word.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
            // A number may look like the beginning of a hash; what stands before it does not.
            let is_short = word.len() == SHORT && is_told_as_hash(before);
            is_hex && (word.len() == WHOLE || is_short)
        })
    })
}

/// Whether what follows these words of a line is the beginning of a hash.
fn is_told_as_hash(before: &str) -> bool {
    // Of the parts of a state, and of the pages of a memory, everything is told by its hash.
    let lists = ["parts: ", "memory: "];
    if lists
        .iter()
        .any(|list| before.trim_start().starts_with(list))
    {
        return true;
    }
    let mut words = before.split_whitespace().rev();
    let last = words.next().unwrap_or_default();
    let named = [
        "blake3",
        "code",
        "message",
        "capability",
        "actor",
        "channel",
    ];
    last.ends_with('(') || named.contains(&last) || words.next() == Some("actor")
}

/// Leaves out ticks, and times, which are counted in them.
pub fn ticks(line: &str) -> String {
    // Import calls are indented; of theirs, only what stands in brackets is counted in ticks.
    if let Some(call) = line.strip_prefix("    ")
        && call.ends_with(']')
        && let Some((said, _)) = line.rsplit_once("  [")
    {
        return said.to_owned();
    }
    outside_of_quotes(line, |part| {
        let replaced = words(part, |before, word| {
            let is_number = word.bytes().all(|c| c.is_ascii_digit());
            let mut last = before.split_whitespace().rev();
            let named = [
                "->", "=", "+", "tank", "spent", "left", "until", "time", "clock", "stamp",
                "ticks", "by", "to", "keeps",
            ];
            is_number && last.next().is_some_and(|last| named.contains(&last))
        });
        let replaced = words_before(&replaced, "ticks");
        // The start of an activation stands before an arrow.
        words_before(&replaced, "->")
    })
}

/// Replaces the numbers in front of a word.
fn words_before(part: &str, follower: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    for word in part.split(' ') {
        if word.trim_end_matches([',', ';', ':']) == follower
            && let Some(last) = out.last_mut()
            && !last.is_empty()
            && last.bytes().all(|c| c.is_ascii_digit())
        {
            *last = NOTHING;
        }
        out.push(word);
    }
    out.join(" ")
}

/// Changes what does not stand in quotes.
fn outside_of_quotes(line: &str, change: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('"') {
        let (before, quoted) = rest.split_at(start);
        out += &change(before);
        let end = end_of_quote(quoted);
        out += &quoted[..end];
        rest = &quoted[end..];
    }
    out + &change(rest)
}

/// Behind the closing quote of a text that begins with the opening one.
fn end_of_quote(quoted: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in quoted.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    quoted.len()
}

/// Replaces the words, of letters and digits, of which that is true; it is told what stands before.
fn words(part: &str, is_left_out: impl Fn(&str, &str) -> bool) -> String {
    let mut out = String::new();
    let mut at = 0;
    while at < part.len() {
        let rest = &part[at..];
        let is_word =
            |c: char| c.is_alphanumeric() || c == '_' || c == '-' && !rest.starts_with("->");
        let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        if length == 0 {
            let next = rest.chars().next().expect("there is a rest");
            out.push(next);
            at += next.len_utf8();
            continue;
        }
        let word = &rest[..length];
        out += match is_left_out(&part[..at], word) {
            true => NOTHING,
            false => word,
        };
        at += length;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_left_out_and_data_stays() {
        let root = "a926e8196b813f305f6176cd96d255a2b392e61240fc8a7e6ce6393272981fe2";
        assert_eq!(
            hashes(&format!("  time 2992, root {root}")),
            "  time 2992, root _"
        );
        assert_eq!(
            hashes("  actor alice 5f918f90: code echo (66788cb2), clock 12345678"),
            "  actor alice _: code echo (_), clock 12345678"
        );
        assert_eq!(
            hashes("  parts: actors 267ef49c, probes 76228082"),
            "  parts: actors _, probes _"
        );
        assert_eq!(
            hashes("  ... and 10 more calls; all 30: blake3 01234567"),
            "  ... and 10 more calls; all 30: blake3 _"
        );
        let quoted = format!("    stored at 0: \"root {root}\"");
        assert_eq!(hashes(&quoted), quoted);
    }

    #[test]
    fn ticks_are_left_out_and_results_stay() {
        for (line, left) in [
            (
                "  alice message, 1008 -> 2992: tank 5000, spent 1984, ok (3), left 3016 = 3016",
                "  alice message, _ -> _: tank _, spent _, ok (3), left _ = _",
            ),
            (
                "    messageDataLen(0) -> 5  [3479 -> 3429]",
                "    messageDataLen(0) -> 5",
            ),
            (
                "step 2: send \"5 ticks\" to alice#0, 5000 ticks, response out#7",
                "step 2: send \"5 ticks\" to alice#0, _ ticks, response out#7",
            ),
            (
                "    from alice, stamp 2992, number 0, tag 7, ticks 3016: \"hello\"",
                "    from alice, stamp _, number 0, tag 7, ticks _: \"hello\"",
            ),
            (
                "    waits until 500, then callback 3; keeps 20 ticks",
                "    waits until _, then callback 3; keeps _ ticks",
            ),
        ] {
            assert_eq!(ticks(line), left);
        }
    }
}
