//! The parameters that rows share, and the way rows are written.
//!
//! Enters: nothing. Leaves: parameters, and the macro for rows. Refuses to know: which import has
//! which.

use super::{Kind, Param, ParamType, Role};

const fn param(name: &'static str, ty: ParamType, role: Role) -> Param {
    Param { name, ty, role }
}

/// A reference to a message, under the name that the document uses there.
pub const fn message(name: &'static str) -> Param {
    param(name, ParamType::Reference(Kind::Message), Role::Message)
}

pub const fn port(name: &'static str) -> Param {
    param(name, ParamType::Reference(Kind::Port), Role::Port)
}

pub const fn capability(name: &'static str) -> Param {
    param(
        name,
        ParamType::Reference(Kind::Capability),
        Role::Capability,
    )
}

/// The capability that a response goes to, where it must be given.
pub const fn response(name: &'static str) -> Param {
    param(name, ParamType::Reference(Kind::Capability), Role::Response)
}

pub const MESSAGE: Param = message("message");
pub const STORE: Param = param("store", ParamType::Reference(Kind::Store), Role::Store);
/// The documents call the argument of `isValidRef` and `deleteRef` so, whatever it denotes.
pub const ANY: Param = param("message", ParamType::AnyReference, Role::Reference);
pub const RESPONSE_CAP: Param = param(
    "responseCap",
    ParamType::OptionalReference(Kind::Capability),
    Role::Response,
);

/// A pointer read from, with its length as the next parameter, at position 1.
pub const OFFSET: Param = param("offset", ParamType::Read { length: 1 }, Role::Offset);
pub const LEN: Param = param("len", ParamType::Length, Role::Length);
/// `loadMessageData`'s, whose length is at position 3.
pub const WRITE_OFFSET: Param = param("writeOffset", ParamType::Write { length: 3 }, Role::Offset);
pub const READ_OFFSET: Param = param(
    "readOffset",
    ParamType::DataOffset {
        message: 0,
        length: 3,
    },
    Role::DataOffset,
);
pub const LOC_A: Param = param("locA", ParamType::WriteReference, Role::FirstSlot);
pub const LOC_B: Param = param("locB", ParamType::WriteReference, Role::SecondSlot);

pub const INDEX: Param = param("index", ParamType::Number, Role::Index);
pub const TAG: Param = param("tag", ParamType::Number, Role::Tag);
pub const TICKS: Param = param("ticks", ParamType::Number, Role::Ticks);
pub const TIMEOUT: Param = param("timeout", ParamType::Number, Role::Timeout);
pub const CALLBACK: Param = param("callback", ParamType::Callback, Role::Callback);
pub const TIMEOUT_CALLBACK: Param = param("timeout_callback", ParamType::Callback, Role::Callback);
pub const LEFT: Param = param("left", ParamType::Number, Role::Left);
pub const RIGHT: Param = param("right", ParamType::Number, Role::Right);

/// Rows of one dialect: `name(parameters) -> what the guest gets: the operation [rules of this form] doc`.
macro_rules! rows {
    ($dialect:ident; $($name:literal ( $($param:expr),* ) -> $returns:ident : $operation:ident
        $([$($rule:literal)+])? $doc:literal)+) => {
        [$($crate::interface::table::Import {
            dialect: $crate::interface::table::Dialect::$dialect,
            name: $name,
            params: &[$($param),*],
            returns: $crate::interface::table::Returns::$returns,
            operation: $crate::interface::table::Operation::$operation,
            own_rules: &[$($($rule),+)?],
            doc: $doc,
        }),+]
    };
}
pub(super) use rows;
