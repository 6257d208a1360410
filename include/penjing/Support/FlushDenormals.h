// The floating-point state of DESIGN's numeric policy for host code, saved and
// restored: subnormals cost 100 to 1,000 times as much as other numbers.
#ifndef PENJING_SUPPORT_FLUSHDENORMALS_H
#define PENJING_SUPPORT_FLUSHDENORMALS_H

#include <cstdint>

namespace penjing {

/// While it lives, this thread flushes subnormal results and operands to zero
/// (where the CPU can) and rounds to nearest even, with no exception trapped.
class FlushDenormals {
public:
  FlushDenormals();
  ~FlushDenormals();
  FlushDenormals(const FlushDenormals &) = delete;
  FlushDenormals &operator=(const FlushDenormals &) = delete;

private:
  uint64_t saved;
};

} // namespace penjing

#endif // PENJING_SUPPORT_FLUSHDENORMALS_H
