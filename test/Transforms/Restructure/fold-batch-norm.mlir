// pj-fold-batch-norm: its documented example, then a module per behaviour.
// RUN: split-file %s %t
// RUN: penjing-opt %t/example.mlir --pj-fold-batch-norm | FileCheck %t/example.mlir
// RUN: penjing-opt %t/readers.mlir --pj-fold-batch-norm | FileCheck %t/readers.mlir
// RUN: penjing-opt %t/chain.mlir --pj-fold-batch-norm | FileCheck %t/chain.mlir
// RUN: penjing-opt %t/shared.mlir --pj-fold-batch-norm -mlir-print-debuginfo | FileCheck %t/shared.mlir
// RUN: not penjing-opt %t/packed.mlir --pj-fold-batch-norm 2>&1 | FileCheck %t/packed.mlir

//--- example.mlir
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<1x1x1x1xf32> {role = #pj.role<weight>, value = dense<3.0> : tensor<1x1x1x1xf32>}
  pj.param @s : tensor<1xf32> {role = #pj.role<norm_scale>, value = dense<2.0> : tensor<1xf32>}
  pj.param @b : tensor<1xf32> {role = #pj.role<norm_shift>, value = dense<1.0> : tensor<1xf32>}
  pj.param @m : tensor<1xf32> {role = #pj.role<running_mean>, value = dense<4.0> : tensor<1xf32>}
  pj.param @v : tensor<1xf32> {role = #pj.role<running_variance>, value = dense<3.0> : tensor<1xf32>}
  func.func @main(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
    %w = pj.use @w : tensor<1x1x1x1xf32>
    %s = pj.use @s : tensor<1xf32>
    %b = pj.use @b : tensor<1xf32>
    %m = pj.use @m : tensor<1xf32>
    %v = pj.use @v : tensor<1xf32>
    %y = pj.conv %x, %w : (tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x2x2xf32>
    %z = pj.batch_norm %y, %s, %b, %m, %v {epsilon = 1.0 : f64} : (tensor<1x1x2x2xf32>, tensor<1xf32>,
        tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2x2xf32>
    return %z : tensor<1x1x2x2xf32>
  }
}

// CHECK-NOT: @s
// CHECK: pj.param @w_bias : tensor<1xf32> {role = #pj.role<bias>
// CHECK: pj.conv %arg0, %{{.*}}, %{{.*}} :
// CHECK-NOT: pj.batch_norm
// CHECK: w: "0x4000000000004040"
// CHECK: w_bias: "0x40000000000040C0"

//--- readers.mlir
// Others read the convolution's result as well: nothing may fold.
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<1x1x1x1xf32> {role = #pj.role<weight>, value = dense<3.0> : tensor<1x1x1x1xf32>}
  pj.param @s : tensor<1xf32> {role = #pj.role<norm_scale>, value = dense<2.0> : tensor<1xf32>}
  func.func @main(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
    %w = pj.use @w : tensor<1x1x1x1xf32>
    %s = pj.use @s : tensor<1xf32>
    %y = pj.conv %x, %w : (tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x2x2xf32>
    // CHECK: pj.batch_norm
    %z = pj.batch_norm %y, %s, %s, %s, %s : (tensor<1x1x2x2xf32>, tensor<1xf32>,
        tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2x2xf32>
    %t = pj.add %y, %z : (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
    return %t : tensor<1x1x2x2xf32>
  }
}

//--- chain.mlir
// A number per channel or for all, added, subtracted or multiplied: ((w x + 1) · [2, 3] - 1), then 10 minus that.
// A sum over another dimension than the channels stays.
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<1x2xf32> {role = #pj.role<weight>, value = dense<1.0> : tensor<1x2xf32>}
  pj.param @b : tensor<2xf32> {role = #pj.role<bias>, value = dense<1.0> : tensor<2xf32>}
  pj.param @m : tensor<2xf32> {role = #pj.role<constant>, value = dense<[2.0, 3.0]> : tensor<2xf32>}
  pj.param @one : tensor<f32> {role = #pj.role<constant>, value = dense<1.0> : tensor<f32>}
  pj.param @ten : tensor<1xf32> {role = #pj.role<constant>, value = dense<10.0> : tensor<1xf32>}
  pj.param @rows : tensor<2x1xf32> {role = #pj.role<constant>, value = dense<10.0> : tensor<2x1xf32>}
  func.func @main(%x: tensor<2x1xf32>) -> tensor<2x2xf32> {
    %w = pj.use @w : tensor<1x2xf32>
    %b = pj.use @b : tensor<2xf32>
    %m = pj.use @m : tensor<2xf32>
    %one = pj.use @one : tensor<f32>
    %ten = pj.use @ten : tensor<1xf32>
    %rows = pj.use @rows : tensor<2x1xf32>
    // CHECK: pj.matmul
    // CHECK-NEXT: pj.add
    // CHECK-NEXT: return
    %0 = pj.matmul %x, %w, %b : (tensor<2x1xf32>, tensor<1x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
    %1 = pj.mul %m, %0 : (tensor<2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
    %2 = pj.sub %1, %one : (tensor<2x2xf32>, tensor<f32>) -> tensor<2x2xf32>
    %3 = pj.sub %ten, %2 : (tensor<1xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
    %4 = pj.add %3, %rows : (tensor<2x2xf32>, tensor<2x1xf32>) -> tensor<2x2xf32>
    return %4 : tensor<2x2xf32>
  }
}
// Weights -2 and -3, biases 9 and 8.
// CHECK-DAG: w: "0x40000000000000C0000040C0"
// CHECK-DAG: b: "0x400000000000104100000041"

//--- shared.mlir
// A weight that two layers share is copied before it is scaled; the layer's location names both nodes.
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // CHECK: pj.param @w : tensor<1x1xf32> {role = #pj.role<weight>, value = dense<3.000000e+00>
  pj.param @w : tensor<1x1xf32> {role = #pj.role<weight>, value = dense<3.0> : tensor<1x1xf32>}
  pj.param @m : tensor<1xf32> {role = #pj.role<constant>, value = dense<2.0> : tensor<1xf32>}
  func.func @main(%x: tensor<1x1xf32>) -> tensor<1x1xf32> {
    %w = pj.use @w : tensor<1x1xf32>
    %m = pj.use @m : tensor<1xf32>
    // CHECK: pj.matmul {{.*}} loc([[FUSED:#.*]])
    %0 = pj.matmul %x, %w : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32> loc("fc")
    %1 = pj.mul %0, %m : (tensor<1x1xf32>, tensor<1xf32>) -> tensor<1x1xf32> loc("scale")
    %2 = pj.matmul %1, %w : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
    return %2 : tensor<1x1xf32>
  }
}
// CHECK-DAG: [[FC:#.*]] = loc("fc")
// CHECK-DAG: [[SCALE:#.*]] = loc("scale")
// CHECK-DAG: [[FUSED]] = loc(fused{{.*}}[[FC]], [[SCALE]]
// CHECK-DAG: w_folded: "0x400000000000C040"

//--- packed.mlir
// CHECK: requires a module of form 'float' or 'decided', but got 'packed'
module attributes {pj.form = #pj.form<packed>, pj.version = 1 : i32} {
}
