#!/bin/sh
# Compiles every kernel beside its source. Needs clang 14 and wasm-ld (Debian: clang, lld).
# Debugging information is left out; the names of functions stay.
set -eu
cd "$(dirname "$0")"
for source in *.c; do
    clang --target=wasm32 -std=c11 -O2 -ffreestanding -nostdlib -Wall -Wextra -Werror -Wno-unused-function \
        -Wl,--no-entry -Wl,--stack-first -Wl,-z,stack-size=16384 -Wl,--strip-debug \
        -o "${source%.c}.wasm" "$source"
    chmod 644 "${source%.c}.wasm"
done
