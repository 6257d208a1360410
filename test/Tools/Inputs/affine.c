/* Runs the compiled affine.mlir on two samples and checks its numbers. */
#include "affine.h"

#include <stdio.h>

static union {
  double aligned;
  char bytes[AFFINE_ARENA_BYTES + 64];
} memory;

int main(void) {
  static const float x[2][2][4] = {{{1, 2, 3, 4}, {5, 6, 7, 8}}, {{-1, -2, -3, 0}, {0, 1, 0, 1}}};
  static const float expected[2][3] = {{7, 11, 3}, {0, 0, 0}};
  float y[2][3];
  int row, column;
  char *arena = memory.bytes + (64 - (uintptr_t)memory.bytes % 64) % 64;
  if (affine(&x[0][0][0], &y[0][0], 2, arena) != 0)
    return 1;
  for (row = 0; row < 2; ++row)
    for (column = 0; column < 3; ++column)
      if (y[row][column] != expected[row][column]) {
        printf("row %d, column %d: expected %g, got %g\n", row, column, expected[row][column], y[row][column]);
        return 1;
      }
  return 0;
}
