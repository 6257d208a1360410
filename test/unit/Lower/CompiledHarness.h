// Compiled against interpreted: a function in text, parameters and inputs drawn
// at random, every output compared.
#ifndef PENJING_TEST_UNIT_LOWER_COMPILEDHARNESS_H
#define PENJING_TEST_UNIT_LOWER_COMPILEDHARNESS_H

#include "penjing/Lower/CompiledModule.h"

#include <string>

namespace penjing::test {

struct Comparison {
  /// Draw small integers, so that float sums are exact.
  bool exact = true;
  ParameterSource parameters = ParameterSource::Constants;
  bool everyResult = false;
  /// Size of the named dimension.
  int64_t samples = 1;
  /// Largest difference allowed, relative to the output's largest magnitude.
  double tolerance = 0;
  std::string target = "training";
  /// Passes to run first, as text.
  std::string pipeline;
};

/// The largest difference between compiled and interpreted outputs, relative to
/// the output's largest magnitude; fails the test where compiling fails.
double worstDifference(const std::string &module, const Comparison &comparison);

/// Expects the outputs equal (up to `comparison.tolerance`).
void expectAgreement(const std::string &module, const Comparison &comparison = {});

/// The function `main` with this signature and body, in a module of form float
/// (or another) with these parameters.
std::string moduleText(const std::string &signature, const std::string &body,
                       const std::string &parameters = "", const std::string &form = "float");

} // namespace penjing::test

#endif // PENJING_TEST_UNIT_LOWER_COMPILEDHARNESS_H
