// The classes and type constraints the families of ops share.
#ifndef PENJING_OP_BASE_TD
#define PENJING_OP_BASE_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "penjing/Dialect/Penjing/PenjingAttributes.td"

class Penjing_Op<string mnemonic, list<Trait> traits = []>
    : Op<Penjing_Dialect, mnemonic, traits>;

/// An op without side effects whose result type follows from its operands and
/// attributes. Constraints stand in `inferReturnTypes`, once, and hold for
/// building and for verifying alike. A result may also have a quantized element
/// type where the inferred one is float: that is the choice of the packed form.
class Penjing_TensorOp<string mnemonic, list<Trait> traits = []>
    : Penjing_Op<mnemonic, !listconcat([Pure, InferTypeOpAdaptorWithIsCompatible], traits)> {
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let extraClassDefinition = [{
    bool $cppClass::isCompatibleReturnTypes(::mlir::TypeRange inferred, ::mlir::TypeRange actual) {
      return ::penjing::areCompatibleResultTypes(inferred, actual);
    }
  }];
}

// Forms an op may stand in; an op without one of these may stand in all four.
/// A question or a layer of a search space; `pj-resolve-choices` leads out of it.
def OnlySpace : NativeOpTrait<"OnlySpace"> { let cppNamespace = "::penjing::OpTrait"; }
def OnlyDecided : NativeOpTrait<"OnlyDecided"> { let cppNamespace = "::penjing::OpTrait"; }
def OnlyPackedOrScheduled : NativeOpTrait<"OnlyPackedOrScheduled"> { let cppNamespace = "::penjing::OpTrait"; }
def OnlyScheduled : NativeOpTrait<"OnlyScheduled"> { let cppNamespace = "::penjing::OpTrait"; }
/// Ops that differentiation writes: part of a step, never of a stored model.
def GradientOnly : NativeOpTrait<"GradientOnly"> { let cppNamespace = "::penjing::OpTrait"; }

def Penjing_FloatTensor : RankedTensorOf<[AnyFloat]>;
def Penjing_IntegerTensor : RankedTensorOf<[AnyInteger]>;
def Penjing_BoolTensor : RankedTensorOf<[I1]>;

#endif // PENJING_OP_BASE_TD
