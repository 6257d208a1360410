// Models and options that cannot be calibrated; the op at fault is named.
// RUN: not penjing-opt %s --pj-calibrate="samples=0" 2>&1 | FileCheck %s --check-prefix=SAMPLES
// SAMPLES: error: requires option "samples" to be an integer in [1, 16777216], but got "0"
// RUN: not penjing-opt %s --pj-calibrate="percentile=101" 2>&1 | FileCheck %s --check-prefix=PERCENTILE
// PERCENTILE: error: requires option "percentile" in (50, 100], but got "101"
// RUN: cd %S/Inputs && penjing-opt %s --split-input-file --verify-diagnostics --pj-calibrate="data=blobs.npz"

// expected-error @below {{requires a module of form 'decided', but got 'float'; run pj-quantize first}}
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
}

// -----

module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @s : tensor<4xf32> {role = #pj.role<quant_scale>}
  pj.param @z : tensor<4xi32> {role = #pj.role<zero_point>}
  func.func @main(%x: tensor<8x4xf32>) -> tensor<8x4xf32> {
    %s = pj.use @s : tensor<4xf32>
    %z = pj.use @z : tensor<4xi32>
    // expected-error @below {{requires one scale for the whole tensor to calibrate it, but got 'tensor<4xf32>'}}
    %y = pj.fake_quantize %x, %s, %z {axis = 1 : i32} : (tensor<8x4xf32>, tensor<4xf32>, tensor<4xi32>) -> tensor<8x4xf32>
    return %y : tensor<8x4xf32>
  }
}

// -----

module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @s : tensor<f32> {role = #pj.role<quant_scale>}
  pj.param @z : tensor<i32> {role = #pj.role<zero_point>}
  pj.param @big : tensor<f32> {role = #pj.role<constant>, value = dense<0x7F800000> : tensor<f32>}
  func.func @main(%x: tensor<8x4xf32>) -> tensor<8x4xf32> {
    %big = pj.use @big : tensor<f32>
    %i = pj.add %x, %big : (tensor<8x4xf32>, tensor<f32>) -> tensor<8x4xf32>
    %s = pj.use @s : tensor<f32>
    %z = pj.use @z : tensor<i32>
    // expected-error @below {{requires finite values to calibrate it, but got 768 that are not}}
    %y = pj.fake_quantize %i, %s, %z : (tensor<8x4xf32>, tensor<f32>, tensor<i32>) -> tensor<8x4xf32>
    return %y : tensor<8x4xf32>
  }
}
