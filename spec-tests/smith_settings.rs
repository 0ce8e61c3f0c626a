//! What wasm-smith is told in every test that uses it.
//!
//! Enters: a dialect. Leaves: settings for random modules of the proposals that we accept, which
//! import what the dialect has. Refuses to know: what is done with the modules.

use primea::interface::table::Dialect;
use wasm_smith::Config;

/// Every proposal that we accept, and no other.
pub fn accepted_proposals() -> Config {
    Config {
        bulk_memory_enabled: true,
        multi_value_enabled: true,
        reference_types_enabled: true,
        saturating_float_to_int_enabled: true,
        sign_extension_ops_enabled: true,
        allow_floats: true,
        compact_imports_enabled: false,
        custom_page_sizes_enabled: false,
        exceptions_enabled: false,
        extended_const_enabled: false,
        gc_enabled: false,
        memory64_enabled: false,
        relaxed_simd_enabled: false,
        simd_enabled: false,
        tail_call_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        ..Config::default()
    }
}

/// Every import of a dialect, as a module that imports them, for wasm-smith to choose from.
pub fn available_imports(dialect: Dialect) -> Vec<u8> {
    let imports: String = dialect
        .imports()
        .map(|import| {
            let params = " i32".repeat(import.params.len());
            let result = if import.has_result() {
                "(result i32)"
            } else {
                ""
            };
            format!(
                "(import \"env\" \"{}\" (func (param{params}) {result}))",
                import.name
            )
        })
        .collect();
    wat::parse_str(format!("(module {imports})")).expect("a good module")
}
