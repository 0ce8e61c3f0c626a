//! Every deliberate fault: its name, the rule that it breaks, what is wrong then.
//!
//! Enters: nothing. Leaves: the list. Refuses to know: how one is chosen.
//!
//! They stand in the order of the rules. Behind `or` stand other rules that say the same of the place.

macro_rules! deviations {
    ($($(#[doc = $doc:literal])+ $ident:ident = $name:literal breaks $rule:literal $(or $($beside:literal),+)?,)+) => {
        /// A way not to follow the rules.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Deviation {
            $($(#[doc = $doc])+ $ident,)+
        }

        #[cfg(feature = "faults")]
        impl Deviation {
            /// Every deviation, in the order of the declaration.
            pub const ALL: &[Deviation] = &[$(Deviation::$ident),+];

            /// What it is called.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Deviation::$ident => $name,)+
                }
            }

            /// The rule that it breaks.
            pub const fn rule(self) -> &'static str {
                match self {
                    $(Deviation::$ident => $rule,)+
                }
            }

            /// Other rules that say the same of the place, each of which may be blamed as well.
            pub const fn beside(self) -> &'static [&'static str] {
                match self {
                    $(Deviation::$ident => &[$($($beside),+)?],)+
                }
            }

            /// One sentence for a reader.
            pub const fn explanation(self) -> &'static str {
                match self {
                    $(Deviation::$ident => concat!($($doc),+).trim_ascii(),)+
                }
            }
        }
    };
}

deviations! {
    /// Ports that were loaded are not counted among the items that are paid for.
    LoadedItemsAreFree = "loaded-items-are-free" breaks "ARG-1" or "TICK-6", "MSG-7",
    /// An import call is charged after its arguments were checked.
    ChargedAfterChecks = "charged-after-checks" breaks "ARG-1",
    /// A tag loses its topmost bit when it is asked for.
    TagsAreSigned = "tags-are-signed" breaks "ARG-2" or "MSG-10", "CAP-2",
    /// A range of no bytes must begin before the end.
    EmptyRangesNeedAByte = "empty-ranges-need-a-byte" breaks "ARG-3" or "ARG-6",
    /// A reference of the wrong kind faults as an invalid one.
    WrongKindIsInvalid = "wrong-kind-is-invalid" breaks "ARG-4",
    /// A reference of less than -1 is not absent, but invalid.
    OnlyMinusOneIsAbsent = "only-minus-one-is-absent" breaks "ARG-5",
    /// The last byte of the data of a message is out of reach.
    LastByteOutOfReach = "last-byte-out-of-reach" breaks "ARG-6",
    /// A place for a reference must have five bytes.
    SlotsOfFiveBytes = "slots-of-five-bytes" breaks "ARG-7",
    /// A callback that no table can have faults when it is asked for.
    CallbacksAreCheckedAtOnce = "callbacks-are-checked-at-once" breaks "ARG-8",
    /// A memory that is not exported has no pages, as far as prices go.
    OnlyExportedMemoryIsPriced = "only-exported-memory-is-priced" breaks "ARG-9" or "TICK-6",
    /// A reference to a capability leaves out a number.
    CapabilitiesTakeTwoNumbers = "capabilities-take-two-numbers" breaks "REF-1",
    /// The number of a deleted reference is handed out again.
    ReferencesAreReused = "references-are-reused" breaks "REF-2",
    /// A message received by a kept VM is handed over as reference 0.
    KeptRunsAreGivenZero = "kept-runs-are-given-zero" breaks "REF-3",
    /// getPort of a name under which nothing is bound gives 0.
    UnboundNameGivesZero = "unbound-name-gives-zero" breaks "REF-4" or "PORT-5",
    /// isValidRef remembers what was ever handed out.
    DeletedReferenceIsValid = "deleted-reference-is-valid" breaks "REF-5",
    /// deleteRef of a held port only forgets the reference; the port is destroyed with the run.
    DeletedPortLivesOn = "deleted-port-lives-on" breaks "REF-6",
    /// References to a port are valid again when it comes back.
    OldReferencesRevive = "old-references-revive" breaks "REF-7",
    /// A run is handed one reference fewer than it may have.
    LastReferenceRefused = "last-reference-refused" breaks "REF-8" or "LIM-11",
    /// addCapToMessage adds a capability before all others.
    CapabilitiesAreAddedFirst = "capabilities-are-added-first" breaks "MSG-1" or "MSG-6",
    /// A message has one byte of data fewer than it may have.
    LargestDataRefused = "largest-data-refused" breaks "MSG-2" or "LIM-9",
    /// What is added to a message is added to what was sent of it as well.
    SentMessagesFollow = "sent-messages-follow" breaks "MSG-3",
    /// No length of data is greater than 255.
    LengthsAreBytes = "lengths-are-bytes" breaks "MSG-4",
    /// loadMessageData leaves out the last byte.
    LoadsOneByteLess = "loads-one-byte-less" breaks "MSG-5",
    /// A message takes one capability more than it may have.
    OneItemTooMany = "one-item-too-many" breaks "MSG-6" or "LIM-10",
    /// Ports that were loaded out of a message are no longer counted.
    LoadedPortsUncounted = "loaded-ports-uncounted" breaks "MSG-7",
    /// loadMessageCap gives -1 where there is no capability.
    MissingCapabilityIsNull = "missing-capability-is-null" breaks "MSG-8",
    /// A message that comes from storage has lost its response capability.
    StoredResponseForgotten = "stored-response-forgotten" breaks "MSG-9" or "STORE-2",
    /// A message to which a capability is added has lost its tag.
    ChangedMessagesLoseTheirTag = "changed-messages-lose-their-tag" breaks "MSG-10",
    /// A sent message is gone in the capability dialects as well.
    SendingConsumes = "sending-consumes" breaks "MSG-11",
    /// The ports of a sent message stand in the opposite order.
    SentPortsReversed = "sent-ports-reversed" breaks "MSG-12",
    /// createChannel hands out the second end first.
    EndsSwapped = "ends-swapped" breaks "PORT-1",
    /// bindPort looks at the name before it looks whether the port is bound.
    NameTakenComesFirst = "name-taken-comes-first" breaks "PORT-3",
    /// A port must have a name of at least one byte.
    EmptyNameRefused = "empty-name-refused" breaks "PORT-4",
    /// getPort unbinds the port.
    GettingUnbinds = "getting-unbinds" breaks "PORT-5",
    /// References to a port become invalid when it is unbound.
    UnbindingInvalidates = "unbinding-invalidates" breaks "PORT-6",
    /// addPortToMessage adds a port before all others.
    PortsAreAddedFirst = "ports-are-added-first" breaks "PORT-7" or "MSG-12",
    /// A port that was loaded before faults as an index that is not there.
    LoadedTwiceIsNoIndex = "loaded-twice-is-no-index" breaks "PORT-8" or "DIAL-3",
    /// A message that is sent on a port waits at that port.
    SentToItsOwnEnd = "sent-to-its-own-end" breaks "PORT-9",
    /// What waits at an end is lost when the end is sent.
    WaitingIsLeftBehind = "waiting-is-left-behind" breaks "PORT-10",
    /// The inbox of an actor is what waits at one port, then what waits at the next.
    PortsTakeTurns = "ports-take-turns" breaks "PORT-11",
    /// What is sent to an end that is gone counts as spent.
    LostTicksAreSpent = "lost-ticks-are-spent" breaks "PORT-12",
    /// A message that is destroyed leaves the ports in it.
    EnclosedPortsSurvive = "enclosed-ports-survive" breaks "PORT-13" or "PORT-12",
    /// Ports that are left in the received message are not destroyed with the run.
    ReceivedPortsSurvive = "received-ports-survive" breaks "PORT-14" or "RUN-9",
    /// Sending a message into a port that it carries faults.
    IntoItselfFaults = "into-itself-faults" breaks "PORT-15",
    /// A channel both of whose ends are gone remains in the state.
    GoneChannelsStay = "gone-channels-stay" breaks "PORT-16",
    /// What is sent on a port has the tag 1.
    MessagesOnPortsHaveTags = "messages-on-ports-have-tags" breaks "PORT-17" or "STATE-6",
    /// loadMessageCap takes the capability out of the message.
    LoadedCapabilitiesLeave = "loaded-capabilities-leave" breaks "CAP-1" or "MSG-8",
    /// mintCap(tag) gives a capability with the tag 0.
    MintIgnoresTags = "mint-ignores-tags" breaks "CAP-2" or "DIAL-4",
    /// A send that names 0 ticks gets a share of what is left.
    ZeroTicksAreNone = "zero-ticks-are-none" breaks "CAP-3" or "TICK-11",
    /// A send that names more ticks than are left carries what is left.
    TooFewTicksWillDo = "too-few-ticks-will-do" breaks "CAP-3",
    /// What is sent to a capability has the tag 0.
    SentTagsAreZero = "sent-tags-are-zero" breaks "CAP-4",
    /// What is sent to nobody counts as spent.
    TicksToNobodyAreSpent = "ticks-to-nobody-are-spent" breaks "CAP-5" or "OUT-8",
    /// An index is its bytes in the opposite order.
    IndexIsBigEndian = "index-is-big-endian" breaks "STORE-1",
    /// storeMessage does not replace what is there.
    FirstValueStays = "first-value-stays" breaks "STORE-2",
    /// The callback of loadMessage is called with 0.
    LoadCallbackGetsZero = "load-callback-gets-zero" breaks "STORE-3" or "RUN-4",
    /// deleteMessage faults where there is nothing.
    DeletingNothingFaults = "deleting-nothing-faults" breaks "STORE-4",
    /// loadMessage does not see what the same activation stored.
    LoadsSeeOldStores = "loads-see-old-stores" breaks "STORE-5",
    /// onCreation is given the message without its data.
    CreationsAreGivenNoCode = "creations-are-given-no-code" breaks "ACTOR-1",
    /// The first child of an actor has the id of the second.
    ChildrenCountFromOne = "children-count-from-one" breaks "ACTOR-2",
    /// The clock of a child that has not begun is 0.
    UnbornClockIsZero = "unborn-clock-is-zero" breaks "ACTOR-3",
    /// A binary that is not acceptable costs nothing.
    RefusedModulesAreFree = "refused-modules-are-free" breaks "ACTOR-4" or "TICK-9", "MOD-1",
    /// The error response of a creation is numbered 1.
    UnbornActorsCount = "unborn-actors-count" breaks "ACTOR-5" or "RESP-4",
    /// A child without onCreation never exists.
    ChildrenNeedOnCreation = "children-need-on-creation" breaks "ACTOR-6" or "RUN-6",
    /// What is created comes about before what is sent.
    CreationsComeFirst = "creations-come-first" breaks "ACTOR-7",
    /// A message that is sent has lost its response capability.
    SentResponseForgotten = "sent-response-forgotten" breaks "RESP-1" or "MSG-9", "MSG-2",
    /// respond can be called as often as one likes.
    RespondsAgain = "responds-again" breaks "RESP-2",
    /// An activation that ends waiting gives no automatic response.
    WaitingOwesNothing = "waiting-owes-nothing" breaks "RESP-3",
    /// The number of a fault stands in the error response in the opposite order.
    ErrorsAreBigEndian = "errors-are-big-endian" breaks "RESP-4",
    /// An automatic response takes no send number.
    AutomaticResponsesDoNotCount = "automatic-responses-do-not-count" breaks "RESP-5" or "RESP-3", "TIME-5",
    /// A response that nobody gave has the tag 0.
    ResponsesLoseTheirTag = "responses-lose-their-tag" breaks "RESP-5" or "RESP-3", "RESP-4",
    /// An element segment that does not fit faults as a data segment.
    ElementsOutOfMemory = "elements-out-of-memory" breaks "RUN-1",
    /// The start function is not called.
    StartFunctionForgotten = "start-function-forgotten" breaks "RUN-2",
    /// The result of an entry export is not recorded.
    ResultForgotten = "result-forgotten" breaks "RUN-3",
    /// Callbacks run in the opposite order.
    CallbacksLastFirst = "callbacks-last-first" breaks "RUN-4",
    /// A table exported as __indirect_function_table hides the other.
    IndirectTableFirst = "indirect-table-first" breaks "RUN-5",
    /// The callback of a time-out may have parameters, which are 0.
    TimeOutCallbackTakesAnything = "time-out-callback-takes-anything" breaks "RUN-5",
    /// Where the entry export is missing, the opening is paid for all the same.
    NothingIsOpenedForAPrice = "nothing-is-opened-for-a-price" breaks "RUN-6",
    /// A run that has waited waits again after a message, whether or not it asks for that.
    KeptRunsGoOn = "kept-runs-go-on" breaks "RUN-7" or "WAIT-5",
    /// An activation that faults takes a send number, whether or not it owes a response.
    FaultsCountAsSends = "faults-count-as-sends" breaks "RUN-8" or "TIME-5",
    /// The ports of a message stay when the activation that handles it faults.
    PortsSurviveAFault = "ports-survive-a-fault" breaks "RUN-9" or "RUN-8",
    /// One function fewer can be active at once.
    CallDepthOneShort = "call-depth-one-short" breaks "RUN-10" or "LIM-8",
    /// A kept VM has no references.
    KeptReferencesAreForgotten = "kept-references-are-forgotten" breaks "WAIT-1" or "REF-2", "REF-3",
    /// A second getNextMessage replaces the first.
    SecondWaitReplaces = "second-wait-replaces" breaks "WAIT-2",
    /// A deadline is one tick late.
    DeadlineOneLate = "deadline-one-late" breaks "WAIT-3" or "WAIT-4",
    /// A message stamped with the deadline is too late.
    DeadlineIsTooLate = "deadline-is-too-late" breaks "WAIT-3" or "WAIT-4",
    /// A time-out of 0 is one of 1.
    ZeroTimeOutsAreOne = "zero-time-outs-are-one" breaks "WAIT-4",
    /// An activation of a kept VM cannot wait again.
    KeptRunsWaitOnce = "kept-runs-wait-once" breaks "WAIT-5",
    /// An activation that handles a message starts at its stamp, whatever the clock says.
    ClocksGoBack = "clocks-go-back" breaks "TIME-1" or "TIME-2",
    /// An activation that handles a message starts one tick late.
    StartsOneLate = "starts-one-late" breaks "TIME-2",
    /// What is sent is stamped one tick late.
    StampsOneLate = "stamps-one-late" breaks "TIME-3",
    /// An activation that spends nothing takes no time.
    NothingTakesNoTime = "nothing-takes-no-time" breaks "TIME-4" or "RUN-6",
    /// Messages of one stamp are ordered by send number, then by sender.
    SendNumbersFirst = "send-numbers-first" breaks "TIME-5" or "STATE-6",
    /// Of all actors that have something to do, the one with the greatest start goes next.
    LatestGoesFirst = "latest-goes-first" breaks "TIME-6",
    /// The world's time does not follow the clocks.
    TimeStandsStill = "time-stands-still" breaks "TIME-8",
    /// select costs nothing.
    SelectIsFree = "select-is-free" breaks "TICK-1" or "TICK-3",
    /// A charge of exactly what is left is refused.
    LastTickRefused = "last-tick-refused" breaks "TICK-2",
    /// An instruction that traps costs nothing.
    TrapsAreFree = "traps-are-free" breaks "TICK-3",
    /// A unit that was begun and not completed costs nothing.
    RatesRoundDown = "rates-round-down" breaks "TICK-4" or "TICK-6", "TICK-7", "TICK-9",
    /// memory.grow pays nothing for its pages.
    GrowingIsFree = "growing-is-free" breaks "TICK-5",
    /// An import call pays nothing for the bytes that it names.
    BytesAreFree = "bytes-are-free" breaks "TICK-6" or "ARG-1",
    /// A fresh VM pays nothing for the module's imports.
    ImportsOpenForFree = "imports-open-for-free" breaks "TICK-7",
    /// A kept VM pays nothing for its references.
    KeptReferencesAreFree = "kept-references-are-free" breaks "TICK-7",
    /// A callback costs nothing.
    CallbacksAreFree = "callbacks-are-free" breaks "TICK-8",
    /// A creation pays nothing for its binary.
    CreationsAreFree = "creations-are-free" breaks "TICK-9" or "ACTOR-4",
    /// What a waiting run had kept burns.
    KeptTicksBurn = "kept-ticks-burn" breaks "TICK-10",
    /// The remainder of the division goes to the last claim.
    RemainderToTheLast = "remainder-to-the-last" breaks "TICK-11",
    /// What an activation leaves that faults is burned.
    FaultsBurnTheRest = "faults-burn-the-rest" breaks "TICK-12" or "RESP-4",
    /// Ticks that burn where they lie are not counted.
    BurningLosesTicks = "burning-loses-ticks" breaks "TICK-13" or "PORT-13",
    /// No end and no else is paid for.
    ClosingIsFree = "closing-is-free" breaks "TICK-14" or "TICK-1",
    /// Every schedule has the number 0.
    NumbersOfSchedulesAreForgotten = "numbers-of-schedules-are-forgotten" breaks "TICK-15" or "STATE-12",
    /// A function pays for its parameters as for its locals.
    ParametersPayAsLocals = "parameters-pay-as-locals" breaks "TICK-17",
    /// The numbers of the interface's faults are one less.
    NumbersSlip = "numbers-slip" breaks "FAULT-1" or "RESP-4",
    /// A division by zero faults as an overflow.
    DivisionByZeroIsOverflow = "division-by-zero-is-overflow" breaks "FAULT-2",
    /// A call of a null element faults as that of a function of another type.
    NullIsAnotherType = "null-is-another-type" breaks "FAULT-2",
    /// A fault in a callback is not the outcome of the activation.
    LateFaultsPass = "late-faults-pass" breaks "FAULT-3" or "RUN-8",
    /// The first message from outside is numbered 1.
    OutsideCountsFromOne = "outside-counts-from-one" breaks "OUT-1" or "TIME-8",
    /// What reaches a probe has the tag 0.
    ProbesSeeNoTags = "probes-see-no-tags" breaks "OUT-2" or "RESP-5", "CAP-4",
    /// What is sent to a probe burns its ticks.
    ProbesBurnTicks = "probes-burn-ticks" breaks "OUT-3",
    /// A probe receives the last thing first that came in a step.
    ReceivedInReverse = "received-in-reverse" breaks "OUT-12",
    /// A creation from outside carries no ticks.
    CreationsFromOutsideHaveNoTicks = "creations-from-outside-have-no-ticks" breaks "OUT-4",
    /// A port that the outside uses is still in the message in which it came.
    ReceivedPortsStayInTheirMessage = "received-ports-stay-in-their-message" breaks "OUT-5" or "PORT-2",
    /// A deadline that is the world's time has not come yet.
    DeadlineOfNowWaits = "deadline-of-now-waits" breaks "OUT-6" or "OUT-7", "OUT-10", "WAIT-3",
    /// A world that advances until idle does so to one deadline.
    IdleAdvancesOnce = "idle-advances-once" breaks "OUT-7",
    /// What the outside sends to nobody has no ticks.
    NobodyIsSentTicks = "nobody-is-sent-ticks" breaks "OUT-8" or "CAP-5",
    /// The world goes on when the outside has destroyed a port.
    DestroyingGoesOn = "destroying-goes-on" breaks "OUT-9",
    /// A world that advances until idle does so before it goes on.
    IdleAdvancesFirst = "idle-advances-first" breaks "OUT-10",
    /// Imports of the other dialects are known as well.
    DialectsShareImports = "dialects-share-imports" breaks "DIAL-1" or "DIAL-2", "MOD-4",
    /// Imports may come from any module in every dialect.
    AnyImportModule = "any-import-module" breaks "DIAL-2" or "MOD-4",
    /// loadMessage without a result asks for no callback.
    NoResultNoCallback = "no-result-no-callback" breaks "DIAL-4",
    /// Of several forms of an import, only the first one is known.
    OnlyTheFirstForm = "only-the-first-form" breaks "DIAL-5" or "DIAL-4", "LEG-5", "MOD-4",
    /// Sign-extension instructions are not accepted.
    SignExtensionsRefused = "sign-extensions-refused" breaks "MOD-1",
    /// Extended constant expressions are accepted.
    ExtendedConstantsAccepted = "extended-constants-accepted" breaks "MOD-2",
    /// The name of an export may begin with primea:.
    ReservedExportsAccepted = "reserved-exports-accepted" breaks "MOD-5",
    /// An entry export must not have a result.
    EntriesWithoutResult = "entries-without-result" breaks "MOD-6" or "RUN-3",
    /// An export called memory that is no memory is refused.
    MemoryMustBeAMemory = "memory-must-be-a-memory" breaks "MOD-7",
    /// A memory grows to one page fewer than it may have.
    LastPageRefused = "last-page-refused" breaks "MOD-8" or "LIM-2",
    /// A module must not have custom sections.
    CustomSectionsRefused = "custom-sections-refused" breaks "MOD-9" or "LIM-23",
    /// A module may have one more of everything than it may have.
    LimitsAllowOneMore = "limits-allow-one-more" breaks "LIM-3" or "LIM-2", "LIM-7",
    /// What a module may have at most is too much.
    LimitsExcludeTheirBound = "limits-exclude-their-bound" breaks "LIM-4" or "LIM-1", "LIM-2", "LIM-3", "LIM-5", "LIM-6", "LIM-7", "LIM-12", "LIM-19", "LIM-20", "LIM-21",
    /// A port's name has one byte fewer than it may have.
    LongestNameRefused = "longest-name-refused" breaks "LIM-12" or "PORT-3",
    /// An actor binds one port fewer than it may.
    LastPortRefused = "last-port-refused" breaks "LIM-13" or "PORT-3",
    /// An activation asks for one callback more than it may.
    OneCallbackTooMany = "one-callback-too-many" breaks "LIM-14" or "RUN-4",
    /// A message from outside carries at most 2,147,483,647 ticks.
    TicksFromOutsideAreSigned = "ticks-from-outside-are-signed" breaks "LIM-15",
    /// A module may have any number of locals.
    LocalsAreNotCounted = "locals-are-not-counted" breaks "LIM-24",
    /// The bytes of an object begin with their length.
    ObjectsAreFramed = "objects-are-framed" breaks "STATE-1" or "STATE-11", "STATE-8", "STATE-6", "STATE-7",
    /// Envelopes are hashed under the kind of messages.
    EnvelopesHashAsMessages = "envelopes-hash-as-messages" breaks "STATE-2" or "STATE-6",
    /// The first channel of an actor has the id of the second.
    ChannelsCountFromOne = "channels-count-from-one" breaks "STATE-3",
    /// The two sides of a branch stand in the opposite order.
    SidesSwapped = "sides-swapped" breaks "STATE-4",
    /// Branches with an empty side are left out.
    EmptySidesSkipped = "empty-sides-skipped" breaks "STATE-4",
    /// The position in a list is a key in the opposite order.
    ListPositionsAreLittleEndian = "list-positions-are-little-endian" breaks "STATE-4" or "STATE-8",
    /// The response capability is no part of a message.
    MessageForgetsItsResponse = "message-forgets-its-response" breaks "STATE-5",
    /// The tag is no part of an envelope.
    EnvelopeForgetsItsTag = "envelope-forgets-its-tag" breaks "STATE-6",
    /// What an actor has bound is no part of it.
    ActorForgetsItsPorts = "actor-forgets-its-ports" breaks "STATE-7",
    /// Dropped segments are no part of a waiting run.
    RunForgetsWhatWasDropped = "run-forgets-what-was-dropped" breaks "STATE-8",
    /// The name under which an end is bound is no part of its channel.
    ChannelForgetsNames = "channel-forgets-names" breaks "STATE-9",
    /// What a probe received is no part of it.
    ProbeForgetsWhatItReceived = "probe-forgets-what-it-received" breaks "STATE-10",
    /// Burned ticks are no part of the root.
    WorldForgetsTheBurned = "world-forgets-the-burned" breaks "STATE-11",
    /// A schedule is hashed as raw data are.
    SchedulesHashAsData = "schedules-hash-as-data" breaks "STATE-12",
    /// Imports come from env in the legacy dialects as well.
    LegacyWantsEnv = "legacy-wants-env" breaks "LEG-1" or "MOD-4",
    /// equals of two different numbers faults.
    FailedAssertionsFault = "failed-assertions-fault" breaks "LEG-2",
    /// loadMessagePort is no import.
    OldNameForgotten = "old-name-forgotten" breaks "LEG-3" or "MOD-4",
    /// deletePort faults where nothing is bound.
    DeletingNoPortFaults = "deleting-no-port-faults" breaks "LEG-4",
    /// createActor gives 1.
    CreateActorGivesOne = "create-actor-gives-one" breaks "LEG-5",
    /// setResponseCap does not replace what is there.
    ResponseSetOnce = "response-set-once" breaks "LEG-6",
    /// Arguments that a callback misses are 1.
    MissingArgumentsAreOne = "missing-arguments-are-one" breaks "LEG-7",
    /// The callback of openStore gets the error 0 for a key that holds nothing.
    MissingKeyIsNoError = "missing-key-is-no-error" breaks "LEG-8",
    /// deleteStore deletes the reference to the store as well.
    DeletedStoresAreGone = "deleted-stores-are-gone" breaks "LEG-9",
}
