;; Answers a message with the message's own data.
(module
  (import "env" "createMessage" (func $create_message (param i32 i32 i32) (result i32)))
  (import "env" "loadMessageData" (func $load_data (param i32 i32 i32 i32)))
  (import "env" "messageDataLen" (func $length (param i32) (result i32)))
  (import "env" "respond" (func $respond (param i32)))
  (memory (export "memory") 1)
  (func (export "onMessage") (param $message i32)
    (local $n i32)
    (local.set $n (call $length (local.get $message)))
    (call $load_data (local.get $message) (i32.const 0) (i32.const 0) (local.get $n))
    (call $respond (call $create_message (i32.const 0) (local.get $n) (i32.const -1)))))
