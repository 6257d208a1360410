// Enumerations and attributes of the dialect `pj`.
#ifndef PENJING_ATTRIBUTES_TD
#define PENJING_ATTRIBUTES_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/TensorEncoding.td"
include "penjing/Dialect/Penjing/PenjingDialect.td"

class Penjing_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::penjing";
  let genSpecializedAttr = 0;
}
class Penjing_EnumAttr<EnumAttrInfo info, string mnemonic>
    : EnumAttr<Penjing_Dialect, info, mnemonic> {
  let assemblyFormat = "`<` $value `>`";
}

//===----------------------------------------------------------------------===//
// Enumerations
//===----------------------------------------------------------------------===//

def Penjing_Form : Penjing_Enum<"Form", "the form of a module", [
  I32EnumAttrCase<"Float", 0, "float">,
  I32EnumAttrCase<"Decided", 1, "decided">,
  I32EnumAttrCase<"Packed", 2, "packed">,
  I32EnumAttrCase<"Scheduled", 3, "scheduled">]>;
def Penjing_FormAttr : Penjing_EnumAttr<Penjing_Form, "form"> {
  let summary = "the form a module is in: float, decided, packed or scheduled";
}

def Penjing_Role : Penjing_Enum<"Role", "what a parameter is to the model", [
  I32EnumAttrCase<"Weight", 0, "weight">,
  I32EnumAttrCase<"Bias", 1, "bias">,
  I32EnumAttrCase<"NormScale", 2, "norm_scale">,
  I32EnumAttrCase<"NormShift", 3, "norm_shift">,
  I32EnumAttrCase<"RunningMean", 4, "running_mean">,
  I32EnumAttrCase<"RunningVariance", 5, "running_variance">,
  I32EnumAttrCase<"Mask", 6, "mask">,
  I32EnumAttrCase<"QuantScale", 7, "quant_scale">,
  I32EnumAttrCase<"ZeroPoint", 8, "zero_point">,
  I32EnumAttrCase<"Constant", 9, "constant">]>;
def Penjing_RoleAttr : Penjing_EnumAttr<Penjing_Role, "role"> {
  let summary = "what a parameter is to the model";
}

def Penjing_Layout : Penjing_Enum<"Layout", "order of the dimensions of an image tensor", [
  I32EnumAttrCase<"NCHW", 0, "nchw">,
  I32EnumAttrCase<"NHWC", 1, "nhwc">]>;
def Penjing_LayoutAttr : Penjing_EnumAttr<Penjing_Layout, "layout"> {
  let summary = "order of the dimensions of an image tensor; ONNX's is nchw";
}

def Penjing_RoundingRule : Penjing_Enum<"RoundingRule", "how a quantized value is rounded", [
  I32EnumAttrCase<"Nearest", 0, "nearest">,
  I32EnumAttrCase<"Floor", 1, "floor">]>;
def Penjing_RoundingRuleAttr : Penjing_EnumAttr<Penjing_RoundingRule, "rounding"> {
  let summary = "nearest (half to even) or floor (the article's, biased by half a step)";
}

def Penjing_ClipRule : Penjing_Enum<"ClipRule", "how a quantized range is chosen from statistics", [
  I32EnumAttrCase<"MinMax", 0, "minmax">,
  I32EnumAttrCase<"Percentile", 1, "percentile">,
  I32EnumAttrCase<"MSE", 2, "mse">,
  I32EnumAttrCase<"Sigma", 3, "sigma">]>;
def Penjing_ClipRuleAttr : Penjing_EnumAttr<Penjing_ClipRule, "clip"> {
  let summary = "how calibration chooses the range of a fake_quantize";
}

def Penjing_ComparePredicate : Penjing_Enum<"ComparePredicate", "an ordered comparison", [
  I32EnumAttrCase<"EQ", 0, "eq">, I32EnumAttrCase<"NE", 1, "ne">,
  I32EnumAttrCase<"LT", 2, "lt">, I32EnumAttrCase<"LE", 3, "le">,
  I32EnumAttrCase<"GT", 4, "gt">, I32EnumAttrCase<"GE", 5, "ge">]>;
def Penjing_ComparePredicateAttr : Penjing_EnumAttr<Penjing_ComparePredicate, "compare"> {
  let summary = "an ordered comparison: false wherever an operand is NaN, but ne, which is true there";
}

def Penjing_InitializerKind : Penjing_Enum<"InitializerKind", "a rule that fills a parameter", [
  I32EnumAttrCase<"Zeros", 0, "zeros">,
  I32EnumAttrCase<"Ones", 1, "ones">,
  I32EnumAttrCase<"KaimingUniform", 2, "kaiming_uniform">]>;

def Penjing_DecisionKind : Penjing_Enum<"DecisionKind", "what a decision about a trained network sets", [
  I32EnumAttrCase<"Width", 0, "width">,
  I32EnumAttrCase<"Sparsity", 1, "sparsity">,
  I32EnumAttrCase<"Bits", 2, "bits">]>;
def Penjing_DecisionKindAttr : Penjing_EnumAttr<Penjing_DecisionKind, "decides"> {
  let summary = "what a decision sets: the share of channels that stays, the share of zeros, or the bits of a number";
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

class Penjing_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<Penjing_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

def Penjing_DimsAttr : Penjing_Attr<"Dims", "dims",
    [DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]> {
  let summary = "names of the dynamic dimensions of a tensor type";
  let description = [{
    One affine expression per `?` of the shape, over symbols that the enclosing
    function declares in `pj.dims`. Symbols are sorted and all of them used, so
    two dimensions are equal exactly when the attributes are:
    `tensor<?x?x4xf32, #pj.dims<[H, N] -> [N, 2 * H + 1]>>`.
  }];
  let parameters = (ins ArrayRefParameter<"::mlir::StringAttr">:$symbols,
                        ArrayRefParameter<"::mlir::AffineExpr">:$expressions);
  let hasCustomAssemblyFormat = 1;
}

def Penjing_InitializerAttr : Penjing_Attr<"Initializer", "init"> {
  let summary = "how a parameter without a value is filled before training";
  let description = [{
    - `#pj.init<zeros>`, `#pj.init<ones>`
    - `#pj.init<kaiming_uniform, fan_in = 9, a = 2.236>`: uniform in ±bound with
      bound = sqrt(2 / (1 + a²)) · sqrt(3 / fan_in) (He et al. 2015, eq. 10;
      a² = 5, the default, gives the usual 1 / sqrt(fan_in)).
      Drawn by Philox from (seed, stream = index of the parameter in the module).
  }];
  let parameters = (ins EnumParameter<Penjing_InitializerKind>:$kind,
                        DefaultValuedParameter<"int64_t", "1">:$fanIn,
                        DefaultValuedParameter<"::mlir::FloatAttr",
                          "::mlir::FloatAttr::get(::mlir::Float64Type::get($_ctxt), 2.2360679774997898)">:$a);
  let assemblyFormat = "`<` $kind (`,` `fan_in` `=` $fanIn^)? (`,` `a` `=` $a^)? `>`";
}

#endif // PENJING_ATTRIBUTES_TD
