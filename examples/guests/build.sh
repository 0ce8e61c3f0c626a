#!/bin/sh
# Compiles the guests in C and Rust beside their sources, and writes the header for C anew.
# Needs clang and wasm-ld (Debian: clang, lld), the Rust target wasm32-unknown-unknown, and primea on the PATH.
set -eu
cd "$(dirname "$0")"
primea interface --dialect capabilities --format c >primea.h
clang --target=wasm32 -std=c11 -O2 -ffreestanding -nostdlib -Wall -Wextra -Werror \
    -Wl,--no-entry -Wl,--export-table -Wl,--stack-first -Wl,-z,stack-size=16384 -Wl,--strip-debug \
    -o counter.wasm counter.c
chmod 644 counter.wasm
rustc --edition 2024 --crate-type cdylib --target wasm32-unknown-unknown -C opt-level=s -C panic=abort -C strip=debuginfo \
    -C link-arg=-zstack-size=16384 -o sum.wasm sum.rs
chmod 644 sum.wasm
