// Numbers of options: which texts are accepted, and the ranges with open and
// closed ends as messages show them.
#include "penjing/Support/NumericOption.h"

#include "ErrorText.h"

#include "gtest/gtest.h"

using namespace penjing;
using namespace penjing::test;

TEST(NumericOption, TakesDecimalNumbersInRange) {
  EXPECT_EQ(*parseNumericOption("lr", "0.01", {0, 1}), 0.01);
  EXPECT_EQ(*parseNumericOption("lr", "5e-4", {0, 1}), 5e-4);
  EXPECT_EQ(*parseNumericOption("lr", "1", {0, 1}), 1);
  EXPECT_EQ(*parseIntegerOption("epochs", "12", 1, 100), 12);
}

TEST(NumericOption, RefusesTheRest) {
  for (llvm::StringRef text :
       {"", "x", "nan", "inf", "0x1p3", "1 ", "0.1.2", "-1", "0"})
    EXPECT_EQ(errorText(parseNumericOption("lr", text, {0, 1000, true})),
              "requires option \"lr\" in (0, 1000], but got \"" + text.str() +
                  "\"");
  EXPECT_EQ(errorText(parseNumericOption("alpha", "1", {0, 1, false, true})),
            "requires option \"alpha\" in [0, 1), but got \"1\"");
  for (llvm::StringRef text : {"", "1.5", "0", "101", "99999999999999999999"})
    EXPECT_EQ(
        errorText(parseIntegerOption("epochs", text, 1, 100)),
        "requires option \"epochs\" to be an integer in [1, 100], but got \"" +
            text.str() + "\"");
}
