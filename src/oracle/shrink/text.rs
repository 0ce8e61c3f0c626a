//! WebAssembly text as what it is: words, and lists of them.
//!
//! Enters: text, or a binary. Leaves: a tree, and text for a reader. Refuses to know: what the words mean, but for
//! how a reader wants them broken into lines.

use std::fmt::Write;

/// A word, a string with its quotes, or a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Node {
    /// A word, a number or a quoted text.
    Word(String),
    /// What stands between two parentheses.
    List(Vec<Node>),
}

/// The way to a node: the places in the lists around it.
pub type Way = Vec<usize>;

impl Node {
    /// Reads a text that holds one list. Comments are left out.
    pub fn read(text: &str) -> Option<Node> {
        let mut open: Vec<Vec<Node>> = vec![Vec::new()];
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '(' if rest.starts_with("(;") => comment(rest)?,
                ';' if rest.starts_with(";;") => rest.find('\n').unwrap_or(rest.len()),
                '(' => {
                    open.push(Vec::new());
                    1
                }
                ')' => {
                    let list = open.pop()?;
                    open.last_mut()?.push(Node::List(list));
                    1
                }
                _ => {
                    let length = if first == '"' {
                        string(rest)?
                    } else {
                        word(rest)
                    };
                    open.last_mut()?.push(Node::Word(rest[..length].to_owned()));
                    length
                }
            };
            rest = rest[length..].trim_start();
        }
        let (Some(mut all), true) = (open.pop(), open.is_empty()) else {
            return None;
        };
        let whole = all.pop().filter(|_| all.is_empty())?;
        matches!(whole, Node::List(_)).then_some(whole)
    }

    /// The first word of a list.
    pub fn head(&self) -> &str {
        match self {
            Node::List(list) => match list.first() {
                Some(Node::Word(word)) => word,
                _ => "",
            },
            Node::Word(_) => "",
        }
    }

    /// What a list has in it; a word has nothing.
    pub fn children(&self) -> &[Node] {
        match self {
            Node::List(list) => list,
            Node::Word(_) => &[],
        }
    }

    /// What stands at the end of a way, which says at each level which child to take.
    pub fn at(&self, way: &[usize]) -> Option<&Node> {
        way.iter()
            .try_fold(self, |node, place| node.children().get(*place))
    }

    /// The same, to be changed.
    pub fn at_mut(&mut self, way: &[usize]) -> Option<&mut Node> {
        way.iter().try_fold(self, |node, place| match node {
            Node::List(list) => list.get_mut(*place),
            Node::Word(_) => None,
        })
    }

    /// How often the word stands in it.
    pub fn count(&self, word: &str) -> usize {
        match self {
            Node::Word(one) => usize::from(one == word),
            Node::List(list) => list.iter().map(|child| child.count(word)).sum(),
        }
    }

    /// Whether the word stands anywhere in it.
    pub fn has(&self, word: &str) -> bool {
        self.count(word) > 0
    }

    /// Puts a word in the place of another one, wherever that stands.
    pub fn rename(&mut self, from: &str, to: &str) {
        match self {
            Node::Word(one) if one == from => *one = to.to_owned(),
            Node::Word(_) => {}
            Node::List(list) => list.iter_mut().for_each(|child| child.rename(from, to)),
        }
    }

    /// Of a function, what it declares beside its parameters, and what it does.
    pub fn declared_and_done(&self) -> (Vec<Node>, Vec<Node>) {
        let parts = self.children().iter().enumerate();
        let named = |at: usize, part: &Node| matches!(part, Node::Word(word) if at == 1 && word.starts_with('$'));
        let parts = parts.filter(|(at, part)| *at > 0 && !named(*at, part));
        let parts = parts.map(|(_, part)| part.clone());
        let header = ["export", "param", "result", "type"];
        let parts = parts.filter(|part| !header.contains(&part.head()));
        parts.partition(|part| part.head() == "local")
    }

    /// The ways to all lists, the outer ones before the inner.
    pub fn lists(&self) -> Vec<Way> {
        let mut ways = Vec::new();
        let mut open = vec![Vec::new()];
        while let Some(way) = open.pop() {
            let node = self.at(&way).expect("it was just found");
            for (place, child) in node.children().iter().enumerate().rev() {
                if let Node::List(_) = child {
                    open.push([way.as_slice(), &[place]].concat());
                }
            }
            ways.push(way);
        }
        ways
    }

    /// The text on one line.
    fn line(&self, out: &mut String) {
        match self {
            Node::Word(word) => out.push_str(word),
            Node::List(list) => {
                out.push('(');
                for (place, node) in list.iter().enumerate() {
                    if place > 0 {
                        out.push(' ');
                    }
                    node.line(out);
                }
                out.push(')');
            }
        }
    }

    /// The text, for a reader.
    pub fn text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        out
    }

    fn write(&self, out: &mut String, depth: usize) {
        const WIDTH: usize = 100;
        let mut line = String::new();
        self.line(&mut line);
        let list = match self {
            Node::List(list)
                if depth == 0 || depth + line.chars().count() > WIDTH || self.is_body() =>
            {
                list
            }
            _ => return out.push_str(&line),
        };
        out.push('(');
        let mut header = true;
        for (place, node) in list.iter().enumerate() {
            header &= depth > 0 && node.is_header() || place == 0;
            if header {
                out.push_str(if place > 0 { " " } else { "" });
                node.write(out, depth + 1);
            } else {
                // Writing to a string cannot fail.
                let _ = write!(out, "\n{}", " ".repeat((depth + 1) * 2));
                node.write(out, depth + 1);
            }
        }
        out.push(')');
    }

    /// A function with more than a header.
    fn is_body(&self) -> bool {
        self.head() == "func"
            && self
                .children()
                .iter()
                .filter(|child| !child.is_header())
                .count()
                > 1
    }

    /// What stands in the line of the list that it belongs to.
    fn is_header(&self) -> bool {
        match self {
            Node::Word(_) => true,
            Node::List(_) => ["export", "param", "result", "type", "import"].contains(&self.head()),
        }
    }
}

fn comment(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        match text.as_bytes().get(at..at + 2) {
            Some(b"(;") => (depth, at) = (depth + 1, at + 2),
            Some(b";)") => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

fn string(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn word(text: &str) -> usize {
    let ends = |letter: char| letter.is_whitespace() || ['(', ')', '"', ';'].contains(&letter);
    text.find(ends).unwrap_or(text.len()).max(1)
}

/// A binary as text, with names for all that has none; nothing if it is no module.
pub fn of_binary(bytes: &[u8]) -> Option<String> {
    let mut config = wasmprinter::Config::new();
    config.fold_instructions(true).name_unnamed(true);
    let mut text = String::new();
    let mut to = wasmprinter::PrintFmtWrite(&mut text);
    config.print(bytes, &mut to).ok()?;
    Some(Node::read(&text)?.text())
}
