// Sorts n numbers, and proves it.
#include "kernel.h"

#define LIMIT (1 << 17)

static int32_t numbers[LIMIT];

static void sort(int32_t *first, int32_t *last) {
    while (first < last) {
        int32_t pivot = first[(last - first) / 2];
        int32_t *low = first, *high = last;
        while (low <= high) {
            while (*low < pivot) low++;
            while (*high > pivot) high--;
            if (low <= high) {
                int32_t swapped = *low;
                *low++ = *high;
                *high-- = swapped;
            }
        }
        sort(first, high);
        first = low;
    }
}

int32_t run(int32_t n) {
    if (n > LIMIT) n = LIMIT;
    uint32_t state = 7;
    for (int32_t i = 0; i < n; i++) numbers[i] = (int32_t)next_number(&state);
    sort(numbers, numbers + n - 1);
    uint32_t sum = 0;
    for (int32_t i = 1; i < n; i++) {
        if (numbers[i - 1] > numbers[i]) return -1;
        sum = fold(sum, (uint32_t)numbers[i]);
    }
    return (int32_t)sum;
}

GUEST(30)
