// Counts words in a table with open addressing: n insertions, lookups and deletions.
#include "kernel.h"

#define SLOTS (1 << 14)

typedef struct {
    uint32_t key, count;
} Slot;

static Slot slots[SLOTS];

static uint32_t mixed(uint32_t key) {
    key ^= key >> 16, key *= 0x85ebca6b;
    key ^= key >> 13, key *= 0xc2b2ae35;
    return key ^ key >> 16;
}

// The slot of a key, or the empty one where it belongs. Keys are never 0.
static Slot *find(uint32_t key) {
    uint32_t at = mixed(key) % SLOTS;
    while (slots[at].key != 0 && slots[at].key != key) at = (at + 1) % SLOTS;
    return &slots[at];
}

int32_t run(int32_t n) {
    for (int32_t i = 0; i < SLOTS; i++) slots[i] = (Slot){0, 0};
    uint32_t state = 1, found = 0;
    for (int32_t i = 0; i < n; i++) {
        uint32_t key = next_number(&state) % 10007 + 1;
        Slot *slot = find(key);
        slot->key = key;
        slot->count++;
        found += find(key * 3 % 10007 + 1)->count;
    }
    uint32_t sum = found;
    for (int32_t i = 0; i < SLOTS; i++) sum = fold(sum, slots[i].key * slots[i].count);
    return (int32_t)sum;
}

GUEST(4)
