// A sort of a few elements that keeps the order of equal ones. The standard one asks for
// a buffer by a function that C++17 deprecates, and the compiler says so at each use.
#ifndef PENJING_SUPPORT_STABLESORT_H
#define PENJING_SUPPORT_STABLESORT_H

#include <algorithm>

namespace penjing {

/// Insertion sort: for the dimensions of a loop nest and the like, not for many elements.
template <typename Range, typename Less> void stableSort(Range &range, Less less) {
  auto begin = range.begin();
  for (auto it = begin; it != range.end(); ++it)
    std::rotate(std::upper_bound(begin, it, *it, less), it, std::next(it));
}

} // namespace penjing

#endif // PENJING_SUPPORT_STABLESORT_H
