// What a schedule shall be good for, and what it must not do without.
#ifndef PENJING_TRANSFORMS_SCHEDULE_PREFERENCES_H
#define PENJING_TRANSFORMS_SCHEDULE_PREFERENCES_H

namespace penjing {

struct SchedulePreferences {
  /// Take the smallest form of each weight, not the fastest.
  bool preferSize = false;
  /// Fail where a weight with zeros would run dense.
  bool requireSparse = false;
  /// Fail where a layer with a constant weight would be computed in float.
  bool requireInt8 = false;
};

} // namespace penjing

#endif // PENJING_TRANSFORMS_SCHEDULE_PREFERENCES_H
