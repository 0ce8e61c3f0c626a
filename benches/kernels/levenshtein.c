// The edit distance of two texts of n letters.
#include "kernel.h"

#define LIMIT 4096

static uint8_t left[LIMIT], right[LIMIT];
static int32_t row[LIMIT + 1];

static int32_t least(int32_t a, int32_t b) { return a < b ? a : b; }

int32_t run(int32_t n) {
    if (n > LIMIT) n = LIMIT;
    uint32_t state = 11;
    for (int32_t i = 0; i < n; i++) {
        left[i] = (uint8_t)('a' + next_number(&state) % 4);
        right[i] = (uint8_t)('a' + next_number(&state) % 4);
    }
    for (int32_t j = 0; j <= n; j++) row[j] = j;
    for (int32_t i = 0; i < n; i++) {
        int32_t diagonal = row[0];
        row[0] = i + 1;
        for (int32_t j = 0; j < n; j++) {
            int32_t changed = diagonal + (left[i] != right[j]);
            diagonal = row[j + 1];
            row[j + 1] = least(changed, least(diagonal, row[j]) + 1);
        }
    }
    return row[n];
}

GUEST(8)
