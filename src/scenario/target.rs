//! How steps name things: `alice`, `alice/0`, `alice#7`, `out[0].caps[1]`.
//!
//! Enters: text. Leaves: its parts. Refuses to know: whether what is named exists.

use super::{
    problem::{At, Problem},
    reader::{Read, Text, quoted},
};

/// An actor, a probe or a port by its name; `/n` is the n-th actor that the one before created.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Path {
    /// The name that it begins with.
    pub root: String,
    /// Behind that, for each `/n`, the n.
    pub children: Vec<u64>,
}

/// Something in a message that a probe has received.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Item {
    /// Its capability at this index.
    Capability(usize),
    /// Its response capability.
    Response,
    /// The port that it had at this index when it arrived.
    Port(usize),
}

/// What a text names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// Something by its name.
    Named {
        /// Which thing.
        path: Path,
        /// The tag of the capability that is meant, if one is given.
        tag: Option<u32>,
    },
    /// Something that came in a message.
    Received {
        /// The name of the probe that received it.
        probe: String,
        /// Which of the messages that it received, from 0.
        message: usize,
        /// Which part of the message.
        item: Item,
    },
}

/// The most bytes of one name.
const NAME_BYTES: usize = 64;

/// Reads the name of an actor, probe, module or port.
pub fn name(text: Text<'_>, what: &str) -> Read<At<String>> {
    let mut cursor = Cursor::new(text);
    let name = cursor.name(what)?;
    cursor.end(what)?;
    Ok(At::new(name, text.place))
}

/// Whether something can be called that; in words, if it can't.
pub fn check_name(name: &str) -> Result<(), String> {
    let text = Text::alone(name);
    let read = self::name(text, "a name");
    read.map(drop).map_err(|problem| problem.message)
}

/// Reads `alice` or `alice/0/1`.
pub fn path(text: Text<'_>) -> Read<At<Path>> {
    let mut cursor = Cursor::new(text);
    let path = cursor.path()?;
    cursor.end("`/` and a number, or the end")?;
    Ok(At::new(path, text.place))
}

/// Reads any target.
pub fn target(text: Text<'_>) -> Read<At<Target>> {
    let mut cursor = Cursor::new(text);
    let target = if text.content.contains('[') {
        cursor.received()?
    } else {
        cursor.named()?
    };
    cursor.end("the end")?;
    Ok(At::new(target, text.place))
}

/// A position in a text that is being read.
struct Cursor<'a> {
    text: Text<'a>,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn new(text: Text<'a>) -> Cursor<'a> {
        Cursor { text, at: 0 }
    }

    fn rest(&self) -> &'a str {
        &self.text.content[self.at..]
    }

    fn expected(&self, what: &str) -> Problem {
        let rest = self.rest();
        let found = if rest.is_empty() {
            "the end".to_owned()
        } else {
            quoted(rest)
        };
        let length = rest.chars().next().map_or(0, char::len_utf8);
        let place = self.text.part(self.at, self.at + length);
        Problem::new(place, format!("expected {what}, found {found}"))
    }

    fn take(&mut self, symbol: &str) -> bool {
        let found = self.rest().starts_with(symbol);
        if found {
            self.at += symbol.len();
        }
        found
    }

    fn need(&mut self, symbol: &str) -> Read<()> {
        if self.take(symbol) {
            Ok(())
        } else {
            Err(self.expected(&format!("`{symbol}`")))
        }
    }

    fn end(&self, expected: &str) -> Read<()> {
        if self.rest().is_empty() {
            Ok(())
        } else {
            Err(self.expected(expected))
        }
    }

    /// A letter or `_`, then letters, digits, `_` and `-`.
    fn name(&mut self, what: &str) -> Read<String> {
        let rest = self.rest();
        let first = |c: char| c.is_ascii_alphabetic() || c == '_';
        let further = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if !rest.starts_with(first) {
            let what = format!("{what}: a letter, then letters, digits, `_` or `-`");
            return Err(self.expected(&what));
        }
        let length = rest.find(|c| !further(c)).unwrap_or(rest.len());
        if length > NAME_BYTES {
            let place = self.text.part(self.at, self.at + length);
            let message = format!("expected a name of at most {NAME_BYTES} bytes, found {length}");
            return Err(Problem::new(place, message));
        }
        self.at += length;
        Ok(rest[..length].to_owned())
    }

    fn number<N: TryFrom<u64> + std::str::FromStr>(&mut self, what: &str) -> Read<N> {
        let rest = self.rest();
        let length = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let number = rest[..length].parse().map_err(|_| self.expected(what))?;
        self.at += length;
        Ok(number)
    }

    fn path(&mut self) -> Read<Path> {
        let root = self.name("a name")?;
        let mut children = Vec::new();
        while self.take("/") {
            children.push(self.number("the number of a created actor")?);
        }
        Ok(Path { root, children })
    }

    fn named(&mut self) -> Read<Target> {
        let path = self.path()?;
        let tag = if self.take("#") {
            Some(self.number("a tag below 2^32")?)
        } else {
            None
        };
        Ok(Target::Named { path, tag })
    }

    fn received(&mut self) -> Read<Target> {
        let probe = self.name("the name of a probe")?;
        self.need("[")?;
        let message = self.index()?;
        self.need("]")?;
        self.need(".")?;
        let item = if self.take("response") {
            Item::Response
        } else if self.take("caps[") {
            let index = self.index()?;
            self.need("]")?;
            Item::Capability(index)
        } else if self.take("ports[") {
            let index = self.index()?;
            self.need("]")?;
            Item::Port(index)
        } else {
            return Err(self.expected("`caps[n]`, `ports[n]` or `response`"));
        };
        Ok(Target::Received {
            probe,
            message,
            item,
        })
    }

    fn index(&mut self) -> Read<usize> {
        self.number::<u32>("a number from 0")
            .map(|index| index as usize)
    }
}
