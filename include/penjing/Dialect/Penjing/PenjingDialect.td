// The dialect `pj` for models: its forms, its version and the class all of its
// ops derive from.
#ifndef PENJING_DIALECT_TD
#define PENJING_DIALECT_TD

include "mlir/IR/OpBase.td"

def Penjing_Dialect : Dialect {
  let name = "pj";
  let cppNamespace = "::penjing";
  let summary = "neural networks while they are pruned, trained, quantized and scheduled";
  let description = [{
    A model is a `builtin.module` with parameters (`pj.param`) as symbols and
    functions over ranked tensors. The module carries two attributes:

    - `pj.form`: which of the four forms it is in (`#pj.form<float>`, `decided`,
      `packed`, `scheduled`). Every op of the dialect says in which forms it may
      stand; the check runs at every verification.
    - `pj.version`: the version of the dialect that wrote it.

    A function declares the names of its dynamic dimensions in `pj.dims`, an
    array of strings; a tensor type names each of its `?` by an expression over
    them: `tensor<?x4xf32, #pj.dims<[N] -> [N]>>`. Names of inputs and outputs
    are kept in the argument and result attribute `pj.name`.

    What passes may ask of the world (data, progress, cancel, limits) hangs on
    the dialect as `SessionInterface`.

    ```mlir
    module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
      pj.param @w : tensor<4x2xf32> {role = #pj.role<weight>, trainable,
                                     value = dense<0.5> : tensor<4x2xf32>}
      func.func @main(%x: tensor<?x4xf32, #pj.dims<[N] -> [N]>> {pj.name = "x"})
          -> (tensor<?x2xf32, #pj.dims<[N] -> [N]>> {pj.name = "y"})
          attributes {pj.dims = ["N"]} {
        %w = pj.use @w : tensor<4x2xf32>
        %y = pj.matmul %x, %w
            : (tensor<?x4xf32, #pj.dims<[N] -> [N]>>, tensor<4x2xf32>)
            -> tensor<?x2xf32, #pj.dims<[N] -> [N]>>
        return %y : tensor<?x2xf32, #pj.dims<[N] -> [N]>>
      }
    }
    ```
  }];
  let dependentDialects = ["::mlir::func::FuncDialect", "::mlir::quant::QuantDialect"];
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasConstantMaterializer = 1;
  let extraClassDeclaration = [{
    /// The version written into `pj.version` and into bytecode.
    static constexpr int64_t kVersion = 1;
    static constexpr ::llvm::StringLiteral kFormAttr = "pj.form";
    static constexpr ::llvm::StringLiteral kVersionAttr = "pj.version";
    static constexpr ::llvm::StringLiteral kDimsAttr = "pj.dims";
    static constexpr ::llvm::StringLiteral kNameAttr = "pj.name";

  private:
    void registerAttributes();

  public:
  }];
}

#endif // PENJING_DIALECT_TD
