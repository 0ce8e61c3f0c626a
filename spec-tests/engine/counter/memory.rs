//! Instructions about the memory.
//!
//! Enters: an instruction whose operands are on the stack. Leaves: whether it was one of these.
//! Refuses to know: ticks.

use super::Counter;
use primea::fault::Fault;
use primea::limits;
use wasmparser::{MemArg, Operator};

const OUTSIDE: Fault = Fault::MemoryOutOfBounds;

impl<H> Counter<'_, H> {
    /// Where `len` bytes at an address begin.
    fn place(&self, address: u64, len: u64) -> Result<usize, Fault> {
        match address + len <= self.memory.len() as u64 {
            true => Ok(address as usize),
            false => Err(OUTSIDE),
        }
    }

    /// The little-endian number of `len` bytes at the address on the stack.
    fn load(&mut self, at: &MemArg, len: usize) -> Result<u64, Fault> {
        let address = u64::from(self.stack.pop().expect("validated") as u32) + at.offset;
        let place = self.place(address, len as u64)?;
        let mut bytes = [0; 8];
        bytes[..len].copy_from_slice(&self.memory[place..place + len]);
        Ok(u64::from_le_bytes(bytes))
    }

    fn store(&mut self, at: &MemArg, len: usize) -> Result<(), Fault> {
        let value = self.stack.pop().expect("validated");
        let address = u64::from(self.stack.pop().expect("validated") as u32) + at.offset;
        let place = self.place(address, len as u64)?;
        self.memory[place..place + len].copy_from_slice(&value.to_le_bytes()[..len]);
        Ok(())
    }

    fn loaded(&mut self, operator: &Operator<'_>) -> Result<Option<u64>, Fault> {
        use Operator as Op;
        let i32_of = |value: i32| u64::from(value as u32);
        let i64_of = |value: i64| value as u64;
        Ok(Some(match operator {
            Op::I32Load { memarg } | Op::F32Load { memarg } | Op::I64Load32U { memarg } => {
                self.load(memarg, 4)?
            }
            Op::I64Load { memarg } | Op::F64Load { memarg } => self.load(memarg, 8)?,
            Op::I32Load8U { memarg } | Op::I64Load8U { memarg } => self.load(memarg, 1)?,
            Op::I32Load16U { memarg } | Op::I64Load16U { memarg } => self.load(memarg, 2)?,
            Op::I32Load8S { memarg } => i32_of(i32::from(self.load(memarg, 1)? as i8)),
            Op::I32Load16S { memarg } => i32_of(i32::from(self.load(memarg, 2)? as i16)),
            Op::I64Load8S { memarg } => i64_of(i64::from(self.load(memarg, 1)? as i8)),
            Op::I64Load16S { memarg } => i64_of(i64::from(self.load(memarg, 2)? as i16)),
            Op::I64Load32S { memarg } => i64_of(i64::from(self.load(memarg, 4)? as i32)),
            _ => return Ok(None),
        }))
    }

    fn stored(&mut self, operator: &Operator<'_>) -> Result<bool, Fault> {
        use Operator as Op;
        match operator {
            Op::I32Store8 { memarg } | Op::I64Store8 { memarg } => self.store(memarg, 1)?,
            Op::I32Store16 { memarg } | Op::I64Store16 { memarg } => self.store(memarg, 2)?,
            Op::I32Store { memarg } | Op::F32Store { memarg } | Op::I64Store32 { memarg } => {
                self.store(memarg, 4)?
            }
            Op::I64Store { memarg } | Op::F64Store { memarg } => self.store(memarg, 8)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Copies from a data segment: destination, source, length.
    pub(super) fn memory_init(&mut self, segment: usize, operands: [u64; 3]) -> Result<(), Fault> {
        let [to, from, len] = operands.map(|it| u64::from(it as u32));
        let bytes = match self.dropped_data[segment] {
            true => &[],
            false => self.module.data[segment].bytes,
        };
        if from + len > bytes.len() as u64 {
            return Err(OUTSIDE);
        }
        let to = self.place(to, len)?;
        let source = &bytes[from as usize..(from + len) as usize];
        self.memory[to..to + source.len()].copy_from_slice(source);
        Ok(())
    }

    /// Gives the pages before, or -1 (MOD-8).
    fn grow(&mut self, pages: u32) -> u32 {
        let before = (self.memory.len() >> 16) as u64;
        let declared = self.module.memory.and_then(|memory| memory.maximum);
        let limit = u64::from(limits::MEMORY_PAGES);
        if before + u64::from(pages) > declared.map_or(limit, |it| it.min(limit)) {
            return u32::MAX;
        }
        let bytes = self.memory.len() + ((pages as usize) << 16);
        self.memory.resize(bytes, 0);
        before as u32
    }
}

impl<H: primea::activation::engine::Host> Counter<'_, H> {
    pub(super) fn about_memory(&mut self, operator: &Operator<'_>) -> Result<bool, Fault> {
        match operator {
            Operator::MemorySize { .. } => {
                let pages = (self.memory.len() >> 16) as u32;
                self.push_i32(pages);
            }
            Operator::MemoryGrow { .. } => {
                let pages = self.pop_i32();
                let answer = self.grow(pages);
                self.push_i32(answer);
            }
            Operator::MemoryFill { .. } => {
                let [to, value, len] = self.pop_three();
                let to = self.place(to, len)?;
                self.memory[to..to + len as usize].fill(value as u8);
            }
            Operator::MemoryCopy { .. } => {
                let [to, from, len] = self.pop_three();
                let from = self.place(u64::from(from as u32), len)?;
                let to = self.place(to, len)?;
                self.memory.copy_within(from..from + len as usize, to);
            }
            Operator::MemoryInit { data_index, .. } => {
                let operands = self.pop_three();
                self.memory_init(*data_index as usize, operands)?;
            }
            Operator::DataDrop { data_index } => self.dropped_data[*data_index as usize] = true,
            other => match self.loaded(other)? {
                Some(value) => self.stack.push(value),
                None => return self.stored(other),
            },
        }
        Ok(true)
    }
}
