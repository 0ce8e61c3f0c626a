//! Instructions about tables and references.
//!
//! Enters: an instruction whose operands are on the stack. Leaves: whether it was one of these.
//! Refuses to know: ticks.

use super::Counter;
use super::decode::{self, Item};
use primea::activation::engine::Host;
use primea::fault::Fault;
use primea::limits;
use wasmparser::Operator;

const OUTSIDE: Fault = Fault::TableOutOfBounds;

impl<H> Counter<'_, H> {
    /// Copies from an element segment: destination, source, length.
    pub(super) fn table_init(
        &mut self,
        segment: usize,
        table: usize,
        operands: [u64; 3],
    ) -> Result<(), Fault> {
        let [to, from, len] = operands.map(|it| u64::from(it as u32));
        let items: &[Item<'_>] = match self.dropped_elements[segment] {
            true => &[],
            false => &self.module.elements[segment].items,
        };
        let table = &mut self.tables[table];
        if from + len > items.len() as u64 || to + len > table.len() as u64 {
            return Err(OUTSIDE);
        }
        for step in 0..len {
            table[(to + step) as usize] = match &items[(from + step) as usize] {
                Item::Function(function) => u64::from(*function) + 1,
                Item::Expression(expression) => decode::constant(expression, &self.globals),
            };
        }
        Ok(())
    }

    /// Gives the elements before, or -1 (MOD-8).
    fn grow_table(&mut self, table: usize, count: u32, value: u64) -> u32 {
        let before = self.tables[table].len();
        let limit = u64::from(limits::TABLE_ELEMENTS);
        let bound = self.module.tables[table].maximum;
        let after = before as u64 + u64::from(count);
        if after > bound.map_or(limit, |bound| bound.min(limit)) {
            return u32::MAX;
        }
        self.tables[table].resize(after as usize, value);
        before as u32
    }
}

impl<H: Host> Counter<'_, H> {
    pub(super) fn about_tables(&mut self, operator: &Operator<'_>) -> Result<bool, Fault> {
        match operator {
            Operator::RefNull { .. } => self.stack.push(0),
            Operator::RefFunc { function_index } => self.stack.push(u64::from(*function_index) + 1),
            Operator::RefIsNull => {
                let reference = self.pop();
                self.push_i32(u32::from(reference == 0));
            }
            Operator::TableGet { table } => {
                let index = self.pop_i32() as usize;
                let element = self.tables[*table as usize].get(index);
                self.stack.push(*element.ok_or(OUTSIDE)?);
            }
            Operator::TableSet { table } => {
                let value = self.pop();
                let index = self.pop_i32() as usize;
                let element = self.tables[*table as usize].get_mut(index);
                *element.ok_or(OUTSIDE)? = value;
            }
            Operator::TableSize { table } => {
                let size = self.tables[*table as usize].len();
                self.push_i32(size as u32);
            }
            Operator::TableGrow { table } => {
                let count = self.pop_i32();
                let value = self.pop();
                let answer = self.grow_table(*table as usize, count, value);
                self.push_i32(answer);
            }
            Operator::TableFill { table } => {
                let [from, value, len] = self.pop_three();
                let table = &mut self.tables[*table as usize];
                if from + len > table.len() as u64 {
                    return Err(OUTSIDE);
                }
                table[from as usize..(from + len) as usize].fill(value);
            }
            Operator::TableCopy {
                dst_table,
                src_table,
            } => {
                let [to, from, len] = self.pop_three();
                let source = &self.tables[*src_table as usize];
                let target = &self.tables[*dst_table as usize];
                let from = u64::from(from as u32);
                if from + len > source.len() as u64 || to + len > target.len() as u64 {
                    return Err(OUTSIDE);
                }
                let copied = source[from as usize..(from + len) as usize].to_vec();
                let target = &mut self.tables[*dst_table as usize];
                target[to as usize..(to + len) as usize].copy_from_slice(&copied);
            }
            Operator::TableInit { elem_index, table } => {
                let operands = self.pop_three();
                self.table_init(*elem_index as usize, *table as usize, operands)?;
            }
            Operator::ElemDrop { elem_index } => {
                self.dropped_elements[*elem_index as usize] = true;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}
