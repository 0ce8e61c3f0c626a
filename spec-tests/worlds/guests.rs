//! Random guests that make meaningful sequences of import calls.
//!
//! Enters: chance, a dialect. Leaves: WAT. Refuses to know: what the calls will do; it only
//! remembers which global holds a reference of which kind if all goes well, and mostly uses those.

use super::chance::Chance;
use primea::interface::table::{Dialect, Import, Kind, ParamType, Returns, Role};

/// Globals that hold references: `$r0` to `$r7`.
const REGISTERS: usize = 8;
/// Where in memory a child's binary stands, for guests that create actors.
const CHILD_AT: usize = 1024;

/// What a register is believed to hold.
type Beliefs = [Option<Kind>; REGISTERS];

/// One guest. `child` is the binary of the actors that it may create.
pub fn guest(chance: &mut Chance, dialect: Dialect, child: Option<&[u8]>) -> String {
    let imports: Vec<&Import> = dialect.imports().collect();
    let mut wat = String::from("(module\n");
    for (at, import) in imports.iter().enumerate() {
        let params = " i32".repeat(import.params.len());
        let result = if import.has_result() {
            " (result i32)"
        } else {
            ""
        };
        let name = import.name;
        wat += &format!("  (import \"env\" \"{name}\" (func $i{at} (param{params}){result}))\n");
    }
    wat += "  (memory (export \"memory\") 1)\n  (global $turn (mut i32) (i32.const 0))\n";
    for register in 0..REGISTERS {
        wat += &format!("  (global $r{register} (mut i32) (i32.const -1))\n");
    }
    wat += "  (data (i32.const 0) \"some text that messages carry, and names: a b c\")\n";
    if let Some(child) = child {
        let escaped: String = child.iter().map(|byte| format!("\\{byte:02x}")).collect();
        wat += &format!("  (data (i32.const {CHILD_AT}) \"{escaped}\")\n");
    }
    wat += "  (table (export \"callbacks\") 4 funcref)\n  (elem (i32.const 0) $cb0 $cb1 $cb2)\n";
    let child_length = child.map(<[u8]>::len);
    let given = if dialect == Dialect::LegacyCapabilities {
        Kind::Store
    } else {
        Kind::Message
    };
    let body = |chance: &mut Chance, header: &str, message: bool, length: usize| {
        let mut beliefs: Beliefs = [None; REGISTERS];
        let mut text = format!("  (func {header}\n");
        beliefs[0] = Some(Kind::Message);
        if message {
            text += "    (global.set $r0 (local.get 0))\n";
        } else if header.contains("param") {
            beliefs[REGISTERS - 1] = Some(given);
            text += "    (global.set $r7 (local.get 0))\n";
        }
        for _ in 0..length {
            text += &call(chance, &imports, &mut beliefs, child_length);
        }
        text + "  )\n"
    };
    for (export, length) in [("onCreation", 6), ("onMessage", 9)] {
        let length = length + chance.below(8);
        wat += &body(
            chance,
            &format!("(export \"{export}\") (param i32)"),
            true,
            length,
        );
    }
    for (index, shape) in ["(param i32)", "", "(param i32) (result i32)"]
        .iter()
        .enumerate()
    {
        let length = 1 + chance.below(3);
        let text = body(chance, &format!("$cb{index} {shape}"), false, length);
        wat += &if shape.contains("result") {
            text.replace("\n  )\n", "\n    (i32.const 5)\n  )\n")
        } else {
            text
        };
    }
    wat + ")\n"
}

/// One call, or a little arithmetic, or, seldom, a trap.
fn call(
    chance: &mut Chance,
    imports: &[&Import],
    beliefs: &mut Beliefs,
    child: Option<usize>,
) -> String {
    match chance.below(24) {
        0 => return "    (global.set $turn (i32.add (global.get $turn) (i32.const 1)))\n".into(),
        1 => return spin(chance),
        2 if chance.one_in(3) => {
            let turn = chance.below(3);
            return format!(
                "    (if (i32.eq (global.get $turn) (i32.const {turn})) (then (unreachable)))\n"
            );
        }
        _ => {}
    }
    // A store is only ever at hand in a callback: it is not to be wasted.
    let takes_store = |import: &Import| {
        let wanted = ParamType::Reference(Kind::Store);
        import.params.iter().any(|param| param.ty == wanted)
    };
    let with_store: Vec<usize> = (0..imports.len())
        .filter(|at| takes_store(imports[*at]))
        .collect();
    let at = match beliefs.contains(&Some(Kind::Store)) && chance.one_in(2) {
        true => *chance.pick(&with_store),
        false => chance.below(imports.len()),
    };
    let import = imports[at];
    let feeds_child = matches!(
        import.operation,
        primea::interface::table::Operation::CreateMessage
    ) && chance.one_in(5);
    let arguments: Vec<String> = import
        .params
        .iter()
        .map(|param| {
            argument(
                chance,
                &param.ty,
                param.role,
                beliefs,
                child.filter(|_| feeds_child),
            )
        })
        .collect();
    let call = format!("(call $i{at} {})", arguments.join(" "));
    match import.returns {
        Returns::Nothing => format!("    {call}\n"),
        Returns::Reference => {
            let register = 1 + chance.below(REGISTERS - 1);
            beliefs[register] = produced(import);
            format!("    (global.set $r{register} {call})\n")
        }
        Returns::Number | Returns::Zero => {
            format!("    (global.set $turn (i32.xor (global.get $turn) {call}))\n")
        }
    }
}

/// A loop of some turns, so that clocks differ.
fn spin(chance: &mut Chance) -> String {
    let turns = 1 + chance.below(200);
    format!(
        "    (i32.store (i32.const 512) (i32.const {turns}))\n    (loop $l (i32.store (i32.const 512) (i32.sub (i32.load (i32.const 512)) (i32.const 1))) (br_if $l (i32.load (i32.const 512))))\n"
    )
}

fn produced(import: &Import) -> Option<Kind> {
    use primea::interface::table::Operation::*;
    match import.operation {
        CreateMessage | LoadMessage => Some(Kind::Message),
        MintCapability | LoadCapability => Some(Kind::Capability),
        GetPort | UnbindPort | LoadPort => Some(Kind::Port),
        _ => None,
    }
}

fn argument(
    chance: &mut Chance,
    ty: &ParamType,
    role: Role,
    beliefs: &Beliefs,
    child: Option<usize>,
) -> String {
    let number = |value: i64| format!("(i32.const {value})");
    match (ty, child) {
        (ParamType::Read { .. }, Some(_)) => return number(CHILD_AT as i64),
        (ParamType::Length, Some(length)) => return number(length as i64),
        _ => {}
    }
    match ty {
        ParamType::Number => match role {
            Role::Ticks => number(*chance.pick(&[0, 100, 2_000, 9_000, 40_000])),
            Role::Timeout => number(*chance.pick(&[0, 1, 50, 1_000, 20_000])),
            _ => number(*chance.pick(&[0, 0, 0, 0, 0, 1, 1, 2])),
        },
        ParamType::Length => number(*chance.pick(&[0, 1, 1, 2, 8, 40])),
        ParamType::Read { .. } => number(*chance.pick(&[0, 0, 0, 5, 5, 44, 44, 65_530])),
        ParamType::Write { .. } => number(*chance.pick(&[0, 600, 600, 700, 700, 65_520])),
        ParamType::WriteReference => number(*chance.pick(&[800, 804, 808])),
        ParamType::DataOffset { .. } => number(*chance.pick(&[0, 0, 0, 0, 0, 1])),
        ParamType::Callback => number(*chance.pick(&[0, 0, 0, 1, 1, 1, 2, 2, 9])),
        ParamType::Reference(kind) => reference(chance, beliefs, Some(*kind)),
        ParamType::OptionalReference(kind) => {
            if chance.one_in(2) {
                number(-1)
            } else {
                reference(chance, beliefs, Some(*kind))
            }
        }
        ParamType::AnyReference => reference(chance, beliefs, None),
    }
}

/// Mostly a register that is believed to hold the kind; for ports also what `createChannel` wrote.
fn reference(chance: &mut Chance, beliefs: &Beliefs, kind: Option<Kind>) -> String {
    if chance.one_in(40) {
        return format!("(i32.const {})", chance.pick(&[-1, 0, 1, 2, 99]));
    }
    let fitting: Vec<usize> = (0..REGISTERS)
        .filter(|register| match kind {
            Some(kind) => beliefs[*register] == Some(kind),
            None => true,
        })
        .collect();
    match kind {
        Some(Kind::Port) if fitting.is_empty() || chance.one_in(2) => {
            format!("(i32.load (i32.const {}))", chance.pick(&[800, 804, 808]))
        }
        _ if fitting.is_empty() => format!("(global.get $r{})", chance.below(REGISTERS)),
        _ => format!("(global.get $r{})", chance.pick(&fitting)),
    }
}
