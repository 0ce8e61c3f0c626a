//! What it takes to keep a VM for the next message, by what there is to keep. Each activation
//! calls `getNextMessage`, and does nothing else.
//!
//! Enters: nothing. Leaves: lines, of whole activations. Refuses to know: how a VM is kept.

use super::activations::activation;
use super::table::Line;

const IMPORTS: &str = "(import \"env\" \"getNextMessage\" (func $wait (param i32 i32)))
    (import \"env\" \"mintCap\" (func $mint (result i32)))";
const WAIT: &str = "(call $wait (i32.const -1) (i32.const 0))";

fn keeping(name: &str, rest: &str, body: &str, count: u32) -> Line {
    let wat = format!("(module {IMPORTS} {rest} (func (export \"onMessage\") {body} {WAIT}))");
    activation(name, &wat, 1, count)
}

pub fn lines() -> Vec<Line> {
    let mut lines = vec![keeping("with nothing to keep", "", "", 20)];
    for pages in [1, 16, 256, 1024] {
        let memory = format!("(memory {pages})");
        let count = (1024 / pages).clamp(3, 20);
        lines.push(keeping(&format!("{pages} pages"), &memory, "", count));
    }
    for elements in [64, 4096, 65_536] {
        let name = format!("{elements} elements, all null");
        lines.push(keeping(
            &name,
            &format!("(table {elements} funcref)"),
            "",
            20,
        ));
        let name = format!("{elements} elements, all functions");
        let filled = format!(
            "(table $t {elements} funcref) (elem declare func $f) (func $f) (start $fill)
            (func $fill (table.fill $t (i32.const 0) (ref.func $f) (i32.const {elements})))"
        );
        lines.push(keeping(&name, &filled, "", 20));
    }
    let globals = "(global (mut i64) (i64.const 1))".repeat(4096);
    lines.push(keeping("4096 mutable globals", &globals, "", 20));
    let minting = "(local $n i32) (if (i32.eqz (global.get $again)) (then
        (global.set $again (i32.const 1)) (local.set $n (i32.const 60000))
        (loop $l (drop (call $mint))
            (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))";
    let flag = "(global $again (mut i32) (i32.const 0))";
    lines.push(keeping(
        "60000 references to capabilities",
        flag,
        minting,
        10,
    ));
    let received = format!("(module {IMPORTS} (func (export \"onMessage\") {WAIT}))");
    lines.push(activation("500 references to messages", &received, 500, 10));
    for count in [100, 10_000] {
        let segments = "(data \"\")".repeat(count);
        let dropping: String = (0..count).map(|at| format!("(data.drop {at})")).collect();
        let rest = format!("{segments} (func {dropping})");
        lines.push(keeping(
            &format!("{count} droppable data segments"),
            &rest,
            "",
            20,
        ));
    }
    lines
}
