// The dialect `check`: values that a test expects, written in IR.
#ifndef PENJING_TEST_CHECK_TD
#define PENJING_TEST_CHECK_TD

include "mlir/IR/OpBase.td"

def Check_Dialect : Dialect {
  let name = "check";
  let cppNamespace = "::penjing::check";
  let summary = "expectations of tests, judged by the reference interpreter";
}

class Check_Op<string mnemonic> : Op<Check_Dialect, mnemonic> {
  let hasVerifier = 1;
}

def Check_ExpectEqOp : Check_Op<"expect_eq"> {
  let summary = "the tensor holds exactly these elements";
  let description = [{
    Bit for bit, but any NaN equals any NaN. The value of a quantized tensor is
    given by its integers.

    ```mlir
    check.expect_eq %y, dense<[1.0, -0.0]> : tensor<2xf32> : tensor<2xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$actual, ElementsAttr:$value);
  let assemblyFormat = "$actual `,` $value attr-dict `:` type($actual)";
}

def Check_ExpectAlmostEqOp : Check_Op<"expect_almost_eq"> {
  let summary = "the tensor holds these elements, up to a tolerance";
  let description = [{
    |actual - value| <= tolerance · max(1, |value|); NaN equals NaN, infinities
    equal themselves.
  }];
  let arguments = (ins AnyRankedTensor:$actual, ElementsAttr:$value,
                       DefaultValuedAttr<F64Attr, "1.0e-6">:$tolerance);
  let assemblyFormat = "$actual `,` $value attr-dict `:` type($actual)";
}

#endif // PENJING_TEST_CHECK_TD
