// Target descriptions: found by name, consistent with each other, and known to
// run here or not.
#include "penjing/Target/Target.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/TargetParser/Host.h"

#include <gtest/gtest.h>

#include <set>

using namespace penjing;

TEST(Target, NamesAreFoundAndUnknownOnesListed) {
  for (const std::string &name : targetNames())
    EXPECT_EQ(llvm::cantFail(findTarget(name)).name, name);
  auto unknown = findTarget("vax");
  ASSERT_FALSE(bool(unknown));
  EXPECT_EQ(llvm::toString(unknown.takeError()),
            "requires a target among native, x86-64, x86-64-v3, x86-64-v4, "
            "x86-64-v4-vnni, aarch64, but got 'vax'");
}

TEST(Target, DescriptionsAreComplete) {
  for (const std::string &name : targetNames()) {
    SCOPED_TRACE(name);
    Target target = llvm::cantFail(findTarget(name));
    EXPECT_GE(target.lanes(), 4);
    EXPECT_GE(target.vectorRegisters, 16);
    EXPECT_EQ(target.bandwidth.size(), target.cacheBytes.size() + 1);
    EXPECT_TRUE(llvm::is_sorted(target.cacheBytes));
    std::set<std::string> leaves;
    for (const LeafRate &rate : target.leaves) {
      EXPECT_GT(rate.rate, 0);
      EXPECT_TRUE(leaves.insert(rate.leaf).second) << rate.leaf;
    }
    EXPECT_TRUE(leaves.count("portable"));
    EXPECT_EQ(leaves.count("fma") == 1, target.fma);
    EXPECT_EQ(target.findLeaf("abacus"), nullptr);
  }
}

TEST(Target, LevelsGrow) {
  Target v3 = llvm::cantFail(findTarget("x86-64-v3"));
  Target v4 = llvm::cantFail(findTarget("x86-64-v4"));
  Target vnni = llvm::cantFail(findTarget("x86-64-v4-vnni"));
  EXPECT_EQ(v3.lanes(), 8);
  EXPECT_EQ(v4.lanes(), 16);
  EXPECT_EQ(v4.findLeaf("vpdpbusd"), nullptr);
  EXPECT_NE(vnni.findLeaf("vpdpbusd"), nullptr);
}

TEST(Target, NativeRunsHereAndForeignOnesDoNot) {
  EXPECT_TRUE(runsHere(llvm::cantFail(findTarget("native"))));
#if defined(__x86_64__)
  EXPECT_TRUE(runsHere(llvm::cantFail(findTarget("x86-64"))));
  EXPECT_FALSE(runsHere(llvm::cantFail(findTarget("aarch64"))));
  EXPECT_EQ(runsHere(llvm::cantFail(findTarget("x86-64-v4-vnni"))),
            llvm::sys::getHostCPUFeatures().lookup("avx512vnni"));
#endif
}
