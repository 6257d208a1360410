// Quantities with units, as limits are written: 200us, 64K, -1.0.
#ifndef PENJING_SEARCH_QUANTITIES_H
#define PENJING_SEARCH_QUANTITIES_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>

namespace penjing {

/// Seconds of `200us`, `1.5ms`, `2s`, `80ns`. An error names the option.
llvm::Expected<double> parseDuration(llvm::StringRef option, llvm::StringRef text);

/// Bytes of `64K`, `2M` or `65536`; K = 1,024, M = 1,024².
llvm::Expected<uint64_t> parseBytes(llvm::StringRef option, llvm::StringRef text);

/// `212.4us`, `1.52ms`; `63.9K`, `812`.
std::string durationText(double seconds);
std::string bytesText(uint64_t bytes);

} // namespace penjing

#endif // PENJING_SEARCH_QUANTITIES_H
