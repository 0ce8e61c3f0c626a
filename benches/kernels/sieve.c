// How many primes there are below n, by a sieve of bits for the odd numbers.
#include "kernel.h"

#define LIMIT (1 << 22)

static uint32_t composite[LIMIT / 64];

int32_t run(int32_t n) {
    uint32_t limit = n < LIMIT ? (uint32_t)n : LIMIT;
    uint32_t half = limit / 2;
    for (uint32_t word = 0; word <= half / 32 && word < LIMIT / 64; word++) composite[word] = 0;
    for (uint32_t i = 3; i * i < limit; i += 2) {
        if (composite[i / 64] >> (i / 2 % 32) & 1) continue;
        for (uint32_t at = i * i / 2; at < half; at += i) composite[at / 32] |= 1u << (at % 32);
    }
    int32_t primes = limit > 2;
    for (uint32_t at = 1; at < half; at++) primes += !(composite[at / 32] >> (at % 32) & 1);
    return primes;
}

GUEST(200)
