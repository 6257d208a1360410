// How much untrusted input may ask for. Readers check sizes against these and
// against the bytes that are really there before they allocate anything.
#ifndef PENJING_SUPPORT_LIMITS_H
#define PENJING_SUPPORT_LIMITS_H

#include <cstdint>

namespace penjing {

struct Limits {
  /// Largest file that is read, in bytes (2 GiB less one byte).
  uint64_t fileBytes = (uint64_t(1) << 31) - 1;
  /// Largest array and largest sum of unpacked arrays of one file, in bytes.
  uint64_t arrayBytes = (uint64_t(1) << 31) - 1;
  /// Most entries of one archive.
  uint64_t entries = 1 << 16;
};

} // namespace penjing

#endif // PENJING_SUPPORT_LIMITS_H
