// The product of two n by n matrices of doubles.
#include "kernel.h"

#define LIMIT 192

static double left[LIMIT * LIMIT], right[LIMIT * LIMIT], product[LIMIT * LIMIT];

int32_t run(int32_t n) {
    if (n > LIMIT) n = LIMIT;
    for (int32_t i = 0; i < n * n; i++) {
        left[i] = (double)(i % 7) - 3.0;
        right[i] = (double)(i % 11) * 0.5;
    }
    for (int32_t row = 0; row < n; row++) {
        for (int32_t column = 0; column < n; column++) {
            double sum = 0.0;
            for (int32_t i = 0; i < n; i++) sum += left[row * n + i] * right[i * n + column];
            product[row * n + column] = sum;
        }
    }
    double trace = 0.0;
    for (int32_t i = 0; i < n; i++) trace += product[i * n + i];
    return (int32_t)trace;
}

GUEST(5)
