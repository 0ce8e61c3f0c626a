// An interpreter of a small stack machine, which runs a program for the Collatz numbers below n.
#include "kernel.h"

enum { PUSH, LOAD, STORE, ADD, MULTIPLY, HALVE, ODD, EQUAL, LESS, XOR, JUMP, JUMP_IF, HALT };

#define SUM 0
#define START 1
#define NUMBER 2
#define BOUND 3

static const uint8_t PROGRAM[] = {
    PUSH, 1, STORE, START,                                           // 0: start = 1
    LOAD, START, LOAD, BOUND, LESS, JUMP_IF, 12, HALT,               // 4: while start < bound
    LOAD, START, STORE, NUMBER,                                      // 12: number = start
    LOAD, NUMBER, PUSH, 1, EQUAL, JUMP_IF, 54,                       // 16: while number is not 1
    LOAD, NUMBER, ODD, JUMP_IF, 35,                                  // 23: if it is odd
    LOAD, NUMBER, HALVE, STORE, NUMBER, JUMP, 45,                    // 28: halve it
    LOAD, NUMBER, PUSH, 3, MULTIPLY, PUSH, 1, ADD, STORE, NUMBER,    // 35: or triple it plus one
    LOAD, SUM, LOAD, NUMBER, XOR, STORE, SUM, JUMP, 16,              // 45: sum ^= number
    LOAD, START, PUSH, 1, ADD, STORE, START, JUMP, 4,                // 54
};

static uint32_t interpret(const uint8_t *program, uint32_t bound) {
    uint32_t stack[16], variables[4] = {0, 0, 0, bound};
    uint32_t *top = stack;
    for (const uint8_t *at = program;;) {
        switch (*at++) {
        case PUSH: *top++ = *at++; break;
        case LOAD: *top++ = variables[*at++]; break;
        case STORE: variables[*at++] = *--top; break;
        case ADD: top--, top[-1] += top[0]; break;
        case MULTIPLY: top--, top[-1] *= top[0]; break;
        case HALVE: top[-1] >>= 1; break;
        case ODD: top[-1] &= 1; break;
        case EQUAL: top--, top[-1] = top[-1] == top[0]; break;
        case LESS: top--, top[-1] = top[-1] < top[0]; break;
        case XOR: top--, top[-1] ^= top[0]; break;
        case JUMP: at = program + *at; break;
        case JUMP_IF: at = *--top ? program + *at : at + 1; break;
        default: return variables[SUM];
        }
    }
}

int32_t run(int32_t n) { return (int32_t)interpret(PROGRAM, (uint32_t)n); }

GUEST(4)
