// Logarithm and cosine from exactly defined operations; the file is compiled
// without contraction, as all of the project.
#include "penjing/Support/PortableMath.h"

#include <cmath>

using namespace penjing;

/// ln(x) for normal positive x, by the series of atanh on the mantissa in
/// [1/sqrt 2, sqrt 2): at most 2e-16 relative there. Libraries differ, this
/// does not.
double penjing::portableLog(double x) {
  int exponent;
  double m = std::frexp(x, &exponent);
  if (m < 0.70710678118654752) {
    m *= 2;
    --exponent;
  }
  double s = (m - 1) / (m + 1), square = s * s, sum = 0;
  for (int k = 25; k >= 1; k -= 2)
    sum = sum * square + 1.0 / k;
  return 2 * s * sum + exponent * 0.69314718055994531;
}

/// cos(2 pi t) for t in [0, 1), by Taylor's series within an eighth of a turn.
double penjing::portableCosTurns(double t) {
  int octant = int(t * 8);
  // Quadrant's nearest multiple of a quarter turn, and the rest in [-1/8, 1/8].
  int quarter = (octant + 1) / 2;
  double a = (t - quarter * 0.25) * 6.283185307179586477, square = a * a;
  double cosine = 1, sine = 1;
  for (int k = 18; k >= 2; k -= 2)
    cosine = 1 - cosine * square / (k * (k - 1));
  for (int k = 19; k >= 3; k -= 2)
    sine = 1 - sine * square / (k * (k - 1));
  sine *= a;
  switch (quarter % 4) {
  case 0:
    return cosine;
  case 1:
    return -sine;
  case 2:
    return -cosine;
  default:
    return sine;
  }
}
