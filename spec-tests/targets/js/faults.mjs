// The faults (FAULT-1). A guest's fault travels as an exception until its activation ends.

export const FAULT = {
  Unreachable: 1, MemoryOutOfBounds: 2, TableOutOfBounds: 3, NullElement: 4, SignatureMismatch: 5, IntegerOverflow: 6, DivisionByZero: 7,
  InvalidConversion: 8, CallDepth: 9, OutOfTicks: 10, InvalidReference: 11, WrongKind: 12, OutOfBounds: 13, NoSuchIndex: 14, AlreadyLoaded: 15,
  NameTaken: 16, AlreadyWaiting: 17, NoResponseOwed: 18, BadCallback: 19, LimitExceeded: 20, InvalidModule: 21, AlreadyBound: 22,
};

export class Fault extends Error {
  constructor(name) {
    super(name);
    this.number = FAULT[name];
  }
}

/// Faults unless the condition holds.
export function demand(holds, name) {
  if (!holds) throw new Fault(name);
}
