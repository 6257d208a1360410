// What pj-pack refuses.
// RUN: split-file %s %t
// RUN: not penjing-opt %t/empty.mlir --pj-pack 2>&1 | FileCheck %s --check-prefix=EMPTY
// RUN: not penjing-opt %t/weight.mlir --pj-pack 2>&1 | FileCheck %s --check-prefix=WEIGHT
// RUN: not penjing-opt %t/negative.mlir --pj-pack 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// RUN: not penjing-opt %t/zero.mlir --pj-pack 2>&1 | FileCheck %s --check-prefix=ZERO
// RUN: not penjing-opt %t/computed.mlir --pj-pack 2>&1 | FileCheck %s --check-prefix=COMPUTED
// RUN: not penjing-opt %t/packed.mlir --pj-pack 2>&1 | FileCheck %s --check-prefix=FORM
// EMPTY: error: loc("quantize"): requires a value of every parameter, but @s of quantize has none; run pj-calibrate first
// WEIGHT: requires a value of every parameter, but @w of {{.*}} has none; run pj-train first
// NEGATIVE: requires scales that are positive and normal numbers, but got -1
// ZERO: requires zero points in [0, 255], but got 256
// COMPUTED: requires a scale that is a parameter of 4 bytes an element, but got 'tensor<f32>'
// FORM: requires a module of form 'float' or 'decided', but got 'packed'

//--- empty.mlir
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @s : tensor<f32> {role = #pj.role<quant_scale>}
  pj.param @z : tensor<i32> {role = #pj.role<zero_point>}
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    %s = pj.use @s : tensor<f32>
    %z = pj.use @z : tensor<i32>
    %q = pj.fake_quantize %x, %s, %z : (tensor<4xf32>, tensor<f32>, tensor<i32>) -> tensor<4xf32> loc("quantize")
    return %q : tensor<4xf32>
  }
}

//--- weight.mlir
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, init = #pj.init<zeros>}
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    %w = pj.use @w : tensor<2x2xf32>
    %y = pj.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    return %y : tensor<1x2xf32>
  }
}

//--- negative.mlir
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @s : tensor<f32> {role = #pj.role<quant_scale>, value = dense<-1.0> : tensor<f32>}
  pj.param @z : tensor<i32> {role = #pj.role<zero_point>, value = dense<0> : tensor<i32>}
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    %s = pj.use @s : tensor<f32>
    %z = pj.use @z : tensor<i32>
    %q = pj.fake_quantize %x, %s, %z : (tensor<4xf32>, tensor<f32>, tensor<i32>) -> tensor<4xf32> loc("quantize")
    return %q : tensor<4xf32>
  }
}

//--- zero.mlir
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @s : tensor<f32> {role = #pj.role<quant_scale>, value = dense<1.0> : tensor<f32>}
  pj.param @z : tensor<i32> {role = #pj.role<zero_point>, value = dense<256> : tensor<i32>}
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    %s = pj.use @s : tensor<f32>
    %z = pj.use @z : tensor<i32>
    %q = pj.fake_quantize %x, %s, %z : (tensor<4xf32>, tensor<f32>, tensor<i32>) -> tensor<4xf32> loc("quantize")
    return %q : tensor<4xf32>
  }
}

//--- computed.mlir
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<4xf32>, %s: tensor<f32>, %z: tensor<i32>) -> tensor<4xf32> {
    %q = pj.fake_quantize %x, %s, %z : (tensor<4xf32>, tensor<f32>, tensor<i32>) -> tensor<4xf32>
    return %q : tensor<4xf32>
  }
}

//--- packed.mlir
module attributes {pj.form = #pj.form<packed>, pj.version = 1 : i32} {
}
