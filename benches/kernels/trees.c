// Builds and counts binary trees of depths up to n, out of an arena that is emptied after each.
#include "kernel.h"

#define DEEPEST 14

typedef struct Node {
    struct Node *left, *right;
} Node;

static Node arena[2 << DEEPEST];
static uint32_t used;

static Node *grown(int32_t depth) {
    Node *node = &arena[used++];
    *node = (Node){0, 0};
    if (depth > 0) {
        node->left = grown(depth - 1);
        node->right = grown(depth - 1);
    }
    return node;
}

static int32_t counted(const Node *node) {
    return node->left ? 1 + counted(node->left) + counted(node->right) : 1;
}

int32_t run(int32_t n) {
    int32_t deepest = n < DEEPEST ? n : DEEPEST;
    uint32_t sum = 0;
    for (int32_t depth = 2; depth <= deepest; depth += 2) {
        for (int32_t turn = 0; turn < 1 << (deepest - depth); turn++) {
            used = 0;
            sum = fold(sum, (uint32_t)counted(grown(depth)));
        }
    }
    return (int32_t)sum;
}

GUEST(2)
