// Five bodies that attract each other, for n steps.
#include "kernel.h"

#define BODIES 5

typedef struct {
    double x, y, z, vx, vy, vz, mass;
} Body;

static Body bodies[BODIES];

static void begin(void) {
    for (int i = 0; i < BODIES; i++) {
        double far = 1.0 + 2.5 * i;
        bodies[i] = (Body){far, far * 0.5 - 1.0, 0.25 * i, 0.01 * i, 0.3 - 0.05 * i, 0.02, i ? 0.01 * i : 40.0};
    }
}

static void advance(double dt) {
    for (int i = 0; i < BODIES; i++) {
        Body *a = &bodies[i];
        for (int j = i + 1; j < BODIES; j++) {
            Body *b = &bodies[j];
            double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
            double square = dx * dx + dy * dy + dz * dz;
            double pull = dt / (square * __builtin_sqrt(square));
            a->vx -= dx * b->mass * pull, a->vy -= dy * b->mass * pull, a->vz -= dz * b->mass * pull;
            b->vx += dx * a->mass * pull, b->vy += dy * a->mass * pull, b->vz += dz * a->mass * pull;
        }
    }
    for (int i = 0; i < BODIES; i++) {
        Body *body = &bodies[i];
        body->x += dt * body->vx, body->y += dt * body->vy, body->z += dt * body->vz;
    }
}

int32_t run(int32_t n) {
    begin();
    for (int32_t step = 0; step < n; step++) advance(0.001);
    double sum = 0.0;
    for (int i = 0; i < BODIES; i++) sum += bodies[i].x + bodies[i].y * 2.0 + bodies[i].z * 3.0;
    return (int32_t)(sum * 100000.0);
}

GUEST(2)
