// Traits of `pj` ops: in which forms an op may stand, and how a result's type
// may differ from the inferred one.
#ifndef PENJING_DIALECT_PENJING_OPTRAITS_H
#define PENJING_DIALECT_PENJING_OPTRAITS_H

#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/TypeRange.h"

namespace penjing {

/// True where each actual result type is the inferred one, or differs from it
/// only in that one element type is the quantized form of the other.
bool areCompatibleResultTypes(mlir::TypeRange inferred, mlir::TypeRange actual);

/// The float (or integer) type that an element stands for: the expressed type
/// of a quantized one, otherwise the type itself.
mlir::Type getExpressedElementType(mlir::Type type);

/// True for tensors whose element type is `!quant.*`.
bool isQuantized(mlir::Type type);

namespace OpTrait {

/// The op belongs to a search space, a module of form float that leaves decisions
/// open; no network that runs has one.
template <typename ConcreteOp>
struct OnlySpace : public mlir::OpTrait::TraitBase<ConcreteOp, OnlySpace> {};

/// The op states a decision that is still simulated in float.
template <typename ConcreteOp>
struct OnlyDecided : public mlir::OpTrait::TraitBase<ConcreteOp, OnlyDecided> {};

/// The op works on real integers.
template <typename ConcreteOp>
struct OnlyPackedOrScheduled
    : public mlir::OpTrait::TraitBase<ConcreteOp, OnlyPackedOrScheduled> {};

/// The op carries facts about one target.
template <typename ConcreteOp>
struct OnlyScheduled : public mlir::OpTrait::TraitBase<ConcreteOp, OnlyScheduled> {};

/// The op is written by differentiation and has no gradient rule itself.
template <typename ConcreteOp>
struct GradientOnly : public mlir::OpTrait::TraitBase<ConcreteOp, GradientOnly> {};

} // namespace OpTrait
} // namespace penjing

#endif // PENJING_DIALECT_PENJING_OPTRAITS_H
