// Transcendental functions for host code whose results reach trained weights:
// the C library's differ in the last bit between machines, these do not.
#ifndef PENJING_SUPPORT_PORTABLEMATH_H
#define PENJING_SUPPORT_PORTABLEMATH_H

namespace penjing {

/// ln(x) of a positive normal x; relative error below 1e-15 away from 1.
double portableLog(double x);

/// cos(2 pi t) of t in [0, 1); absolute error below 1e-15.
double portableCosTurns(double t);

} // namespace penjing

#endif // PENJING_SUPPORT_PORTABLEMATH_H
