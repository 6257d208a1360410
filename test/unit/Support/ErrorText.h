// What the tests of this room share: the text of an error, a folder for files
// that goes away with the test.
#ifndef PENJING_TEST_UNIT_SUPPORT_ERRORTEXT_H
#define PENJING_TEST_UNIT_SUPPORT_ERRORTEXT_H

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <fstream>
#include <iterator>
#include <string>

namespace penjing::test {

template <typename T> std::string errorText(llvm::Expected<T> result) {
  return result ? "no error" : llvm::toString(result.takeError());
}

inline std::string errorText(llvm::Error error) {
  return error ? llvm::toString(std::move(error)) : "no error";
}

class TemporaryFolder {
public:
  TemporaryFolder() {
    (void)llvm::sys::fs::createUniqueDirectory("penjing-test", path);
  }
  ~TemporaryFolder() { (void)llvm::sys::fs::remove_directories(path); }

  std::string operator/(llvm::StringRef name) const {
    llvm::SmallString<128> file(path);
    llvm::sys::path::append(file, name);
    return std::string(file);
  }

  llvm::SmallString<128> path;
};

inline void writeFile(const std::string &path, llvm::StringRef bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), bytes.size());
}

inline std::string readFile(const std::string &path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

} // namespace penjing::test

#endif // PENJING_TEST_UNIT_SUPPORT_ERRORTEXT_H
