//! Puts the functions of a module in the order that compresses best, and keeps one of those that are the same.
//!
//! The linker leaves functions in an order that means nothing to a compressor. Neighbours that begin alike cost it
//! little, so they are sorted by their types, then by their instructions, whichever functions these call. Nothing of
//! what the module does changes: the index of a function is only its name.

use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, Encode as _, FunctionSection, Module};
use wasmparser::{
    BinaryReader, CodeSectionReader, FunctionBody, FunctionSectionReader, Parser, Payload, TypeRef,
};

/// A function of the module's own: its type, and its body as it came.
struct Own<'a> {
    kind: u32,
    body: FunctionBody<'a>,
}

/// Writes the module with fewer functions, in another order.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn order(wasm: &[u8]) -> Result<Vec<u8>> {
    let (imported, functions) = read(wasm)?;
    let representatives = fold(imported, &functions)?;
    // With every call leading to the same place, functions that differ in their callees only stand side by side.
    let anywhere = vec![0; functions.len()];
    let mut kept = Vec::new();
    for ((own, index), representative) in functions.iter().zip(imported..).zip(&representatives) {
        if index == *representative {
            kept.push((own.kind, body(&anywhere, imported, &own.body)?, index));
        }
    }
    kept.sort();
    let places: BTreeMap<u32, u32> = kept.iter().map(|(_, _, index)| *index).zip(imported..).collect();
    let indices: Vec<u32> = representatives
        .iter()
        .map(|index| places.get(index).copied().context("a function without a place"))
        .collect::<Result<_>>()?;
    let mut ordered = Vec::new();
    for (_, _, index) in &kept {
        let own = usize::try_from(index - imported).ok().and_then(|place| functions.get(place));
        let own = own.context("a function that is not there")?;
        ordered.push((own.kind, body(&indices, imported, &own.body)?));
    }
    let mut module = Module::new();
    let mut renamed = Renamed { indices: &indices, imported, functions: &ordered };
    utils::parse_core_module(&mut renamed, &mut module, Parser::new(0), wasm)?;
    Ok(module.finish())
}

/// How many functions the module imports, whose indices come first and stay, and those of its own.
fn read(wasm: &[u8]) -> Result<(u32, Vec<Own<'_>>)> {
    let (mut imported, mut kinds, mut bodies) = (0, Vec::new(), Vec::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::FunctionSection(section) => kinds = section.into_iter().collect::<Result<_, _>>()?,
            Payload::CodeSectionEntry(body) => bodies.push(body),
            _ => {}
        }
    }
    ensure!(kinds.len() == bodies.len(), "{} functions, {} bodies", kinds.len(), bodies.len());
    Ok((imported, kinds.into_iter().zip(bodies).map(|(kind, body)| Own { kind, body }).collect()))
}

/// For each function the first one that is the same. Those that differ only in calling functions that are the same
/// are the same too, so this goes round until nothing more falls together.
fn fold(imported: u32, functions: &[Own<'_>]) -> Result<Vec<u32>> {
    let mut same: Vec<u32> = functions.iter().zip(imported..).map(|(_, index)| index).collect();
    loop {
        let mut first = BTreeMap::new();
        let mut next = Vec::with_capacity(same.len());
        for (own, index) in functions.iter().zip(imported..) {
            let written = body(&same, imported, &own.body)?;
            next.push(*first.entry((own.kind, written)).or_insert(index));
        }
        if next == same {
            return Ok(same);
        }
        same = next;
    }
}

/// The body with its calls renamed.
fn body(indices: &[u32], imported: u32, body: &FunctionBody<'_>) -> Result<Vec<u8>> {
    let mut one = CodeSection::new();
    let mut renamed = Renamed { indices, imported, functions: &[] };
    utils::parse_function_body(&mut renamed, &mut one, body.clone())?;
    let mut section = Vec::new();
    one.encode(&mut section);
    // Behind the section's length and the count of one stands the body, with its length before it.
    let mut reader = BinaryReader::new(&section, 0);
    let (_, _, length) = (reader.read_var_u32()?, reader.read_var_u32()?, reader.read_var_u32()?);
    Ok(reader.read_bytes(usize::try_from(length)?)?.to_vec())
}

/// Writes a module, or a part of it, with other indices of functions.
struct Renamed<'a> {
    /// The new index of each function of the module's own, in the old order.
    indices: &'a [u32],
    imported: u32,
    /// Type and body of each function that is kept, in the new order.
    functions: &'a [(u32, Vec<u8>)],
}

impl Reencode for Renamed<'_> {
    type Error = Infallible;

    fn function_index(&mut self, index: u32) -> Result<u32, Error> {
        let own = index.checked_sub(self.imported).and_then(|own| usize::try_from(own).ok());
        Ok(own.and_then(|own| self.indices.get(own)).copied().unwrap_or(index))
    }

    fn parse_function_section(
        &mut self,
        section: &mut FunctionSection,
        _: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        for (kind, _) in self.functions {
            section.function(*kind);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        section: &mut CodeSection,
        _: CodeSectionReader<'_>,
    ) -> Result<(), Error> {
        for (_, body) in self.functions {
            section.raw(body);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        ExportKind, ExportSection, Function, ImportSection, Instruction, TypeSection, ValType,
    };

    /// A module that imports one function and has these bodies, the last of which is exported.
    fn module(bodies: &[&[Instruction<'_>]]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], [ValType::I32]);
        let mut imports = ImportSection::new();
        imports.import("a", "b", wasm_encoder::EntityType::Function(0));
        let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
        for body in bodies {
            functions.function(0);
            let mut function = Function::new([]);
            for instruction in *body {
                function.instruction(instruction);
            }
            function.instruction(&Instruction::End);
            code.function(&function);
        }
        let mut exports = ExportSection::new();
        exports.export("last", ExportKind::Func, u32::try_from(bodies.len()).unwrap());
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&exports).section(&code);
        module.finish()
    }

    /// What the function called `last` comes to, by following its calls; the imported function gives 1000.
    fn run(wasm: &[u8]) -> (usize, i32) {
        let (imported, functions) = read(wasm).unwrap();
        let mut last = None;
        for payload in Parser::new(0).parse_all(wasm) {
            if let Payload::ExportSection(section) = payload.unwrap() {
                last = section.into_iter().next().map(|export| export.unwrap().index);
            }
        }
        (functions.len(), call(last.unwrap(), imported, &functions))
    }

    fn call(index: u32, imported: u32, functions: &[Own<'_>]) -> i32 {
        if index < imported {
            return 1000;
        }
        let mut stack = Vec::new();
        let own = &functions[usize::try_from(index - imported).unwrap()];
        for operator in own.body.get_operators_reader().unwrap() {
            match operator.unwrap() {
                wasmparser::Operator::I32Const { value } => stack.push(value),
                wasmparser::Operator::Call { function_index } => {
                    stack.push(call(function_index, imported, functions));
                }
                wasmparser::Operator::I32Add => {
                    let sum = stack.pop().unwrap() + stack.pop().unwrap();
                    stack.push(sum);
                }
                wasmparser::Operator::End => {}
                other => panic!("{other:?}"),
            }
        }
        stack.pop().unwrap()
    }

    #[test]
    fn one_of_the_same_is_kept_and_calls_find_it() {
        let seven = [Instruction::I32Const(7)];
        let (to_one, to_three) = ([Instruction::Call(1)], [Instruction::Call(3)]);
        let all = [
            Instruction::Call(0),
            Instruction::Call(2),
            Instruction::I32Add,
            Instruction::Call(4),
            Instruction::I32Add,
            Instruction::I32Const(30),
            Instruction::I32Add,
        ];
        // Functions 1 and 3 are the same; 2 and 4 become so when they are.
        let before = module(&[&seven, &to_one, &seven, &to_three, &all]);
        let after = order(&before).unwrap();
        assert_eq!(run(&before), (5, 1044));
        assert_eq!(run(&after), (3, 1044));
        assert_eq!(order(&after).unwrap(), after, "a second time changes nothing");
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(order(b"\0asm\x01\0\0").is_err());
        assert!(order(b"").is_err());
    }
}
