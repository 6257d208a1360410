// RUN: penjing-opt %s --pj-shift-signed=target=x86-64-v4-vnni | FileCheck %s
// RUN: penjing-opt %s --pj-shift-signed=target=x86-64-v3 | FileCheck %s --check-prefix=SIGNED

module attributes {pj.form = #pj.form<packed>, pj.version = 1 : i32} {
  // CHECK-LABEL: func.func @same_values_other_zero_point
  func.func @same_values_other_zero_point(%x: tensor<4xf32>) -> tensor<4xf32> {
    // CHECK: pj.quantize %{{.*}} -> tensor<4x!quant.uniform<u8:f32, 5.000000e-01:125>>
    // SIGNED: pj.quantize %{{.*}} -> tensor<4x!quant.uniform<i8:f32, 5.000000e-01:-3>>
    %q = pj.quantize %x : (tensor<4xf32>) -> tensor<4x!quant.uniform<i8:f32, 0.5:-3>>
    %y = pj.dequantize %q : (tensor<4x!quant.uniform<i8:f32, 0.5:-3>>) -> tensor<4xf32>
    return %y : tensor<4xf32>
  }
}
