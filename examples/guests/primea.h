/* The Primea system interface, dialect capabilities: for clang --target=wasm32. */
#ifndef PRIMEA_CAPABILITIES_H
#define PRIMEA_CAPABILITIES_H

#include <stdint.h>

/* A place in memory, or a callback's place in the table: cast a pointer to it. */
typedef uint32_t i32ptr;
/* A reference; -1 is the null reference. */
typedef int32_t i32ref;

#define PRIMEA_IMPORT(name) __attribute__((import_module("env"), import_name(name)))

#ifdef __cplusplus
extern "C" {
#endif

/* stores a message's value at an index. */
PRIMEA_IMPORT("storeMessage")
void storeMessage(uint32_t index, i32ref msgRef);

/* loads the message stored at an index, and calls back with its reference; -1 if there is none. */
PRIMEA_IMPORT("loadMessage")
i32ref loadMessage(uint32_t index, i32ptr callback);

/* the same without the result. */
PRIMEA_IMPORT("loadMessage")
void loadMessage_void(uint32_t index, i32ptr callback);

/* removes the message stored at an index. */
PRIMEA_IMPORT("deleteMessage")
void deleteMessage(uint32_t index);

/* makes a message out of bytes of memory, with a capability for the response or without. */
PRIMEA_IMPORT("createMessage")
i32ref createMessage(i32ptr offset, uint32_t len, i32ref responseCap);

/* copies bytes of a message's data to memory. */
PRIMEA_IMPORT("loadMessageData")
void loadMessageData(i32ref message, i32ptr writeOffset, i32ptr readOffset, uint32_t len);

/* adds a capability to a message. */
PRIMEA_IMPORT("addCapToMessage")
void addCapToMessage(i32ref message, i32ref port);

/* how many capabilities a message has. */
PRIMEA_IMPORT("messageCapLen")
uint32_t messageCapLen(i32ref message);

/* refers to a capability of a message. */
PRIMEA_IMPORT("loadMessageCap")
i32ref loadMessageCap(i32ref message, uint32_t index);

/* sends a message to a capability, with ticks of this activation's. */
PRIMEA_IMPORT("sendMessage")
void sendMessage(i32ref cap, i32ref message, uint32_t ticks);

/* how many bytes of data a message has. */
PRIMEA_IMPORT("messageDataLen")
uint32_t messageDataLen(i32ref message);

/* the tag of the capability by which a message came. */
PRIMEA_IMPORT("getMessageTag")
uint32_t getMessageTag(i32ref message);

/* keeps the VM for the next message, or for the call-back when none comes in time. */
PRIMEA_IMPORT("getNextMessage")
void getNextMessage(uint32_t timeout, i32ptr timeout_callback);

/* responds to the message being handled. */
PRIMEA_IMPORT("respond")
void respond(i32ref message);

/* creates an actor whose binary is the message's data. */
PRIMEA_IMPORT("createActor")
void createActor(i32ref message);

/* makes a capability to send to this actor, with tag 0. */
PRIMEA_IMPORT("mintCap")
i32ref mintCap(void);

/* makes a capability to send to this actor, with that tag. */
PRIMEA_IMPORT("mintCap")
i32ref mintCap_1(uint32_t tag);

/* 1 if the number is a valid reference, otherwise 0. */
PRIMEA_IMPORT("isValidRef")
uint32_t isValidRef(i32ref message);

/* gives a reference up. */
PRIMEA_IMPORT("deleteRef")
void deleteRef(i32ref message);

#ifdef __cplusplus
}
#endif

#undef PRIMEA_IMPORT

#endif /* PRIMEA_CAPABILITIES_H */
