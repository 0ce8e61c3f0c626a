;; Answers a name with a greeting, and keeps the name of whoever came last at index 0.
(module
  (import "env" "createMessage" (func $create_message (param i32 i32 i32) (result i32)))
  (import "env" "loadMessageData" (func $load_data (param i32 i32 i32 i32)))
  (import "env" "messageDataLen" (func $length (param i32) (result i32)))
  (import "env" "storeMessage" (func $store (param i32 i32)))
  (import "env" "respond" (func $respond (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "hello, ")
  (func (export "onMessage") (param $message i32)
    (local $n i32)
    (local.set $n (call $length (local.get $message)))
    ;; The name goes behind the greeting.
    (call $load_data (local.get $message) (i32.const 7) (i32.const 0) (local.get $n))
    (call $store (i32.const 0) (call $create_message (i32.const 7) (local.get $n) (i32.const -1)))
    (call $greet (i32.add (i32.const 7) (local.get $n))))
  (func $greet (param $n i32)
    (call $respond (call $create_message (i32.const 0) (local.get $n) (i32.const -1)))))
