// Parameters and constants: the values a model holds.
#ifndef PENJING_PARAMETER_OPS_TD
#define PENJING_PARAMETER_OPS_TD

include "penjing/Dialect/Penjing/PenjingOpBase.td"

def Penjing_ParamOp : Penjing_Op<"param", [Symbol]> {
  let summary = "a named parameter of the model";
  let description = [{
    A symbol with a tensor type, a role and either a value, or an initializer
    that fills it before training, or neither while it waits for calibration.
    The value is a resource blob (`dense_resource`), or a small inline `dense`.
    Blobs hold elements in row-major order, little-endian, i1 as one byte each.

    - (param_c1) the type is static
    - (param_c2) the value has the shape and element type of the parameter; for
      a quantized element type, its storage type
    - (param_c3) a resource value is present and has exactly the bytes of the type
    - (param_c4) not both a value and an initializer
    - (param_c5) only floating-point parameters are trainable
    - (param_c6) boolean bytes are 0 or 1

    ```mlir
    pj.param @fc : tensor<10x128xf32> {role = #pj.role<weight>, trainable,
                                       init = #pj.init<kaiming_uniform, fan_in = 128>}
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<AnyRankedTensor>:$type,
                       Penjing_RoleAttr:$role, UnitAttr:$trainable,
                       OptionalAttr<ElementsAttr>:$value,
                       OptionalAttr<Penjing_InitializerAttr>:$init,
                       OptionalAttr<StrAttr>:$sym_visibility);
  let assemblyFormat = "$sym_name `:` $type attr-dict";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::RankedTensorType getTensorType() {
      return ::mlir::cast<::mlir::RankedTensorType>(getType());
    }
  }];
}

def Penjing_UseOp : Penjing_Op<"use", [Pure,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "the value of a parameter";
  let description = [{
    - (use_c1) the symbol is a `pj.param` of the enclosing module
    - (use_c2) its type is the result's

    ```mlir
    %w = pj.use @fc : tensor<10x128xf32>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$param);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = "$param attr-dict `:` type($result)";
}

def Penjing_ConstantOp : Penjing_Op<"constant", [ConstantLike, Pure, AllTypesMatch<["value", "result"]>]> {
  let summary = "a small constant that is part of the computation, not of the model's parameters";
  let description = [{
    - (constant_c1) the value's type is the result's

    ```mlir
    %one = pj.constant dense<1.0> : tensor<f32>
    ```
  }];
  let arguments = (ins ElementsAttr:$value);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = "$value attr-dict";
  let hasFolder = 1;
}

def Penjing_MaskedOp : Penjing_TensorOp<"masked", [OnlyDecided]> {
  let summary = "a weight with the pruned elements read as zero";
  let description = [{
    result = mask ? weight : +0. The float value under a zero of the mask
    survives in the parameter; its gradient is zero.

    - (masked_c1) mask and weight have the same shape

    ```mlir
    %p = pj.masked %w, %m : (tensor<10x128xf32>, tensor<10x128xi1>) -> tensor<10x128xf32>
    ```
  }];
  let arguments = (ins Penjing_FloatTensor:$weight, Penjing_BoolTensor:$mask);
  let results = (outs Penjing_FloatTensor:$result);
}

#endif
