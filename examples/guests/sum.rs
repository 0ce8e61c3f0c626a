//! Adds up the numbers in a message, each 4 bytes, little-endian, and answers with the sum.
//!
//! Enters: a message. Leaves: the response to it. Refuses to know: who sent it.
#![no_std]

#[link(wasm_import_module = "env")]
unsafe extern "C" {
    #[link_name = "messageDataLen"]
    safe fn message_data_len(message: i32) -> u32;
    #[link_name = "loadMessageData"]
    fn load_message_data(message: i32, write_to: *mut u8, read_from: u32, len: u32);
    #[link_name = "createMessage"]
    fn create_message(data: *const u8, len: u32, response: i32) -> i32;
    safe fn respond(message: i32);
}

#[panic_handler]
fn trap(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

#[unsafe(no_mangle)]
pub extern "C" fn onMessage(message: i32) {
    let mut sum = 0u32;
    for at in 0..message_data_len(message) / 4 {
        let mut number = [0; 4];
        // SAFETY: there is room for four bytes.
        unsafe { load_message_data(message, number.as_mut_ptr(), 4 * at, 4) };
        sum = sum.wrapping_add(u32::from_le_bytes(number));
    }
    let sum = sum.to_le_bytes();
    // SAFETY: four bytes are read.
    respond(unsafe { create_message(sum.as_ptr(), 4, -1) });
}
