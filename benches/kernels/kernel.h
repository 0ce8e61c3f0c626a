// What every kernel shares: exports, a source of numbers, a way to fold results.
//
// A kernel defines `run`, whose argument says how much it does and whose result is a checksum.
// `GUEST(n)` makes it an actor as well: `onMessage` runs it at a small size.

#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(#name))) name
#define GUEST(n) \
    int32_t EXPORT(onMessage)(void) { return run(n); }

int32_t EXPORT(run)(int32_t n);

// A linear congruential generator: the same numbers everywhere.
static uint32_t next_number(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static uint32_t fold(uint32_t sum, uint32_t value) {
    return (sum ^ value) * 16777619u;
}
