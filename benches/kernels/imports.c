// Asks n times whether a number is a valid reference: an import call is all it does.
#include "kernel.h"

__attribute__((import_module("env"), import_name("isValidRef"))) int32_t is_valid_ref(int32_t reference);

int32_t run(int32_t n) {
    int32_t valid = 0;
    for (int32_t i = 0; i < n; i++) valid += is_valid_ref(i);
    return valid;
}

GUEST(3)
