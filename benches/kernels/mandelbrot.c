// How long the points of an n by n grid take to escape.
#include "kernel.h"

#define PATIENCE 128

int32_t run(int32_t n) {
    uint32_t sum = 0;
    for (int32_t row = 0; row < n; row++) {
        for (int32_t column = 0; column < n; column++) {
            double re = 3.0 * column / n - 2.25, im = 2.5 * row / n - 1.25;
            double x = 0.0, y = 0.0;
            int32_t turns = 0;
            while (turns < PATIENCE && x * x + y * y < 4.0) {
                double next = x * x - y * y + re;
                y = 2.0 * x * y + im;
                x = next;
                turns++;
            }
            sum = fold(sum, (uint32_t)turns);
        }
    }
    return (int32_t)sum;
}

GUEST(3)
