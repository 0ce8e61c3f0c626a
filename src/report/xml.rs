//! Text in XML: in pictures, and in reports for machines.
//!
//! Enters: any text. Leaves: text that can end neither an element nor an attribute. Refuses to know: what
//! it stands in.

/// Text as it may stand in an element or an attribute. Characters that XML cannot have are shown as
/// the replacement character.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(character),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
    out
}
