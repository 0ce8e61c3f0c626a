//! Sequences of import calls that mean something together.
//!
//! Enters: a guest that is being written. Leaves: lines of its next function. Refuses to know: how calls are
//! written.

use super::{guest::Guest, plain};
use crate::interface::table::{ImportIndex, Kind, Operation as Op, ParamType, Role};

/// The references that `createChannel` has just written.
const NEAR: &str = "(i32.load (i32.const 800))";
const FAR: &str = "(i32.load (i32.const 804))";

impl Guest<'_> {
    /// The next lines.
    pub fn sequence(&mut self) -> Vec<String> {
        match self.chance.below(20) {
            0..4 => plain::lines(self),
            4 => plain::trap(self),
            5 | 6 => self.any_call(),
            7..10 => self.look(),
            _ if self.dialect.has_ports() => self.about_ports(),
            _ => self.about_capabilities(),
        }
    }

    /// Any import, whatever it leads to.
    fn any_call(&mut self) -> Vec<String> {
        let rows: Vec<ImportIndex> = self.dialect.rows().map(|(index, _)| index).collect();
        let index = *self.chance.pick(&rows);
        vec![self.call_row(index, &[])]
    }

    /// Reads what a message has.
    fn look(&mut self) -> Vec<String> {
        let message = self.reference(Kind::Message);
        let about = [(Role::Message, message.as_str())];
        let mut lines = vec![self.call(Op::MessageDataLength, &about)];
        let items = match self.dialect.has_ports() {
            true => [Op::MessagePortCount, Op::LoadPort],
            false => [Op::MessageCapabilityCount, Op::LoadCapability],
        };
        match self.chance.below(4) {
            0 => lines.push(self.call(items[0], &about)),
            1 | 2 => self.take_item(&mut lines, items[1]),
            _ => {}
        }
        if self.chance.one_in(2) {
            let length = ["(i32.const 0)", "(i32.const 1)", "(i32.const 4)"];
            let length = *self.chance.pick(&length);
            lines.push(self.call(Op::LoadMessageData, &[about[0], (Role::Length, length)]));
            let turn = self.turn();
            lines.push(format!(
                "(global.set $turn (i32.add {turn} (i32.load (i32.const 600))))"
            ));
        }
        if !self.dialect.has_ports() && self.chance.one_in(2) {
            lines.push(self.call(Op::MessageTag, &about));
        }
        lines
    }

    /// Loads the first item of the message being handled; a port only once, most of the time.
    fn take_item(&mut self, lines: &mut Vec<String>, operation: Op) {
        let again = std::mem::replace(&mut self.loaded, self.dialect.has_ports());
        if let Some(message) = self
            .own_message()
            .filter(|_| !again || self.chance.one_in(8))
        {
            let given = [
                (Role::Message, message.as_str()),
                (Role::Index, "(i32.const 0)"),
            ];
            lines.push(self.call(operation, &given));
        }
    }

    /// A new message, and the register that holds it.
    fn message(&mut self, lines: &mut Vec<String>, given: &[(Role, &str)]) -> String {
        let line = self.call(Op::CreateMessage, given);
        let line_of_it = line.lines().last().expect("a line");
        let register = line_of_it
            .split_whitespace()
            .nth(1)
            .expect("a register")
            .to_owned();
        lines.push(line);
        format!("(global.get {register})")
    }

    fn about_capabilities(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        match self.chance.below(12) {
            0..3 => self.send(&mut lines),
            3 => {
                let message = self.reference(Kind::Message);
                lines.push(self.call(Op::StoreMessage, &[(Role::Message, &message)]));
            }
            4 => lines.push(self.call(Op::LoadMessage, &[])),
            5 => lines.push(self.call(Op::DeleteMessage, &[])),
            6 => lines.push(self.call(Op::GetNextMessage, &[])),
            7 => {
                let answer = self.message(&mut lines, &[]);
                lines.push(self.call(Op::Respond, &[(Role::Message, &answer)]));
            }
            8 | 9 => self.create(&mut lines),
            10 if !self.rows(Op::OpenStore).is_empty() => self.use_store(&mut lines),
            _ => lines.push(self.call(Op::MintCapability, &[])),
        }
        lines
    }

    /// Makes a message, perhaps with items, and sends it.
    fn send(&mut self, lines: &mut Vec<String>) {
        let message = self.message(lines, &[]);
        for _ in 0..self.chance.below(3) {
            lines.push(self.call(Op::AddCapability, &[(Role::Message, &message)]));
        }
        lines.push(self.call(Op::SendToCapability, &[(Role::Message, &message)]));
    }

    /// Creates an actor, if there is something to make it of; seldom of something else.
    fn create(&mut self, lines: &mut Vec<String>) {
        let Some([offset, length]) = self.child().filter(|_| !self.chance.one_in(12)) else {
            return lines.push(self.call(Op::MintCapability, &[]));
        };
        lines.push(self.call(Op::MintCapability, &[]));
        let given = [
            (Role::Offset, offset.as_str()),
            (Role::Length, length.as_str()),
        ];
        let message = self.message(lines, &given);
        let item = self.reference(Kind::Capability);
        lines.push(self.call(
            Op::AddCapability,
            &[(Role::Message, &message), (Role::Capability, &item)],
        ));
        lines.push(self.call(Op::CreateActor, &[(Role::Message, &message)]));
    }

    /// Opens a store; or uses one that is at hand, which is so in a callback alone.
    pub fn use_store(&mut self, lines: &mut Vec<String>) {
        let takes_store = |index: &ImportIndex| {
            let params = crate::interface::table::IMPORTS[*index].params.iter();
            params
                .map(|param| param.ty)
                .any(|ty| ty == ParamType::Reference(Kind::Store))
        };
        let rows = self.dialect.rows().map(|(index, _)| index);
        let rows: Vec<ImportIndex> = rows.filter(takes_store).collect();
        let at_hand = self.reference(Kind::Store).starts_with("(local.get");
        if at_hand {
            let index = *self.chance.pick(&rows);
            lines.push(self.call_row(index, &[]));
        } else {
            lines.push(self.call(Op::OpenStore, &[]));
        }
    }

    fn about_ports(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        match self.chance.below(10) {
            0..2 => self.open_channel(&mut lines),
            2 => {
                let port = self.reference(Kind::Port);
                lines.push(self.call(Op::BindPort, &[(Role::Port, &port)]));
            }
            3 => lines.push(self.call(Op::UnbindPort, &[])),
            4 => self.take_item(&mut lines, Op::LoadPort),
            5 if !self.rows(Op::DestroyBoundPort).is_empty() => {
                lines.push(self.call(Op::DestroyBoundPort, &[]));
            }
            5 | 6 => {
                lines.push(self.call(Op::GetPort, &[]));
                self.send_on(&mut lines, None);
            }
            _ => self.send_on(&mut lines, None),
        }
        lines
    }

    /// Makes a channel; binds one end, or sends one away on another port.
    fn open_channel(&mut self, lines: &mut Vec<String>) {
        let slots = [
            (Role::FirstSlot, "(i32.const 800)"),
            (Role::SecondSlot, "(i32.const 804)"),
        ];
        lines.push(self.call(Op::CreateChannel, &slots));
        if !self.chance.one_in(3) {
            lines.push(self.call(Op::BindPort, &[(Role::Port, NEAR)]));
        }
        match self.chance.below(3) {
            0 => self.send_on(lines, Some(FAR)),
            1 => {
                let message = self.message(lines, &[]);
                lines.push(self.call(
                    Op::SendOnPort,
                    &[(Role::Port, FAR), (Role::Message, &message)],
                ));
            }
            _ => {}
        }
    }

    /// Makes a message, perhaps with this port, and sends it.
    fn send_on(&mut self, lines: &mut Vec<String>, item: Option<&str>) {
        let message = self.message(lines, &[]);
        if let Some(item) = item {
            let given = [(Role::Message, message.as_str()), (Role::Port, item)];
            lines.push(self.call(Op::AddPort, &given));
        } else if self.chance.one_in(4) {
            lines.push(self.call(Op::AddPort, &[(Role::Message, &message)]));
        }
        lines.push(self.call(Op::SendOnPort, &[(Role::Message, &message)]));
    }
}
