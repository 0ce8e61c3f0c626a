//! The flamegraph: all stacks in one picture, an SVG that needs no script.
//!
//! Enters: stacks with their ticks. Leaves: the picture, the same on every machine: all places are
//! worked out in hundredths of a pixel, in whole numbers. Refuses to know: what a frame means,
//! beyond how it begins.

use crate::{report::xml::escaped, state::hash::Hash};
use std::{collections::BTreeMap, fmt::Write};

/// The whole picture, in pixels.
const WIDTH: u64 = 1200;
/// What stays free to the left, to the right and below, in pixels.
const MARGIN: u64 = 10;
/// The height above all frames, in pixels.
const HEAD: u64 = 40;
/// The height of a frame, in pixels.
const FRAME: u64 = 18;
/// A letter of the monospaced font, in hundredths of a pixel.
const LETTER: u64 = 680;
/// Frames narrower than this, in hundredths of a pixel, are left out.
const NARROWEST: u64 = 10;

/// A frame below another, with the ticks of all stacks that go through it.
#[derive(Default)]
struct Tower {
    ticks: u64,
    above: BTreeMap<String, Tower>,
}

/// The picture of all stacks.
pub fn graph(title: &str, stacks: &BTreeMap<Vec<String>, u64>) -> String {
    let mut ground = Tower::default();
    for (names, ticks) in stacks {
        let mut tower = &mut ground;
        tower.ticks += ticks;
        for name in names {
            tower = tower.above.entry(name.clone()).or_default();
            tower.ticks += ticks;
        }
    }
    let depth = stacks.keys().map(Vec::len).max().unwrap_or(0) as u64 + 1;
    let mut picture = Picture {
        whole: ground.ticks.max(1),
        height: HEAD + depth * FRAME + MARGIN,
        svg: String::new(),
    };
    picture.head(title);
    picture.towers(&ground);
    picture.svg + "</svg>\n"
}

struct Picture {
    /// The ticks of the whole width.
    whole: u64,
    height: u64,
    svg: String,
}

impl Picture {
    fn line(&mut self, line: &str) {
        writeln!(self.svg, "{line}").expect("writing to a string works");
    }

    fn head(&mut self, title: &str) {
        let (height, middle) = (self.height, WIDTH / 2);
        self.line(&format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
             width=\"{WIDTH}\" height=\"{height}\" font-family=\"monospace\" font-size=\"11\">"
        ));
        self.line("<rect width=\"100%\" height=\"100%\" fill=\"#fffdf6\"/>");
        let title = escaped(title);
        self.line(&format!(
            "<text x=\"{middle}\" y=\"24\" text-anchor=\"middle\" font-size=\"15\">{title}</text>"
        ));
    }

    /// All frames, from the lowest up, each beginning where its neighbour ends.
    fn towers(&mut self, ground: &Tower) {
        let mut waiting = vec![("all", ground, 0, 0)];
        while let Some((name, tower, level, start)) = waiting.pop() {
            if !self.frame(name, tower.ticks, level, start) {
                continue;
            }
            let mut next = start;
            let mut above = Vec::new();
            for (name, tower) in &tower.above {
                above.push((name.as_str(), tower, level + 1, next));
                next += tower.ticks;
            }
            waiting.extend(above.into_iter().rev());
        }
    }

    /// One frame, if it is wide enough to be seen.
    fn frame(&mut self, name: &str, ticks: u64, level: u64, start: u64) -> bool {
        let room = u128::from((WIDTH - 2 * MARGIN) * 100);
        let place = |ticks: u64| {
            let place = u128::from(ticks) * room / u128::from(self.whole);
            u64::try_from(place).expect("it is within the width")
        };
        let (left, right) = (place(start), place(start + ticks));
        if right - left < NARROWEST {
            return false;
        }
        let y = self.height - MARGIN - (level + 1) * FRAME;
        let share = u128::from(ticks) * 10_000 / u128::from(self.whole);
        let (percent, rest) = (share / 100, share % 100);
        let shown = shortened(name, (right - left) / LETTER);
        let (x, text_x) = (
            pixels(MARGIN * 100 + left),
            pixels(MARGIN * 100 + left + 300),
        );
        let (width, text_y, height) = (pixels(right - left), y + 13, FRAME - 1);
        let (colour, name) = (colour(name), escaped(name));
        self.line(&format!(
            "<g><title>{name}: {ticks} ticks, {percent}.{rest:02} %</title>\
             <rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{colour}\" rx=\"1\"/>\
             <text x=\"{text_x}\" y=\"{text_y}\">{shown}</text></g>"
        ));
        true
    }
}

fn pixels(hundredths: u64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// As much of the name as there is room for.
fn shortened(name: &str, letters: u64) -> String {
    let letters = usize::try_from(letters.saturating_sub(1)).expect("a picture is small");
    if name.chars().count() <= letters {
        return escaped(name);
    }
    if letters < 3 {
        return String::new();
    }
    let cut: String = name.chars().take(letters - 2).collect();
    escaped(&cut) + ".."
}

/// Charges of the VM's own are grey, imports blue, all else warm; one name has one colour.
fn colour(name: &str) -> String {
    let [a, b, ..] = Hash::plain(name.as_bytes()).0;
    let [a, b] = [a, b].map(|byte| u32::from(byte) % 50);
    let [red, green, blue] = match name {
        "all" => [225, 220, 205],
        _ if name.starts_with('(') => [200, 200, 200],
        _ if name.starts_with("import ") => [120 + a, 175 + b, 235],
        _ => [235, 130 + 2 * a, 60 + b],
    };
    format!("#{red:02x}{green:02x}{blue:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_stand_on_each_other_and_share_the_width() {
        let stack = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let stacks = BTreeMap::from([
            (stack(&["a", "f<T>"]), 50),
            (stack(&["a", "(opening)"]), 25),
            (stack(&["b"]), 25),
        ]);
        let svg = graph("ticks", &stacks);
        assert_eq!(svg, graph("ticks", &stacks));
        for part in [
            "<title>all: 100 ticks, 100.00 %</title><rect x=\"10.00\" y=\"76\" width=\"1180.00\"",
            "<title>a: 75 ticks, 75.00 %</title><rect x=\"10.00\" y=\"58\" width=\"885.00\"",
            "<title>(opening): 25 ticks, 25.00 %</title><rect x=\"10.00\" y=\"40\" width=\"295.00\"",
            "<title>f&lt;T&gt;: 50 ticks, 50.00 %</title><rect x=\"305.00\" y=\"40\" width=\"590.00\"",
            "<title>b: 25 ticks, 25.00 %</title><rect x=\"895.00\" y=\"58\" width=\"295.00\"",
        ] {
            assert!(svg.contains(part), "{part}\n{svg}");
        }
        assert!(graph("nothing", &BTreeMap::new()).ends_with("</svg>\n"));
    }
}
