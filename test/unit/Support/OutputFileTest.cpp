// Outputs appear whole or not at all, and leave nothing beside them; modes,
// links and devices stay what they are.
#include "penjing/Support/OutputFile.h"

#include "ErrorText.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <sys/stat.h>
#include <unistd.h>

using namespace penjing;
using namespace penjing::test;
using testing::HasSubstr;

static unsigned filesIn(const TemporaryFolder &folder) {
  unsigned count = 0;
  std::error_code code;
  for (llvm::sys::fs::directory_iterator it(folder.path, code), end; it != end;
       it.increment(code))
    ++count;
  return count;
}

TEST(OutputFile, AppearsAtCommitOnly) {
  TemporaryFolder folder;
  std::string path = folder / "out";
  auto file = OutputFile::create(path);
  ASSERT_TRUE(bool(file));
  (*file)->os() << "new";
  EXPECT_FALSE(llvm::sys::fs::exists(path));
  EXPECT_EQ(errorText((*file)->commit()), "no error");
  EXPECT_EQ(readFile(path), "new");
  EXPECT_EQ(filesIn(folder), 1u);
}

TEST(OutputFile, DiscardKeepsTheOldContent) {
  TemporaryFolder folder;
  std::string path = folder / "out";
  writeFile(path, "old");
  {
    auto file = OutputFile::create(path);
    (*file)->os() << "new";
  }
  EXPECT_EQ(readFile(path), "old");
  EXPECT_EQ(filesIn(folder), 1u);
}

TEST(OutputFile, KeepsModeAndLink) {
  TemporaryFolder folder;
  std::string path = folder / "out", link = folder / "link";
  writeFile(path, "old");
  ::chmod(path.c_str(), 0751);
  ASSERT_EQ(::symlink(path.c_str(), link.c_str()), 0);
  EXPECT_EQ(errorText(writeOutputFile(link, "new")), "no error");
  EXPECT_TRUE(llvm::sys::fs::is_symlink_file(link));
  EXPECT_EQ(readFile(path), "new");
  struct stat status;
  ::stat(path.c_str(), &status);
  EXPECT_EQ(status.st_mode & 07777, 0751u);
}

TEST(OutputFile, RefusesFoldersAndMissingFolders) {
  TemporaryFolder folder;
  EXPECT_THAT(errorText(writeOutputFile(folder.path, "x")),
              HasSubstr(("requires a file to write, but \"" + folder.path +
                         "\" is a folder")
                            .str()));
  EXPECT_THAT(errorText(writeOutputFile(folder / "no/out", "x")),
              HasSubstr("cannot write"));
}

TEST(OutputFile, WritesThroughToDevices) {
  EXPECT_EQ(errorText(writeOutputFile("/dev/null", "x")), "no error");
  EXPECT_THAT(errorText(writeOutputFile("/dev/full", "x")),
              HasSubstr("cannot write \"/dev/full\": No space left on device"));
}

TEST(OutputFile, RemovesWhatKilledRunsLeft) {
  TemporaryFolder folder;
  writeFile(folder / ".out.penjing-0123abcd", "half");
  auto alive = OutputFile::create(folder / "out");
  EXPECT_EQ(errorText(writeOutputFile(folder / "out", "x")), "no error");
  EXPECT_EQ(filesIn(folder), 2u)
      << "the living one stays, the dead one is gone";
}

TEST(OutputSet, CommitsTogether) {
  TemporaryFolder folder;
  writeFile(folder / "b", "old");
  {
    OutputSet set;
    **set.add(folder / "a") << "1";
    **set.add(folder / "b") << "2";
  }
  EXPECT_FALSE(llvm::sys::fs::exists(folder / "a"));
  EXPECT_EQ(readFile(folder / "b"), "old");
  OutputSet set;
  **set.add(folder / "a") << "1";
  **set.add(folder / "b") << "2";
  EXPECT_EQ(errorText(set.commit()), "no error");
  EXPECT_EQ(readFile(folder / "a"), "1");
  EXPECT_EQ(readFile(folder / "b"), "2");
}
