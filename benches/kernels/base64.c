// Encodes n bytes in base 64, and decodes them.
#include "kernel.h"

#define LIMIT (3 << 16)

static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static uint8_t plain[LIMIT], encoded[LIMIT / 3 * 4], value[256];

static void encode(int32_t length) {
    uint8_t *to = encoded;
    for (int32_t i = 0; i < length; i += 3) {
        uint32_t bits = (uint32_t)plain[i] << 16 | (uint32_t)plain[i + 1] << 8 | plain[i + 2];
        *to++ = (uint8_t)DIGITS[bits >> 18];
        *to++ = (uint8_t)DIGITS[bits >> 12 & 63];
        *to++ = (uint8_t)DIGITS[bits >> 6 & 63];
        *to++ = (uint8_t)DIGITS[bits & 63];
    }
}

static void decode(int32_t length) {
    const uint8_t *from = encoded;
    for (int32_t i = 0; i < length; i += 3, from += 4) {
        uint32_t bits = (uint32_t)value[from[0]] << 18 | (uint32_t)value[from[1]] << 12 |
                        (uint32_t)value[from[2]] << 6 | value[from[3]];
        plain[i] = (uint8_t)(bits >> 16);
        plain[i + 1] = (uint8_t)(bits >> 8);
        plain[i + 2] = (uint8_t)bits;
    }
}

int32_t run(int32_t n) {
    int32_t length = (n < LIMIT ? n : LIMIT) / 3 * 3;
    uint32_t state = 5, sum = 0;
    for (int32_t i = 0; i < length; i++) plain[i] = (uint8_t)next_number(&state);
    for (int i = 0; i < 64; i++) value[(uint8_t)DIGITS[i]] = (uint8_t)i;
    encode(length);
    for (int32_t i = 0; i < length; i++) plain[i] = 0;
    decode(length);
    state = 5;
    for (int32_t i = 0; i < length; i++) {
        if (plain[i] != (uint8_t)next_number(&state)) return -1;
        sum = fold(sum, encoded[i]);
    }
    return (int32_t)sum;
}

GUEST(12)
