// One generation's structural mutations and the numbers they got.
#include "penjing/Search/Neat/Innovations.h"

using namespace penjing::neat;

uint32_t Innovations::connection(uint32_t from, uint32_t to) {
  auto [place, isNew] = connections.try_emplace(uint64_t(from) << 32 | to, nextConnection);
  nextConnection += isNew;
  return place->second;
}

uint32_t Innovations::split(uint32_t connection) {
  auto [place, isNew] = splits.try_emplace(connection, nextNode);
  nextNode += isNew;
  return place->second;
}

void Innovations::nextGeneration() {
  connections.clear();
  splits.clear();
}
