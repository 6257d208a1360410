// Quantities with units, rewards, limits and the front of what was measured.
#include "penjing/Search/Front.h"
#include "penjing/Search/Quantities.h"

#include "ErrorText.h"
#include "gtest/gtest.h"

#include <cmath>

using namespace penjing;
using penjing::test::errorText;

namespace {

Measurement measurement(double accuracy, double latency, uint64_t size, uint64_t ram) {
  Measurement result;
  result.accuracy = accuracy;
  result.latency = latency;
  result.sizeBytes = size;
  result.ramBytes = ram;
  return result;
}

TEST(Quantities, HaveUnits) {
  EXPECT_DOUBLE_EQ(llvm::cantFail(parseDuration("limit", "200us")), 200e-6);
  EXPECT_DOUBLE_EQ(llvm::cantFail(parseDuration("limit", "1.5ms")), 1.5e-3);
  EXPECT_DOUBLE_EQ(llvm::cantFail(parseDuration("limit", "8s")), 8);
  EXPECT_DOUBLE_EQ(llvm::cantFail(parseDuration("limit", "80ns")), 80e-9);
  EXPECT_EQ(llvm::cantFail(parseBytes("max-size", "64K")), 65536u);
  EXPECT_EQ(llvm::cantFail(parseBytes("max-size", "1.5M")), 1572864u);
  EXPECT_EQ(llvm::cantFail(parseBytes("max-size", "812")), 812u);
  for (llvm::StringRef text : {"", "8", "s", "-1s", "0s", "1e3s", "us200"})
    EXPECT_EQ(errorText(parseDuration("limit", text)),
              "requires option \"limit\" to be a duration such as 200us, 1.5ms or 2s, but got \"" + text.str() + "\"");
  for (llvm::StringRef text : {"", "K", "64k", "-1", "0", "1G"})
    EXPECT_EQ(errorText(parseBytes("max-size", text)),
              "requires option \"max-size\" to be a size such as 64K, 2M or 65536, but got \"" + text.str() + "\"");
  EXPECT_EQ(durationText(212.44e-6), "212.4us");
  EXPECT_EQ(durationText(1.523e-3), "1.52ms");
  EXPECT_EQ(durationText(80e-9), "80ns");
  EXPECT_EQ(durationText(2), "2.00s");
  EXPECT_EQ(bytesText(812), "812");
  EXPECT_EQ(bytesText(65536), "64.0K");
  EXPECT_EQ(bytesText(3 << 20), "3.00M");
}

TEST(Objective, IsReadFromTexts) {
  Objective objective = llvm::cantFail(parseObjective({"200us", "-0.1", "1ms", "64K", "16K", "91.5"}));
  EXPECT_DOUBLE_EQ(*objective.targetLatency, 200e-6);
  EXPECT_EQ(objective.exponent, -0.1);
  EXPECT_EQ(*objective.budget.sizeBytes, 65536u);
  EXPECT_EQ(*objective.budget.ramBytes, 16384u);
  EXPECT_DOUBLE_EQ(*objective.budget.accuracy, 0.915);
  EXPECT_TRUE(objective.readsLatency());
  EXPECT_EQ(objective.text(), "accuracy x (latency / 0.0002 s)^-0.1, latency <= 0.001 s, size <= 65536, RAM <= 16384, "
                              "accuracy >= 0.915");
  EXPECT_FALSE(llvm::cantFail(parseObjective({})).readsLatency());
  EXPECT_EQ(errorText(parseObjective({"", "1", "", "", "", ""})), "requires option \"latency-exponent\" in [-10, 0], but got \"1\"");
  EXPECT_EQ(errorText(parseObjective({"", "", "", "", "", "101"})), "requires option \"min-accuracy\" in (0, 100], but got \"101\"");
}

TEST(Objective, RewardsAsMnasNet) {
  Objective objective;
  EXPECT_EQ(objective.reward(measurement(0.9, 1e-3, 1, 1)), 0.9);
  objective.targetLatency = 1e-3;
  EXPECT_DOUBLE_EQ(objective.reward(measurement(0.9, 1e-3, 1, 1)), 0.9);
  EXPECT_DOUBLE_EQ(objective.reward(measurement(0.9, 2e-3, 1, 1)), 0.9 * std::pow(2, -0.07));
}

TEST(Objective, PutsWhatBreaksALimitBelowAllElse) {
  Objective objective = llvm::cantFail(parseObjective({"", "", "200us", "64K", "16K", "90"}));
  EXPECT_GT(objective.reward(measurement(0.9, 200e-6, 65536, 16384)), 0);
  double near = objective.reward(measurement(0.99, 210e-6, 1000, 1000)), far = objective.reward(measurement(0.99, 400e-6, 1000, 1000));
  EXPECT_LT(near, 0);
  EXPECT_LT(far, near);
  EXPECT_TRUE(std::isfinite(objective.reward(measurement(0, 1, 1 << 30, 1 << 30))));
  EXPECT_EQ(objective.budget.broken(measurement(0.895, 310.2e-6, 70000, 20000)),
            (std::vector<std::string>{"latency 310.2us is above 200.0us", "size 68.4K is above 64.0K",
                                      "RAM 19.5K is above 16.0K", "accuracy 89.50 % is below 90.00 %"}));
  EXPECT_TRUE(objective.budget.broken(measurement(0.9, 200e-6, 65536, 16384)).empty());
}

/// A search of `count`'s four options: a front of two, one beaten, one outside.
struct Found {
  SearchSpace space{{{"count", {"8", "16", "24", "<&>"}}, {"kind", {"a"}}}};
  SearchRunOptions options;
  SearchResult result;

  explicit Found(double scale = 1) {
    options.objective.budget.sizeBytes = 5000;
    add({0, 0}, measurement(0.8, 1e-4 * scale, 1000, 100));
    add({1, 0}, measurement(0.9, 2e-4 * scale, 2000, 100));
    add({2, 0}, measurement(0.85, 3e-4 * scale, 3000, 100));
    add({3, 0}, measurement(0.95, 4e-4 * scale, 9000, 100));
    Trial failed{{2, 0}, {std::nullopt, "crashed: Aborted", 1}, {}, {}};
    result.trials.push_back(failed);
    Trial again = result.trials[0];
    result.trials.push_back(again);
    result.best = 1;
  }
  void add(Proposal proposal, Measurement m) {
    result.trials.push_back({proposal, {m, "", 1}, options.objective.reward(m), options.objective.budget.broken(m)});
  }
};

TEST(Front, HoldsWhatNothingDominates) {
  Found found;
  std::vector<size_t> front = paretoFront(found.result.trials);
  EXPECT_EQ(front, (std::vector<size_t>{1, 0}));
  EXPECT_EQ(rejection(found.result, front, 0), "");
  EXPECT_EQ(rejection(found.result, front, 2), "trial 1 is better");
  EXPECT_EQ(rejection(found.result, front, 3), "size 8.8K is above 4.9K");
  EXPECT_EQ(rejection(found.result, front, 4), "crashed: Aborted");
  EXPECT_EQ(rejection(found.result, front, 5), "trial 0 is the same");
}

TEST(Front, IsATable) {
  EXPECT_EQ(frontTable(Found().space, Found().result),
            "trial   accuracy    latency       size        RAM  decisions\n"
            "    1    90.00 %    200.0us       2.0K        100  count=16 kind=a\n"
            "    0    80.00 %    100.0us       1000        100  count=8 kind=a\n"
            "2 on the front, 2 beaten, 1 outside the limits, 1 failed\n");
}

TEST(Front, IsJson) {
  Found found;
  llvm::json::Value page = frontJson(found.space, found.options, found.result);
  const llvm::json::Object &object = *page.getAsObject();
  EXPECT_EQ(object.getInteger("best"), 1);
  EXPECT_EQ(object.getInteger("failed"), 1);
  EXPECT_EQ(object.getArray("front")->size(), 2u);
  const llvm::json::Object &outside = *(*object.getArray("trials"))[3].getAsObject();
  EXPECT_EQ(outside.getString("rejected"), "size 8.8K is above 4.9K");
  EXPECT_EQ(outside.getString("decisions"), "count=<&> kind=a");
  EXPECT_EQ(object.getString("objective"), "accuracy, size <= 5000");
}

TEST(Front, IsAPicture) {
  Found found;
  std::string picture = frontSvg(found.space, found.options, found.result);
  EXPECT_TRUE(llvm::StringRef(picture).starts_with("<svg xmlns='http://www.w3.org/2000/svg'"));
  EXPECT_EQ(llvm::StringRef(picture).count("<circle"), 5u);
  EXPECT_TRUE(llvm::StringRef(picture).contains("latency of a call"));
  EXPECT_TRUE(llvm::StringRef(picture).contains("count=&lt;&amp;&gt;"));
  EXPECT_FALSE(llvm::StringRef(picture).contains("<&>"));
  // Without latencies, over the size, with its limit.
  Found untimed(0);
  std::string sizes = frontSvg(untimed.space, untimed.options, untimed.result);
  EXPECT_TRUE(llvm::StringRef(sizes).contains("size of the object"));
  EXPECT_TRUE(llvm::StringRef(sizes).contains("stroke-dasharray"));
  EXPECT_FALSE(llvm::StringRef(sizes).contains("nan"));
  SearchResult nothing;
  EXPECT_FALSE(llvm::StringRef(frontSvg(found.space, found.options, nothing)).contains("nan"));
}

} // namespace
