// Numbers and text as the report writes them.
#ifndef PENJING_LIB_EMIT_REPORTTEXT_H
#define PENJING_LIB_EMIT_REPORTTEXT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"

#include <optional>
#include <string>

namespace penjing {

/// With <, >, & and quotes written as entities.
std::string escaped(llvm::StringRef text);
/// `12,345`.
std::string countText(double count);
/// `12.3 kB`, in powers of 1,000.
std::string bytesText(double bytes);
/// `91.23 %` of a share in [0, 1].
std::string percentText(double share, int digits = 2);
/// `8.3 µs`, with three significant digits.
std::string microsecondsText(double microseconds);
/// `name` of a member that is a number.
std::optional<double> number(const llvm::json::Object *page, llvm::StringRef name);
/// The member's text, or empty.
llvm::StringRef text(const llvm::json::Object *page, llvm::StringRef name);

} // namespace penjing

#endif // PENJING_LIB_EMIT_REPORTTEXT_H
