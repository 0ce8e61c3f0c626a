//! What all pages have in common: a head, and places that are filled.
//!
//! Enters: texts, and a page with places for them. Leaves: HTML in which no text can end the
//! element that it stands in. Refuses to know: what the page is about.

const HEAD: &str = include_str!("head.html");

/// A page, from its title, style and body, and what goes into the places of the body, in their
/// order.
pub fn page(title: String, style: &str, body: &str, parts: &[(&str, String)]) -> String {
    let head = [("{{title}}", title), ("{{style}}", style.to_owned())];
    filled(HEAD, &head) + &filled(body, parts)
}

fn filled(form: &str, parts: &[(&str, String)]) -> String {
    let mut page = String::new();
    let mut rest = form;
    for (place, part) in parts {
        let (before, after) = rest.split_once(place).expect("the page has this place");
        page += before;
        page += part;
        rest = after;
    }
    page + rest
}

/// Text as it stands between tags.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// JSON as it stands in a script.
pub fn in_script(json: &str) -> String {
    json.replace('<', "\\u003c")
}
