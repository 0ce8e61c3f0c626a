// The nth Fibonacci number, by calls alone.
#include "kernel.h"

__attribute__((noinline)) static int32_t fib(int32_t n);

// Through a second function, or the compiler would make a loop of one of the calls.
__attribute__((noinline)) static int32_t pair(int32_t n) { return fib(n - 1) + fib(n - 2); }

static int32_t fib(int32_t n) { return n < 2 ? n : pair(n); }

int32_t run(int32_t n) { return fib(n); }

GUEST(7)
