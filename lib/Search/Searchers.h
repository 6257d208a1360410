// The searchers' constructors, one per file.
#ifndef PENJING_LIB_SEARCH_SEARCHERS_H
#define PENJING_LIB_SEARCH_SEARCHERS_H

#include "penjing/Search/Searcher.h"

namespace penjing {

/// Uniform points, repeats included.
std::unique_ptr<Searcher> createRandomSearch(llvm::ArrayRef<uint32_t> options, uint64_t seed);

/// Regularized evolution (Real, Aggarwal, Huang, Le 2019, algorithm 1): the best of a
/// random sample of the population has a child with one decision changed, and the
/// oldest dies. A child that is known already is changed once more.
std::unique_ptr<Searcher> createRegularizedEvolution(llvm::ArrayRef<uint32_t> options, uint64_t seed);

/// Local search (White, Nolen, Savani 2021): neighbours differ in one decision; where
/// none is better, it starts again from a new random point.
std::unique_ptr<Searcher> createLocalSearch(llvm::ArrayRef<uint32_t> options, uint64_t seed);

/// The recurrent controller (Zoph and Le 2017); compiles its step here.
llvm::Expected<SearcherFactory> createRnnControllers(llvm::ArrayRef<uint32_t> options);

} // namespace penjing

#endif // PENJING_LIB_SEARCH_SEARCHERS_H
