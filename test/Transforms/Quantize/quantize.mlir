// pj-quantize: its documented example, then where grids go in a network.
// RUN: split-file %s %t
// RUN: penjing-opt %t/example.mlir --pj-quantize | FileCheck %t/example.mlir
// RUN: penjing-opt %t/network.mlir --pj-quantize="clip=mse rule=floor" | FileCheck %t/network.mlir
// RUN: penjing-opt %t/network.mlir --pj-quantize="bits=4 per-channel=false skip=branch,mean" | FileCheck %t/network.mlir --check-prefix=SKIP
// RUN: penjing-opt %t/network.mlir --pj-quantize="layers=stem" | FileCheck %t/network.mlir --check-prefix=ONE
// RUN: penjing-opt %t/network.mlir --pj-quantize="layers=stem,branch" | FileCheck %t/network.mlir --check-prefix=BOTH
// RUN: penjing-opt %t/loses.mlir --pj-quantize="target=x86-64-v4" | FileCheck %t/loses.mlir --check-prefix=LOSES
// RUN: penjing-opt %t/loses.mlir --pj-quantize="target=x86-64-v4-vnni" | FileCheck %t/loses.mlir --check-prefix=WINS
// RUN: penjing-opt %t/network.mlir --pj-quantize --pj-quantize | FileCheck %t/network.mlir --check-prefix=TWICE
// RUN: penjing-opt %t/masked.mlir --pj-quantize | FileCheck %t/masked.mlir
// RUN: penjing-opt %t/long.mlir --pj-quantize | FileCheck %t/long.mlir

//--- example.mlir
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, trainable,
      value = dense<[[1.27, 0.5], [-0.254, 0.1]]> : tensor<2x2xf32>}
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    %w = pj.use @w : tensor<2x2xf32>
    %y = pj.matmul %x, %w {transpose_b} : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    return %y : tensor<1x2xf32>
  }
}

// CHECK: pj.form = #pj.form<decided>
// CHECK: pj.param @w_scale : tensor<2xf32> {role = #pj.role<quant_scale>, value
// CHECK: pj.param @input0_scale : tensor<f32> {role = #pj.role<quant_scale>}
// CHECK: %[[X:.*]] = pj.fake_quantize %arg0, {{.*}} : (tensor<1x2xf32>, tensor<f32>, tensor<i32>) -> tensor<1x2xf32>
// CHECK: %[[W:.*]] = pj.fake_quantize %{{.*}} {axis = 0 : i32, is_signed, narrow}
// CHECK: pj.matmul %[[X]], %[[W]] {transpose_b}
// 1.27 / 127 and 0.254 / 127.
// CHECK: w_scale: "0x400000000AD7233C6F12033B"

//--- network.mlir
// The grid of the stem stands behind its relu, the pool keeps it, each operand of the sum has one, the sum's stands
// behind its relu, the mean has its own, and the last layer gives float to the softmax.
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<2x2x1x1xf32> {role = #pj.role<weight>, value = dense<0.5> : tensor<2x2x1x1xf32>}
  pj.param @v : tensor<2x2x1x1xf32> {role = #pj.role<weight>, value = dense<0.25> : tensor<2x2x1x1xf32>}
  pj.param @f : tensor<3x2xf32> {role = #pj.role<weight>, value = dense<2.0> : tensor<3x2xf32>}
  func.func @main(%x: tensor<1x2x4x4xf32> {pj.name = "x"}) -> tensor<1x3xf32> {
    %w = pj.use @w : tensor<2x2x1x1xf32>
    %v = pj.use @v : tensor<2x2x1x1xf32>
    %f = pj.use @f : tensor<3x2xf32>
    %0 = pj.conv %x, %w : (tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>) -> tensor<1x2x4x4xf32> loc("stem")
    %1 = pj.relu %0 : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
    %2 = pj.max_pool %1 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x2x4x4xf32>) -> tensor<1x2x2x2xf32>
    %3 = pj.conv %2, %v : (tensor<1x2x2x2xf32>, tensor<2x2x1x1xf32>) -> tensor<1x2x2x2xf32> loc("branch")
    %4 = pj.add %3, %2 : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> loc("sum")
    %5 = pj.relu %4 : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
    %6 = pj.global_average_pool %5 : (tensor<1x2x2x2xf32>) -> tensor<1x2x1x1xf32> loc("mean")
    %7 = pj.reshape %6 {shape = array<i64: 1, 2>} : (tensor<1x2x1x1xf32>) -> tensor<1x2xf32>
    %8 = pj.matmul %7, %f {transpose_b} : (tensor<1x2xf32>, tensor<3x2xf32>) -> tensor<1x3xf32> loc("fc")
    %9 = pj.softmax %8 {axis = 1 : i32} : (tensor<1x3xf32>) -> tensor<1x3xf32> loc("probabilities")
    return %9 : tensor<1x3xf32>
  }
}

// CHECK: pj.param @x_scale
// CHECK: %[[X:.*]] = pj.fake_quantize %arg0, %{{.*}}, %{{.*}} {clip = #pj.clip<mse>, rounding = #pj.rounding<floor>}
// CHECK: %[[C:.*]] = pj.conv %[[X]], %{{.*}}
// CHECK-NEXT: %[[R:.*]] = pj.relu %[[C]]
// CHECK: %[[G:.*]] = pj.fake_quantize %[[R]]
// CHECK-NEXT: %[[P:.*]] = pj.max_pool %[[G]]
// CHECK-NEXT: %[[D:.*]] = pj.conv %[[P]], %{{.*}}
// CHECK: %[[H:.*]] = pj.fake_quantize %[[D]]
// CHECK-NEXT: %[[S:.*]] = pj.add %[[H]], %[[P]]
// CHECK-NEXT: %[[T:.*]] = pj.relu %[[S]]
// CHECK: %[[U:.*]] = pj.fake_quantize %[[T]]
// CHECK-NEXT: %[[M:.*]] = pj.global_average_pool %[[U]]
// CHECK: %[[N:.*]] = pj.fake_quantize %[[M]]
// CHECK-NEXT: %[[F:.*]] = pj.reshape %[[N]]
// CHECK-NEXT: %[[L:.*]] = pj.matmul %[[F]]
// CHECK-NEXT: pj.softmax %[[L]]

// SKIP: pj.fake_quantize %{{.*}} {bits = 4 : i32, is_signed, narrow} : (tensor<2x2x1x1xf32>, tensor<f32>, tensor<i32>)
// SKIP-NOT: @v_scale
// SKIP: pj.softmax

// Of the layers only one is named: its input and its weight. The sum also reads a layer in float.
// ONE: pj.fake_quantize %arg0
// ONE-COUNT-1: pj.fake_quantize
// ONE-NOT: pj.fake_quantize
// Everything the sum and the mean read comes from named layers; the last one stays in float.
// BOTH-COUNT-7: pj.fake_quantize
// BOTH-NOT: pj.fake_quantize

// TWICE-COUNT-8: pj.fake_quantize
// TWICE-NOT: pj.fake_quantize

//--- masked.mlir
// What the mask hides does not widen the grid: 1.27 / 127.
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @w : tensor<1x2xf32> {role = #pj.role<weight>, value = dense<[[1.27, 9.0]]> : tensor<1x2xf32>}
  pj.param @m : tensor<1x2xi1> {role = #pj.role<mask>, value = dense<[[true, false]]> : tensor<1x2xi1>}
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
    %w = pj.use @w : tensor<1x2xf32>
    %m = pj.use @m : tensor<1x2xi1>
    // CHECK: %[[P:.*]] = pj.masked
    // CHECK: pj.fake_quantize %[[P]]
    %p = pj.masked %w, %m : (tensor<1x2xf32>, tensor<1x2xi1>) -> tensor<1x2xf32>
    %y = pj.matmul %x, %p {transpose_b} : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x1xf32>
    return %y : tensor<1x1xf32>
  }
}
// CHECK: w_scale: "0x400000000AD7233C"

//--- long.mlir
// A sum of more than 66,000 products could overflow: the layer stays float.
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<66001x1xf32> {role = #pj.role<weight>, value = dense<1.0> : tensor<66001x1xf32>}
  func.func @main(%x: tensor<1x66001xf32>) -> tensor<1x1xf32> {
    %w = pj.use @w : tensor<66001x1xf32>
    // CHECK-NOT: pj.fake_quantize
    %y = pj.matmul %x, %w : (tensor<1x66001xf32>, tensor<66001x1xf32>) -> tensor<1x1xf32>
    return %y : tensor<1x1xf32>
  }
}

//--- loses.mlir
// Without dot products of bytes integers are no faster than float: the layer keeps its form.
// LOSES: pj.form = #pj.form<float>
// LOSES-NOT: pj.fake_quantize
// WINS: pj.form = #pj.form<decided>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<64x64x3x3xf32> {role = #pj.role<weight>, value = dense<0.5> : tensor<64x64x3x3xf32>}
  func.func @main(%x: tensor<1x64x18x18xf32>) -> tensor<1x64x16x16xf32> {
    %w = pj.use @w : tensor<64x64x3x3xf32>
    %y = pj.conv %x, %w : (tensor<1x64x18x18xf32>, tensor<64x64x3x3xf32>) -> tensor<1x64x16x16xf32>
    return %y : tensor<1x64x16x16xf32>
  }
}
