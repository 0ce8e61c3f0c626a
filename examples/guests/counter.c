// Counts the messages that it is sent, and answers each with the number: 4 bytes, little-endian.
// The count is stored at index 0: nothing else stays between two messages.
#include "primea.h"

static uint32_t count;

// Called with what is stored at index 0, after onMessage has returned.
static void counted(i32ref stored) {
    if (stored != -1 && messageDataLen(stored) == sizeof count)
        loadMessageData(stored, (i32ptr)&count, 0, sizeof count);
    count += 1;
    storeMessage(0, createMessage((i32ptr)&count, sizeof count, -1));
    respond(createMessage((i32ptr)&count, sizeof count, -1));
}

__attribute__((export_name("onMessage"))) void on_message(i32ref message) {
    (void)message;
    loadMessage_void(0, (i32ptr)counted);
}
