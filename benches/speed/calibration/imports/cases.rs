//! Which operations are measured, how, and at which sizes.
//!
//! Enters: nothing. Leaves: cases. Refuses to know: how they are timed.
//!
//! Reference 0 is the message being handled; it carries a capability to the probe, or a port
//! whose other end the probe holds. `$a` is mostly a message, `$c` what is used up on it.

use primea::interface::table::{Dialect, Operation};

/// One operation at one size.
pub struct Case {
    pub operation: Operation,
    /// How the name goes on in the table.
    pub size: String,
    pub dialect: Dialect,
    /// What stands before the loop, in it, and in it only where the operation is measured.
    pub setup: String,
    pub base: String,
    pub body: String,
    pub turns: u32,
    /// How often the body stands in a turn, and how many operations it counts for.
    pub unrolled: u32,
    pub times: u32,
    pub messages: u32,
    /// What `onMessage` does, if the work is done in the callback.
    pub opener: &'static str,
}

const BYTES: [u32; 4] = [0, 64, 4096, 1 << 20];
const ITEMS: [u32; 3] = [0, 16, 256];

pub fn all() -> Vec<Case> {
    let families = [
        data(),
        items(),
        small(),
        storage(),
        legacy_storage(),
        ports(),
        names(),
        carried(),
    ];
    families.into_iter().flatten().collect()
}

fn case(
    operation: Operation,
    size: impl Into<String>,
    body: impl Into<String>,
    turns: u32,
) -> Case {
    Case {
        operation,
        size: size.into(),
        dialect: Dialect::Capabilities,
        setup: String::new(),
        base: String::new(),
        body: body.into(),
        turns,
        unrolled: 1,
        times: 1,
        messages: 1,
        opener: "",
    }
}

impl Case {
    fn setup(mut self, setup: impl Into<String>) -> Case {
        self.setup = setup.into();
        self
    }

    fn base(mut self, base: impl Into<String>) -> Case {
        self.base = base.into();
        self
    }

    fn dialect(mut self, dialect: Dialect) -> Case {
        self.dialect = dialect;
        self
    }
}

/// A new message of the capability dialects with so many bytes.
fn message(bytes: u32) -> String {
    format!("(call $createMessage/3 (i32.const 0) (i32.const {bytes}) (i32.const -1))")
}

/// A new message of the ports dialects with so many bytes.
fn port_message(bytes: u32) -> String {
    format!("(call $createMessage/2 (i32.const 0) (i32.const {bytes}))")
}

const PROBE: &str = "(local.set $c (call $loadMessageCap/2 (i32.const 0) (i32.const 0)))";
const CHANNEL: &str = "(call $createChannel/2 (i32.const 8) (i32.const 12))";
const END: &str = "(i32.load (i32.const 8))";
/// Makes the name at address 0 another in each turn.
const NAME: &str = "(i32.store (i32.const 0) (local.get $n))";

/// How often something is done with so many bytes.
fn turns(bytes: u32) -> u32 {
    match bytes {
        1_048_576.. => 6,
        4096.. => 300,
        _ => 1000,
    }
}

fn data() -> Vec<Case> {
    use Operation::*;
    let mut cases = Vec::new();
    for bytes in BYTES {
        let (new, size, turns) = (message(bytes), format!(", {bytes} bytes"), turns(bytes));
        cases.push(case(
            CreateMessage,
            size.clone(),
            format!("(drop {new})"),
            turns,
        ));
        let load = format!(
            "(call $loadMessageData/4 (local.get $a) (i32.const 0x110000) (i32.const 0) (i32.const {bytes}))"
        );
        cases.push(
            case(LoadMessageData, size.clone(), load, turns).setup(format!("(local.set $a {new})")),
        );
        let send = format!("(call $sendMessage/3 (local.get $c) {new} (i32.const 0))");
        let made = format!(" of a message made for it{size}");
        cases.push(case(SendToCapability, made.clone(), send, turns).setup(PROBE));
        let store = format!("(call $storeMessage/2 (local.get $n) {new})");
        cases.push(case(StoreMessage, made.clone(), store, turns));
        let new = port_message(bytes);
        let load = "(local.set $c (call $loadMessagePortRef/2 (i32.const 0) (i32.const 0)))";
        let send = format!("(call $sendMessage/2 {new} (local.get $c))");
        cases.push(
            case(SendOnPort, made, send, turns)
                .setup(load)
                .dialect(Dialect::PortsCamel),
        );
    }
    cases
}

/// `$a` becomes a message with so many capabilities. `$c` is one.
fn with_items(items: u32, data: &str) -> String {
    let add = "(call $addCapToMessage/2 (local.get $a) (local.get $c))";
    format!(
        "{PROBE} (local.set $a {data}) {}",
        add.repeat(items as usize)
    )
}

fn items() -> Vec<Case> {
    use Operation::*;
    let mut cases = Vec::new();
    for items in ITEMS {
        let size = format!(", {items} items");
        let turns = if items == 256 { 24 } else { 240 };
        let setup = with_items(items, &message(0));
        let send = "(call $sendMessage/3 (local.get $c) (local.get $a) (i32.const 0))";
        cases.push(case(SendToCapability, size.clone(), send, turns).setup(setup.clone()));
        let store = "(call $storeMessage/2 (local.get $n) (local.get $a))";
        cases.push(case(StoreMessage, size.clone(), store, turns).setup(setup.clone()));
        let respond = "(call $respond/1 (local.get $a))";
        let mut respond = case(Respond, size.clone(), respond, 1).setup(setup);
        respond.messages = turns;
        cases.push(respond);
        let binary = "(call $createMessage/3 (i32.const 16) (i32.const 8) (i32.const -1))";
        let create = case(
            CreateActor,
            size.clone(),
            "(call $createActor/1 (local.get $a))",
            turns / 4,
        );
        cases.push(create.setup(with_items(items, binary)));
        let update = "(call $updateStore/2 (local.get $s) (local.get $a))";
        let mut update =
            case(UpdateStore, size, update, turns).setup(with_items(items, &message(0)));
        update.opener = OPEN;
        cases.push(update.dialect(Dialect::LegacyCapabilities));
    }
    cases
}

const OPEN: &str = "(call $openStore/3 (i32.const 0) (i32.const 4) (i32.const 0))";

fn small() -> Vec<Case> {
    use Operation::*;
    let one = format!("{PROBE} (local.set $a {})", message(0));
    let add = "(call $addCapToMessage/2 (local.get $a) (local.get $c))";
    let mut adding = case(AddCapability, ", 256 to one message", add, 100)
        .setup(PROBE)
        .base(format!("(local.set $a {})", message(0)));
    (adding.unrolled, adding.times) = (256, 256);
    let set = "(call $setResponseCap/2 (local.get $a) (local.get $c))";
    let equal = "(call $equals/2 (i32.const 1) (i32.const 1))";
    let delete = "(call $deleteRef/1 (local.get $b))";
    let free = case(DeleteReference, " of a capability", delete, 4000);
    let legacy = Dialect::LegacyCapabilities;
    let often = |operation, note, call| case(operation, note, call, 4000);
    vec![
        adding,
        often(SetResponseCapability, "", set)
            .setup(one)
            .dialect(legacy),
        often(AssertEqual, "", equal).dialect(legacy),
        often(
            MessageDataLength,
            "",
            "(drop (call $messageDataLen/1 (i32.const 0)))",
        ),
        often(
            MessageCapabilityCount,
            "",
            "(drop (call $messageCapLen/1 (i32.const 0)))",
        ),
        often(
            MessageTag,
            "",
            "(drop (call $getMessageTag/1 (i32.const 0)))",
        ),
        often(
            LoadCapability,
            "",
            "(drop (call $loadMessageCap/2 (i32.const 0) (i32.const 0)))",
        ),
        often(MintCapability, "", "(drop (call $mintCap/0))"),
        often(
            MintCapability,
            " with a tag",
            "(drop (call $mintCap/1 (local.get $n)))",
        ),
        often(
            IsValidReference,
            " of one",
            "(drop (call $isValidRef/1 (i32.const 0)))",
        ),
        often(
            IsValidReference,
            " of none",
            "(drop (call $isValidRef/1 (i32.const 99)))",
        ),
        free.base("(local.set $b (call $mintCap/0))"),
        often(
            DeleteReference,
            " of none",
            "(call $deleteRef/1 (i32.const 70000))",
        ),
    ]
}

fn storage() -> Vec<Case> {
    use Operation::*;
    let keep = format!(
        "(local.set $a {}) (call $storeMessage/2 (i32.const 0) (local.get $a))",
        message(64)
    );
    let load = "(drop (call $loadMessage/2 (i32.const 0) (i32.const 0)))";
    let delete = "(call $deleteMessage/1 (local.get $n))";
    let both = format!("(call $storeMessage/2 (local.get $n) (local.get $a)) {delete}");
    vec![
        case(LoadMessage, " and its callback", load, 1000).setup(keep.clone()),
        case(LoadMessage, " of none, and its callback", load, 1000),
        case(
            StoreMessage,
            ", always at one index",
            "(call $storeMessage/2 (i32.const 0) (local.get $a))",
            4000,
        )
        .setup(keep.clone()),
        case(DeleteMessage, " of none", delete, 4000),
        case(DeleteMessage, " and the storing before it", both, 1000).setup(keep),
    ]
}

fn legacy_storage() -> Vec<Case> {
    use Operation::*;
    let mut cases = Vec::new();
    for bytes in [4, 64, 1024] {
        let open = format!("(call $openStore/3 (i32.const 0) (i32.const {bytes}) (i32.const 0))");
        cases.push(
            case(
                OpenStore,
                format!(" and its callback, {bytes} bytes"),
                open,
                4000,
            )
            .base(NAME),
        );
    }
    let setup = format!("(local.set $a {})", message(64));
    let mut delete = case(
        DeleteStore,
        "",
        "(call $deleteStore/1 (local.get $s))",
        10_000,
    )
    .setup(setup)
    .base("(call $updateStore/2 (local.get $s) (local.get $a))");
    delete.opener = OPEN;
    cases.push(delete);
    cases
        .into_iter()
        .map(|case| case.dialect(Dialect::LegacyCapabilities))
        .collect()
}

fn ports() -> Vec<Case> {
    use Operation::*;
    let new = format!("(local.set $a {}) {CHANNEL}", port_message(0));
    let add = format!("(call $addPortToMessage/2 (local.get $a) {END})");
    let load = "(drop (call $loadMessagePortRef/2 (local.get $a) (i32.const 0)))";
    let delete = format!("(call $deleteRef/1 {END})");
    let count = "(drop (call $getMessagePortLen/1 (i32.const 0)))";
    let cases = [
        case(CreateChannel, "", CHANNEL, 3000),
        case(AddPort, "", add.clone(), 2000).base(new.clone()),
        case(LoadPort, "", load, 2000).base(format!("{new} {add}")),
        case(MessagePortCount, "", count, 4000),
        case(DeleteReference, " of a held port", delete, 3000).base(CHANNEL),
    ];
    cases.map(|case| case.dialect(Dialect::PortsCamel)).into()
}

/// A name of one more byte than four, at most, is as good: only its first four change.
fn names() -> Vec<Case> {
    use Operation::*;
    let mut cases = Vec::new();
    for bytes in [4, 64, 1024] {
        let size = format!(", {bytes} bytes");
        let range = format!("(i32.const 0) (i32.const {bytes})");
        let bind = format!("(call $bindPort/3 {range} {END})");
        let new = format!("{NAME} {CHANNEL}");
        // What they undo would cost the world more than they do: so it is measured with them.
        let both = format!(" and the binding before it{size}");
        let camel = |case: Case| case.dialect(Dialect::PortsCamel);
        cases.push(camel(
            case(BindPort, size.clone(), bind.clone(), 500).base(new.clone()),
        ));
        let unbind = case(
            UnbindPort,
            both.clone(),
            format!("{bind} (drop (call $unbindPort/2 {range}))"),
            500,
        );
        cases.push(camel(unbind.base(new.clone())));
        let get = case(
            GetPort,
            size,
            format!("(drop (call $getPort/2 {range}))"),
            4000,
        );
        cases.push(camel(get.setup(format!("{CHANNEL} {bind}"))));
        let destroy = case(
            DestroyBoundPort,
            both,
            format!("{bind} (call $deletePort/2 {range})"),
            500,
        );
        cases.push(destroy.base(new).dialect(Dialect::LegacyPorts));
    }
    cases
}

fn carried() -> Vec<Case> {
    let port = "(local.set $c (call $loadMessagePortRef/2 (i32.const 0) (i32.const 0)))";
    let mut cases = Vec::new();
    for items in ITEMS {
        let add = format!("{CHANNEL} (call $addPortToMessage/2 (local.get $a) {END})");
        let base = format!(
            "(local.set $a {}) {}",
            port_message(0),
            add.repeat(items as usize)
        );
        let turns = [400, 50, 8][ITEMS.iter().position(|it| *it == items).unwrap_or(0)];
        let send = "(call $sendMessage/2 (local.get $a) (local.get $c))";
        let send = case(
            Operation::SendOnPort,
            format!(", {items} items"),
            send,
            turns,
        );
        cases.push(send.setup(port).base(base).dialect(Dialect::PortsCamel));
    }
    cases
}
